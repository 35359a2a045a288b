import { BitReader } from './bit-reader.ts';
import type { PictureFormat, VideoFormat } from './video-format.ts';

const SPS = 7;
const PPS = 8;
const STAP_A = 24;
const FU_A = 28;

/** RFC 6184: single NAL units, aggregates and fragments become NAL units with their length before them (AVC format). */
export class H264Format implements VideoFormat {
  readonly codecId = 'V_MPEG4/ISO/AVC';
  readonly extension = 'mkv';
  readonly #isKeyFrame: (payload: Buffer) => boolean;
  #sps: Buffer | undefined;
  #pps: Buffer | undefined;

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
      const type = payload[0]! & 0x1f;
      if (type === FU_A) {
        if (payload.length < 3) return undefined;
        const fragment = payload[1]!;
        if (fragment & 0x80) units.push([Buffer.from([(payload[0]! & 0xe0) | (fragment & 0x1f)])]);
        else if (!open) return undefined;
        units.at(-1)!.push(payload.subarray(2));
        open = (fragment & 0x40) === 0;
        continue;
      }
      if (open) return undefined;
      if (type === STAP_A) {
        for (let at = 1; at + 2 < payload.length; ) {
          const length = payload.readUInt16BE(at);
          if (length === 0 || at + 2 + length > payload.length) return undefined;
          units.push([payload.subarray(at + 2, at + 2 + length)]);
          at += 2 + length;
        }
      } else if (type >= 1 && type <= 23) units.push([payload]);
      else return undefined;
    }
    if (open || units.length === 0) return undefined;
    for (const unit of units) this.#remember(unit);
    return units.flatMap((unit) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(unit.reduce((sum, part) => sum + part.length, 0));
      return [length, ...unit];
    });
  }

  #remember(unit: readonly Buffer[]): void {
    const type = unit[0]![0]! & 0x1f;
    if (type === SPS) this.#sps = Buffer.concat(unit);
    else if (type === PPS) this.#pps = Buffer.concat(unit);
  }

  describe(): PictureFormat | undefined {
    if (!this.#sps || !this.#pps || this.#sps.length < 4) return undefined;
    return { ...spsSize(this.#sps), codecPrivate: avcConfiguration(this.#sps, this.#pps) };
  }
}

/** AVCDecoderConfigurationRecord (ISO 14496-15 §5.3.3), lengths of four bytes. */
function avcConfiguration(sps: Buffer, pps: Buffer): Buffer {
  const head = Buffer.from([1, sps[1]!, sps[2]!, sps[3]!, 0xff, 0xe1, sps.length >> 8, sps.length & 0xff]);
  return Buffer.concat([head, sps, Buffer.from([1, pps.length >> 8, pps.length & 0xff]), pps]);
}

/** The picture's size in pixels (H.264 §7.3.2.1.1), cropping taken off. */
function spsSize(sps: Buffer): { width: number; height: number } {
  // Emulation prevention bytes are no part of the syntax.
  const bytes: number[] = [];
  for (let i = 1; i < sps.length; i++) {
    if (sps[i] === 3 && sps[i - 1] === 0 && sps[i - 2] === 0) continue;
    bytes.push(sps[i]!);
  }
  const bits = new BitReader(Uint8Array.from(bytes));
  const profile = bits.bits(8);
  bits.bits(16);
  bits.ue();
  let chroma = 1;
  if ([100, 110, 122, 244, 44, 83, 86, 118, 128].includes(profile)) {
    chroma = bits.ue();
    if (chroma === 3) bits.flag();
    bits.ue();
    bits.ue();
    bits.flag();
    if (bits.flag()) return { width: 0, height: 0 };
  }
  bits.ue();
  const order = bits.ue();
  if (order === 0) bits.ue();
  else if (order === 1) {
    bits.flag();
    bits.se();
    bits.se();
    const cycles = Math.min(255, bits.ue());
    for (let i = 0; i < cycles; i++) bits.se();
  }
  bits.ue();
  bits.flag();
  const widthBlocks = bits.ue() + 1;
  const heightUnits = bits.ue() + 1;
  const frames = bits.flag();
  if (!frames) bits.flag();
  bits.flag();
  let width = widthBlocks * 16;
  let height = heightUnits * 16 * (frames ? 1 : 2);
  if (bits.flag()) {
    const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
    const unitY = (chroma === 1 ? 2 : 1) * (frames ? 1 : 2);
    width -= unitX * (bits.ue() + bits.ue());
    height -= unitY * (bits.ue() + bits.ue());
  }
  return { width, height };
}
