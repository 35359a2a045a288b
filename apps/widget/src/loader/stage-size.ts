export type Size = { width: number; height: number };

const SMALLEST: Size = { width: 480, height: 360 };
const MARGIN = 40;

/** The stage's size kept between readable and the window, CSS px. */
export function fitStage(wanted: Size, viewport: Size): Size {
  const within = (value: number, least: number, most: number) => Math.round(Math.max(Math.min(value, most), least));
  return {
    width: within(wanted.width, Math.min(SMALLEST.width, viewport.width - MARGIN), viewport.width - MARGIN),
    height: within(wanted.height, Math.min(SMALLEST.height, viewport.height - MARGIN), viewport.height - MARGIN),
  };
}

/**
 * The size while the free top corner is dragged.
 * @param start size when the drag began
 * @param moved pointer's way since then
 * @param side the side the stage is fixed to
 */
export function dragStage(start: Size, moved: { x: number; y: number }, side: 'left' | 'right'): Size {
  return { width: start.width + (side === 'right' ? -moved.x : moved.x), height: start.height - moved.y };
}
