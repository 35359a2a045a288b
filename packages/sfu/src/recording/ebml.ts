/** Element ids of EBML (RFC 8794) and Matroska (RFC 9559), those the recorder writes or reads. */
export const ID = {
  ebml: 0x1a45dfa3,
  ebmlVersion: 0x4286,
  ebmlReadVersion: 0x42f7,
  ebmlMaxIdLength: 0x42f2,
  ebmlMaxSizeLength: 0x42f3,
  docType: 0x4282,
  docTypeVersion: 0x4287,
  docTypeReadVersion: 0x4285,
  voidElement: 0xec,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  flagLacing: 0x9c,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  codecDelay: 0x56aa,
  seekPreRoll: 0x56bb,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  audio: 0xe1,
  samplingFrequency: 0xb5,
  channels: 0x9f,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  cues: 0x1c53bb6b,
  cuePoint: 0xbb,
  cueTime: 0xb3,
  cueTrackPositions: 0xb7,
  cueTrack: 0xf7,
  cueClusterPosition: 0xf1,
} as const;

/** A size that says "until the next element of this level", eight bytes so that the real one fits in its place. */
export const UNKNOWN_SIZE: Buffer = Buffer.from([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);

/** The bytes of an element id: it carries its own length. */
export function idBytes(id: number): Buffer {
  const length = id > 0xffffff ? 4 : id > 0xffff ? 3 : id > 0xff ? 2 : 1;
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(id, 0, length);
  return bytes;
}

/** A size as a variable-length integer in the fewest bytes. */
export function sizeBytes(value: number): Buffer {
  let length = 1;
  while (value >= 2 ** (7 * length) - 1) length++;
  return sizeOfLength(value, length);
}

/** A size in exactly eight bytes, to go where `UNKNOWN_SIZE` stood. */
export function sizeInEight(value: number): Buffer {
  return sizeOfLength(value, 8);
}

function sizeOfLength(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let rest = value;
  for (let i = length - 1; i >= 0; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[0] = bytes[0]! | (0x80 >> (length - 1));
  return bytes;
}

/** One element with what is inside it. */
export function element(id: number, ...content: readonly Buffer[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([idBytes(id), sizeBytes(length), ...content]);
}

/** An element holding an unsigned integer in the fewest bytes. */
export function uintElement(id: number, value: number): Buffer {
  let length = 1;
  while (value >= 2 ** (8 * length)) length++;
  const bytes = Buffer.alloc(length);
  let rest = value;
  for (let i = length - 1; i >= 0; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return element(id, bytes);
}

/** An element holding a double. */
export function floatElement(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return element(id, bytes);
}

export function textElement(id: number, value: string): Buffer {
  return element(id, Buffer.from(value, 'utf8'));
}

/** An empty element of exactly `length` bytes (2 to 127), to be written over later. */
export function voidElement(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes[0] = ID.voidElement;
  bytes[1] = 0x80 | (length - 2);
  return bytes;
}

/** Head of an element as read: where its content begins and how long it is, `size` −1 when unknown. */
export interface ElementHead {
  id: number;
  contentAt: number;
  size: number;
}

/** Reads the head of the element at `at`; undefined when the bytes end inside it or are none. */
export function readHead(bytes: Buffer, at: number): ElementHead | undefined {
  const first = bytes[at];
  if (first === undefined || first < 0x10) return undefined;
  const idLength = first >= 0x80 ? 1 : first >= 0x40 ? 2 : first >= 0x20 ? 3 : 4;
  const sizeAt = at + idLength;
  const sizeFirst = bytes[sizeAt];
  if (sizeFirst === undefined || sizeFirst === 0) return undefined;
  const sizeLength = Math.clz32(sizeFirst) - 23;
  if (sizeAt + sizeLength > bytes.length) return undefined;
  let size = sizeFirst & (0xff >> sizeLength);
  let allOnes = size === 0xff >> sizeLength;
  for (let i = 1; i < sizeLength; i++) {
    const byte = bytes[sizeAt + i]!;
    if (byte !== 0xff) allOnes = false;
    size = size * 256 + byte;
  }
  return { id: bytes.readUIntBE(at, idLength), contentAt: sizeAt + sizeLength, size: allOnes ? -1 : size };
}
