/** Of a picture's brightness, from a small copy of it. */
export type PictureProbe = {
  /** 0 black to 1 white. */
  lumaMean: number;
  /** Mean difference of a point to the probe before, 0 to 1; null for the first, or where the size was another. */
  lumaChange: number | null;
  /** To be given with the next one. */
  luma: Uint8Array;
};

/**
 * How bright a picture is and how much of it moved, so that a covered, a black and a frozen camera are told from one that
 * works. Draw the picture to a canvas of about 32×18 with smoothing off: then the noise of a sensor stays in it, which
 * only a stuck one is without.
 * @param rgba four bytes a point, as `getImageData` gives them
 * @param last `luma` of the probe before
 */
export function probePicture(rgba: ArrayLike<number>, last: Uint8Array | null): PictureProbe {
  const points = rgba.length >> 2;
  const luma = new Uint8Array(points);
  const isComparable = last !== null && last.length === points;
  let sum = 0;
  let change = 0;
  for (let point = 0; point < points; point++) {
    const at = point * 4;
    // ITU-R BT.601, section 2.5.1.
    const y = Math.round(0.299 * rgba[at]! + 0.587 * rgba[at + 1]! + 0.114 * rgba[at + 2]!);
    luma[point] = y;
    sum += y;
    if (isComparable) change += Math.abs(y - last[point]!);
  }
  return {
    lumaMean: points === 0 ? 0 : sum / points / 255,
    lumaChange: isComparable && points > 0 ? change / points / 255 : null,
    luma,
  };
}
