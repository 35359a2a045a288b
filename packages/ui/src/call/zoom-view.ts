/** How a picture lies in its frame: scaled about the frame's middle, then moved. */
export type ZoomView = { /** 1 = fits the frame. */ scale: number; x: number; y: number };

export type Size = { width: number; height: number };

export const FIT: ZoomView = { scale: 1, x: 0, y: 0 };
export const MAX_SCALE = 8;

/**
 * Zooms so that the point under the pointer stays where it is.
 * @param factor above 1 enlarges
 * @param point in the frame, px from its middle
 */
export function zoomAt(view: ZoomView, factor: number, point: { x: number; y: number }, frame: Size): ZoomView {
  const scale = Math.min(MAX_SCALE, Math.max(1, view.scale * factor));
  const grown = scale / view.scale;
  return keepInside({ scale, x: point.x - (point.x - view.x) * grown, y: point.y - (point.y - view.y) * grown }, frame);
}

/** Moves it, but never so far that the frame shows less than it could. */
export function panBy(view: ZoomView, dx: number, dy: number, frame: Size): ZoomView {
  return keepInside({ ...view, x: view.x + dx, y: view.y + dy }, frame);
}

function keepInside(view: ZoomView, frame: Size): ZoomView {
  const spareX = (frame.width * (view.scale - 1)) / 2;
  const spareY = (frame.height * (view.scale - 1)) / 2;
  return {
    scale: view.scale,
    x: clamp(view.x, spareX),
    y: clamp(view.y, spareY),
  };
}

function clamp(value: number, limit: number): number {
  // Adding zero makes −0 an ordinary zero.
  return Math.min(limit, Math.max(-limit, value)) + 0;
}
