import { expect, test } from 'vitest';
import { probePicture } from './picture.ts';

const POINTS = 32 * 18;
const picture = (level: (point: number) => number) =>
  Uint8ClampedArray.from({ length: POINTS * 4 }, (_, at) => (at % 4 === 3 ? 255 : level(at >> 2)));

test('black is 0, white is 1, and the first has nothing to compare with', () => {
  expect(
    probePicture(
      picture(() => 0),
      null,
    ),
  ).toMatchObject({ lumaMean: 0, lumaChange: null });
  expect(
    probePicture(
      picture(() => 255),
      null,
    ).lumaMean,
  ).toBe(1);
  expect(probePicture([], null)).toMatchObject({ lumaMean: 0, lumaChange: null });
});

test('tells a picture that stands still from the noise of a sensor', () => {
  const first = probePicture(
    picture((point) => point % 200),
    null,
  );
  expect(
    probePicture(
      picture((point) => point % 200),
      first.luma,
    ).lumaChange,
  ).toBe(0);
  const noisy = probePicture(
    picture((point) => (point % 200) + (point % 3 === 0 ? 1 : 0)),
    first.luma,
  );
  expect(noisy.lumaChange).toBeCloseTo(1 / 3 / 255, 3);
  expect(
    probePicture(
      picture(() => 9),
      new Uint8Array(7),
    ).lumaChange,
  ).toBeNull();
});
