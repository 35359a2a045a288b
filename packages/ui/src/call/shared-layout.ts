import type { Size } from './zoom-view.ts';

/** Where the people stand while a screen is shared, how wide each of their tiles is, and how large the screen, px. */
export type SharedLayout = { strip: 'beside' | 'below'; tileWidth: number; picture: Size };

/** Tiles in the strip are this wide by high. */
const TILE_ASPECT = 16 / 10;
const TILE_MIN_WIDTH = 104;
/** Faces may take what the screen leaves over, up to this. */
const TILE_MAX_WIDTH = 320;

/**
 * The arrangement that shows the shared screen largest: people beside it or below it.
 * @param room for screen and people together, px
 * @param aspect of the screen, width by height
 * @param gap between screen and people, and between two of them, px
 * @param count how many people: their tiles grow no further than all of them fit
 */
export function arrangeShared(room: Size, aspect: number, gap: number, count: number): SharedLayout {
  const tile = Math.min(208, Math.max(TILE_MIN_WIDTH, room.width * 0.12));
  const beside = fit({ width: room.width - tile - gap, height: room.height }, aspect);
  const below = fit({ width: room.width, height: room.height - tile / TILE_ASPECT - gap }, aspect);
  const isBelow = below.width > beside.width;
  const picture = isBelow ? below : beside;
  const spare = isBelow ? (room.height - picture.height - gap) * TILE_ASPECT : room.width - picture.width - gap;
  const along = isBelow ? room.width : room.height * TILE_ASPECT;
  const share = (along - (count - 1) * gap * (isBelow ? 1 : TILE_ASPECT)) / Math.max(1, count);
  return {
    strip: isBelow ? 'below' : 'beside',
    tileWidth: Math.floor(Math.min(TILE_MAX_WIDTH, Math.max(tile, Math.min(spare, share)))),
    picture,
  };
}

function fit(room: Size, aspect: number): Size {
  const width = Math.max(0, Math.min(room.width, room.height * aspect));
  return { width: Math.floor(width), height: Math.floor(width / aspect) };
}
