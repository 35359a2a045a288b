import type { Size } from './zoom-view.ts';

/** Where the people stand while a screen is shared, and how large the picture of the screen is. */
export type SharedLayout = { strip: 'beside' | 'below'; picture: Size };

/** Tiles in the strip are this wide by high. */
const TILE_ASPECT = 16 / 10;

/**
 * The arrangement that shows the shared screen largest: people beside it or below it.
 * @param room for screen and people together, px
 * @param aspect of the screen, width by height
 * @param gap between screen and people, px
 */
export function arrangeShared(room: Size, aspect: number, gap: number): SharedLayout {
  const tile = stripTileWidth(room);
  const beside = fit({ width: room.width - tile - gap, height: room.height }, aspect);
  const below = fit({ width: room.width, height: room.height - tile / TILE_ASPECT - gap }, aspect);
  // On a tie beside: it leaves the captions of the tiles where the eye expects people.
  return below.width > beside.width * 1.02 ? { strip: 'below', picture: below } : { strip: 'beside', picture: beside };
}

/** Width of one tile in the strip, px: small enough to leave the screen its room. */
export function stripTileWidth(room: Size): number {
  return Math.round(Math.min(208, Math.max(104, room.width * 0.14)));
}

function fit(room: Size, aspect: number): Size {
  const width = Math.max(0, Math.min(room.width, room.height * aspect));
  return { width: Math.floor(width), height: Math.floor(width / aspect) };
}
