import { describe, expect, it } from 'vitest';
import { arrangeShared } from './shared-layout.ts';
import { arrangeTiles } from './tile-grid.ts';
import { FIT, MAX_SCALE, panBy, zoomAt } from './zoom-view.ts';

describe('arrangeTiles', () => {
  it('puts two people beside each other on a wide screen and above each other on a phone', () => {
    expect(arrangeTiles(2, 1600, 700).columns).toBe(2);
    expect(arrangeTiles(2, 360, 640).columns).toBe(1);
  });

  it('keeps every tile inside the room', () => {
    for (const count of [1, 2, 3, 5, 9, 16]) {
      for (const [width, height] of [
        [360, 640],
        [1280, 720],
        [3840, 2160],
      ] as const) {
        const { columns, rows, tileWidth, tileHeight } = arrangeTiles(count, width, height);
        expect(columns * rows).toBeGreaterThanOrEqual(count);
        expect(columns * tileWidth + (columns - 1) * 8).toBeLessThanOrEqual(width + 0.01);
        expect(rows * tileHeight + (rows - 1) * 8).toBeLessThanOrEqual(height + 0.01);
        expect(tileWidth).toBeGreaterThan(0);
      }
    }
  });
});

describe('zoom', () => {
  const frame = { width: 800, height: 600 };

  it('keeps the point under the pointer in its place', () => {
    const point = { x: 120, y: -80 };
    const view = zoomAt(FIT, 2, point, frame);
    // The picture's point that lay under the pointer: (point − move) / scale, before and after.
    expect((point.x - view.x) / view.scale).toBeCloseTo(point.x);
    expect((point.y - view.y) / view.scale).toBeCloseTo(point.y);
  });

  it('never leaves the fit or the largest scale', () => {
    expect(zoomAt(FIT, 0.1, { x: 50, y: 50 }, frame)).toEqual(FIT);
    expect(zoomAt(FIT, 1000, { x: 0, y: 0 }, frame).scale).toBe(MAX_SCALE);
  });

  it('does not pan past the edge', () => {
    const view = panBy({ scale: 2, x: 0, y: 0 }, 10_000, -10_000, frame);
    expect(view).toEqual({ scale: 2, x: 400, y: -300 });
    expect(panBy(FIT, 30, 30, frame)).toEqual(FIT);
  });
});

describe('arrangeShared', () => {
  it('puts the people where they take least from the screen', () => {
    expect(arrangeShared({ width: 1350, height: 660 }, 16 / 9, 8, 2).strip).toBe('beside');
    expect(arrangeShared({ width: 620, height: 560 }, 16 / 9, 8, 2).strip).toBe('below');
  });

  it('keeps the shape of the screen, and screen and tiles within the room', () => {
    for (const aspect of [16 / 9, 16 / 10, 9 / 19.5, 32 / 9]) {
      for (const room of [
        { width: 344, height: 240 },
        { width: 620, height: 560 },
        { width: 1_000, height: 660 },
        { width: 3_000, height: 1_700 },
      ]) {
        const { strip, tileWidth, picture } = arrangeShared(room, aspect, 8, 2);
        expect(picture.width / picture.height).toBeCloseTo(aspect, 1);
        const across = strip === 'beside' ? picture.width + 8 + tileWidth : picture.width;
        const down = strip === 'below' ? picture.height + 8 + tileWidth / 1.6 : picture.height;
        expect(across).toBeLessThanOrEqual(room.width + 1);
        expect(down).toBeLessThanOrEqual(room.height + 1);
      }
    }
  });

  it('lets no face grow so far that another leaves the room', () => {
    const { strip, tileWidth } = arrangeShared({ width: 344, height: 380 }, 16 / 9, 8, 2);
    expect(strip).toBe('below');
    expect(2 * tileWidth + 8).toBeLessThanOrEqual(344);
  });
});
