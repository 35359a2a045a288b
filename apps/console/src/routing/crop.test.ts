import { describe, expect, it } from 'vitest';
import { moved, wholeCrop, ZOOM_MAX, zoomed, zoomOf } from './crop.ts';

const WIDE = { width: 400, height: 200 };

describe('a crop', () => {
  it('begins with the largest square in the middle', () => {
    expect(wholeCrop(WIDE)).toEqual({ x: 100, y: 0, side: 200 });
    expect(zoomOf(WIDE, wholeCrop(WIDE))).toBe(1);
  });

  it('goes nearer around its middle, up to the most', () => {
    const near = zoomed(WIDE, wholeCrop(WIDE), 2);
    expect(near).toEqual({ x: 150, y: 50, side: 100 });
    expect(zoomOf(WIDE, zoomed(WIDE, near, 99))).toBe(ZOOM_MAX);
    expect(zoomed(WIDE, near, 0.1).side).toBe(200);
  });

  it('moves by shares of itself and stops at the edges, also when it grows there', () => {
    const near = zoomed(WIDE, wholeCrop(WIDE), 2);
    expect(moved(WIDE, near, 0.5, 0)).toEqual({ x: 200, y: 50, side: 100 });
    const corner = moved(WIDE, near, 9, 9);
    expect(corner).toEqual({ x: 300, y: 100, side: 100 });
    expect(zoomed(WIDE, corner, 1)).toEqual({ x: 200, y: 0, side: 200 });
  });
});
