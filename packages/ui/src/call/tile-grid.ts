/** How many columns and rows, and how large each tile. */
export type TileGrid = { columns: number; rows: number; tileWidth: number; tileHeight: number };

/** Faces stand cropping: a tile may be this much wider than high, or this narrow. */
const WIDEST = 2;
const NARROWEST = 0.5;

/**
 * The arrangement in which a picture of the wished shape is shown largest.
 * @param count how many tiles, at least 1
 * @param width of the room for them, px
 * @param height of the room for them, px
 * @param gap between tiles, px
 * @param aspect width by height of the pictures
 */
export function arrangeTiles(count: number, width: number, height: number, gap = 8, aspect = 16 / 9): TileGrid {
  let best: TileGrid = { columns: 1, rows: Math.max(1, count), tileWidth: 0, tileHeight: 0 };
  let bestSeen = 0;
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const roomX = (width - gap * (columns - 1)) / columns;
    const roomY = (height - gap * (rows - 1)) / rows;
    if (roomX <= 0 || roomY <= 0) continue;
    const tileWidth = Math.min(roomX, roomY * WIDEST);
    const tileHeight = Math.min(roomY, roomX / NARROWEST);
    const seen = Math.min(tileWidth, tileHeight * aspect);
    if (seen > bestSeen) {
      bestSeen = seen;
      best = { columns, rows, tileWidth, tileHeight };
    }
  }
  return best;
}
