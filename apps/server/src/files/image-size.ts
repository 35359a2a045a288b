/** Pixel size as the image is shown: after the turn its EXIF orientation asks for. */
export type ImageSize = { width: number; height: number };

/**
 * The size an image says it has, read from its head without decoding it.
 * @param head the file's first bytes; 64 KiB hold it for nearly every image
 * @returns null when it is no PNG, JPEG, GIF or WebP, or its head is broken
 */
export function imageSize(head: Uint8Array): ImageSize | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  try {
    if (view.getUint32(0) === 0x89504e47) return sized(view.getUint32(16), view.getUint32(20));
    if (view.getUint32(0) === 0x47494638) return sized(view.getUint16(6, true), view.getUint16(8, true));
    if (view.getUint16(0) === 0xffd8) return jpegSize(view);
    if (view.getUint32(0) === 0x52494646 && view.getUint32(8) === 0x57454250) return webpSize(view);
  } catch (error) {
    // The head ends before the size stands in it.
    if (!(error instanceof RangeError)) throw error;
  }
  return null;
}

function sized(width: number, height: number, orientation = 1): ImageSize | null {
  if (width === 0 || height === 0) return null;
  // From 5 on the camera was held upright: the picture is shown turned by a quarter.
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

/** Walks the segments to the frame header (ITU-T T.81, B.2). */
function jpegSize(view: DataView): ImageSize | null {
  let orientation = 1;
  let at = 2;
  for (;;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return sized(view.getUint16(at + 7), view.getUint16(at + 5), orientation);
    if (marker === 0xda || marker === 0xd9) return null;
    if (marker === 0xe1) orientation = exifOrientation(view, at + 4) ?? orientation;
    at += 2 + view.getUint16(at + 2);
  }
}

/** Tag 0x0112 of the first directory (Exif 2.3, 4.6.4). */
function exifOrientation(view: DataView, at: number): number | null {
  if (view.getUint32(at) !== 0x45786966) return null;
  const tiff = at + 6;
  const little = view.getUint16(tiff) === 0x4949;
  const directory = tiff + view.getUint32(tiff + 4, little);
  const entries = view.getUint16(directory, little);
  for (let index = 0; index < Math.min(entries, 100); index += 1) {
    const entry = directory + 2 + index * 12;
    if (view.getUint16(entry, little) !== 0x0112) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : null;
  }
  return null;
}

/** The three kinds of WebP (RFC 9649). */
function webpSize(view: DataView): ImageSize | null {
  const kind = view.getUint32(12);
  if (kind === 0x56503820) return sized(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
  if (kind === 0x5650384c) {
    const bits = view.getUint32(21, true);
    return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
  }
  if (kind === 0x56503858) {
    const uint24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    return sized(uint24(24) + 1, uint24(27) + 1);
  }
  return null;
}
