import { parseAv1AggregationHeader } from '@alongside/rtp';
import { BitReader } from './bit-reader.ts';
import type { PictureFormat, VideoFormat } from './video-format.ts';

const SEQUENCE_HEADER = 1;
const TEMPORAL_DELIMITER = 2;
const TILE_LIST = 8;
const PADDING = 15;

/** AV1 RTP specification §4: OBU elements, put together, get their sizes back and become a temporal unit. */
export class Av1Format implements VideoFormat {
  readonly codecId = 'V_AV1';
  readonly extension = 'webm';
  readonly #isKeyFrame: (payload: Buffer) => boolean;
  #sequenceHeader: Buffer | undefined;

  constructor(isKeyFrame: (payload: Buffer) => boolean) {
    this.#isKeyFrame = isKeyFrame;
  }

  startsKeyFrame(payload: Buffer): boolean {
    return this.#isKeyFrame(payload);
  }

  join(payloads: readonly Buffer[]): Buffer[] | undefined {
    const units: Buffer[][] = [];
    let open = false;
    for (const payload of payloads) {
      const header = parseAv1AggregationHeader(payload[0]!);
      if (header.continuesPrevious !== open) return undefined;
      const elements = elementsOf(payload, header.elementCount);
      if (!elements) return undefined;
      for (const [i, bytes] of elements.entries()) {
        if (i > 0 || !open) {
          units.push([bytes]);
          continue;
        }
        const last = units.at(-1);
        // A payload may say that its last element goes on, and have none.
        if (!last) return undefined;
        last.push(bytes);
      }
      open = header.continuesNext;
    }
    if (open) return undefined;
    return units.flatMap((unit) => this.#withSize(Buffer.concat(unit)));
  }

  #withSize(obu: Buffer): Buffer[] {
    if (obu.length === 0) return [];
    const type = (obu[0]! >> 3) & 0x0f;
    // Matroska wants no temporal delimiters; RTP has none to begin with.
    if (type === TEMPORAL_DELIMITER || type === TILE_LIST || type === PADDING) return [];
    const headLength = obu[0]! & 0x04 ? 2 : 1;
    let sized = obu;
    if ((obu[0]! & 0x02) === 0) {
      const head = Buffer.from(obu.subarray(0, headLength));
      head[0] = head[0]! | 0x02;
      sized = Buffer.concat([head, leb128(obu.length - headLength), obu.subarray(headLength)]);
    }
    if (type === SEQUENCE_HEADER) this.#sequenceHeader = sized;
    return [sized];
  }

  describe(): PictureFormat | undefined {
    const obu = this.#sequenceHeader;
    if (!obu) return undefined;
    let at = obu[0]! & 0x04 ? 2 : 1;
    while (obu[at]! & 0x80) at++;
    const bits = new BitReader(obu.subarray(at + 1));
    const profile = bits.bits(3);
    bits.flag();
    let level = 0;
    let tier = 0;
    if (bits.flag()) level = bits.bits(5);
    else {
      // Timing information is for files; no sender of RTP writes it.
      if (bits.flag()) return undefined;
      const delays = bits.flag();
      const points = bits.bits(5) + 1;
      for (let i = 0; i < points; i++) {
        bits.bits(12);
        const pointLevel = bits.bits(5);
        const pointTier = pointLevel > 7 ? bits.bits(1) : 0;
        if (delays && bits.flag()) bits.bits(4);
        if (i === 0) [level, tier] = [pointLevel, pointTier];
      }
    }
    const widthBits = bits.bits(4) + 1;
    const heightBits = bits.bits(4) + 1;
    const width = bits.bits(widthBits) + 1;
    const height = bits.bits(heightBits) + 1;
    // AV1CodecConfigurationRecord: 8 bits per sample, 4:2:0, as every sender of profile 0 does.
    const configuration = Buffer.from([0x81, (profile << 5) | level, (tier << 7) | 0x0c, 0]);
    return { width, height, codecPrivate: Buffer.concat([configuration, obu]) };
  }
}

function elementsOf(payload: Buffer, count: number): Buffer[] | undefined {
  const elements: Buffer[] = [];
  for (let at = 1; at < payload.length; ) {
    if (count > 0 && elements.length === count - 1) {
      elements.push(payload.subarray(at));
      break;
    }
    let length = 0;
    let shift = 0;
    for (;;) {
      const byte = payload[at++];
      if (byte === undefined || shift > 28) return undefined;
      length += (byte & 0x7f) * 2 ** shift;
      shift += 7;
      if ((byte & 0x80) === 0) break;
    }
    if (at + length > payload.length) return undefined;
    elements.push(payload.subarray(at, at + length));
    at += length;
  }
  return elements;
}

function leb128(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) {
      bytes.push(rest);
      return Buffer.from(bytes);
    }
    bytes.push((rest % 128) | 0x80);
  }
}
