/** A square of a picture: its upper left corner and its side, in the picture's own pixels. */
export type Crop = { x: number; y: number; side: number };
export type Size = { width: number; height: number };

/** As near as one may go: a face that small has no more to show. */
export const ZOOM_MAX = 4;

/** The largest square in the middle. */
export function wholeCrop({ width, height }: Size): Crop {
  const side = Math.min(width, height);
  return { x: (width - side) / 2, y: (height - side) / 2, side };
}

/** How near a crop is: 1 shows the largest square. */
export function zoomOf({ width, height }: Size, { side }: Crop): number {
  return Math.min(width, height) / side;
}

/** Goes nearer or away around the middle of what is seen, never past the picture's edges. */
export function zoomed(size: Size, crop: Crop, zoom: number): Crop {
  const side = Math.min(size.width, size.height) / Math.min(ZOOM_MAX, Math.max(1, zoom));
  return within(size, { x: crop.x + (crop.side - side) / 2, y: crop.y + (crop.side - side) / 2, side });
}

/** Moves it, by shares of its own side; never past the picture's edges. */
export function moved(size: Size, crop: Crop, right: number, down: number): Crop {
  return within(size, { ...crop, x: crop.x + right * crop.side, y: crop.y + down * crop.side });
}

function within({ width, height }: Size, { x, y, side }: Crop): Crop {
  return {
    x: Math.min(Math.max(0, x), width - side),
    y: Math.min(Math.max(0, y), height - side),
    side,
  };
}
