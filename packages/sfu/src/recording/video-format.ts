import { isAv1KeyFrame, isH264KeyFrame, Vp8Head, Vp9Head } from '@alongside/rtp';
import { Av1Format } from './av1-format.ts';
import { H264Format } from './h264-format.ts';

/** What a file must say of the pictures in it. */
export interface PictureFormat {
  width: number;
  height: number;
  codecPrivate: Buffer | undefined;
}

/** How one codec's RTP payloads become the frames of a file. */
export interface VideoFormat {
  /** Matroska's name. */
  readonly codecId: string;
  readonly extension: 'webm' | 'mkv';
  /** Whether the frame this payload is of can be decoded without any before it; told by one of its payloads. */
  startsKeyFrame(payload: Buffer): boolean;
  /** The frame of these payloads, all of it; undefined when they make none. */
  join(payloads: readonly Buffer[]): Buffer[] | undefined;
  /** From a key frame as `join` gave it; undefined when it does not tell. */
  describe(frame: readonly Buffer[]): PictureFormat | undefined;
}

/** The format of a codec by the engine's name for it; undefined when it cannot be recorded. */
export function videoFormatOf(codecName: string): VideoFormat | undefined {
  switch (codecName) {
    case 'vp8':
      return new Vp8Format();
    case 'vp9':
      return new Vp9Format();
    case 'h264':
      return new H264Format((payload) => isH264KeyFrame(payload));
    case 'av1':
      return new Av1Format((payload) => isAv1KeyFrame(payload));
    default:
      return undefined;
  }
}

/** RFC 7741: a descriptor, then the next piece of the frame. */
class Vp8Format implements VideoFormat {
  readonly codecId = 'V_VP8';
  readonly extension = 'webm';
  readonly #head = new Vp8Head();

  startsKeyFrame(payload: Buffer): boolean {
    return this.#head.parse(payload, 0, payload.length) && this.#head.isKeyFrame;
  }

  join(payloads: readonly Buffer[]): Buffer[] | undefined {
    const pieces: Buffer[] = [];
    for (const payload of payloads) {
      if (!this.#head.parse(payload, 0, payload.length)) return undefined;
      const begins = this.#head.startOfPartition && this.#head.partitionIndex === 0;
      if (begins !== (pieces.length === 0)) return undefined;
      pieces.push(payload.subarray(this.#head.length));
    }
    return pieces;
  }

  describe(frame: readonly Buffer[]): PictureFormat | undefined {
    const first = frame[0]!;
    // RFC 6386 §9.1: frame tag of three bytes, start code, 14-bit sizes in little endian.
    if (first.length < 10 || first.readUIntBE(3, 3) !== 0x9d012a) return undefined;
    return { width: first.readUInt16LE(6) & 0x3fff, height: first.readUInt16LE(8) & 0x3fff, codecPrivate: undefined };
  }
}

/** RFC 9628: a descriptor, then the next piece; the spatial layers of one picture are one superframe of the file. */
class Vp9Format implements VideoFormat {
  readonly codecId = 'V_VP9';
  readonly extension = 'webm';
  readonly #head = new Vp9Head();
  #size: PictureFormat | undefined;

  startsKeyFrame(payload: Buffer): boolean {
    return this.#head.parse(payload, 0, payload.length) && this.#head.isKeyFrame;
  }

  join(payloads: readonly Buffer[]): Buffer[] | undefined {
    const pieces: Buffer[] = [];
    const layerBytes: number[] = [];
    for (const payload of payloads) {
      if (!this.#head.parse(payload, 0, payload.length)) return undefined;
      if (this.#head.startOfFrame) layerBytes.push(0);
      else if (layerBytes.length === 0) return undefined;
      const piece = payload.subarray(this.#head.length);
      pieces.push(piece);
      layerBytes[layerBytes.length - 1]! += piece.length;
      if (this.#head.width > 0) {
        this.#size = { width: this.#head.width, height: this.#head.height, codecPrivate: undefined };
      }
    }
    if (layerBytes.length > 1) pieces.push(superframeIndex(layerBytes));
    return pieces;
  }

  describe(frame: readonly Buffer[]): PictureFormat | undefined {
    return this.#size ?? vp9Size(frame[0]!);
  }
}

/** Where each of several frames in one chunk ends (VP9 bitstream, annex B). */
function superframeIndex(sizes: readonly number[]): Buffer {
  const width = Math.max(...sizes) > 0xffff ? 4 : 2;
  const marker = 0xc0 | ((width - 1) << 3) | (sizes.length - 1);
  const index = Buffer.alloc(2 + width * sizes.length);
  index[0] = marker;
  for (const [i, size] of sizes.entries()) index.writeUIntLE(size, 1 + i * width, width);
  index[index.length - 1] = marker;
  return index;
}

/** The picture's size from a key frame's uncompressed header (VP9 bitstream §6.2), profile 0. */
function vp9Size(frame: Buffer): PictureFormat | undefined {
  if (frame.length < 10 || frame[0]! >> 4 !== 0b1000 || (frame[0]! & 0x04) !== 0) return undefined;
  if (frame.readUIntBE(1, 3) !== 0x498342) return undefined;
  // Three bits of colour space and one of range, then both sizes minus one.
  const bits = frame.readUIntBE(4, 5);
  const width = Math.floor(bits / 2 ** 20) & 0xffff;
  const height = Math.floor(bits / 2 ** 4) & 0xffff;
  return { width: width + 1, height: height + 1, codecPrivate: undefined };
}
