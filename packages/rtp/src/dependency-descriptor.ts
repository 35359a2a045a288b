import { BitReader } from './bit-reader.ts';

export const MAX_DECODE_TARGETS = 32;
export const MAX_TEMPLATES = 64;
/** References one frame may name; encoders use up to five. */
export const MAX_FRAME_DIFFS = 8;

/** What a frame is to a decode target (AV1 RTP specification §A.4). */
export const INDICATION = { notPresent: 0, discardable: 1, switch: 2, required: 3 } as const;

/**
 * The template dependency structure (AV1 RTP specification §A.8.3.2): sent with a key frame, it says for every kind of
 * frame that follows which layer it is on, which decode targets need it and what it refers to. Reusable; `parse` makes
 * no objects.
 */
export class DependencyStructure {
  templateIdOffset = 0;
  templateCount = 0;
  decodeTargetCount = 0;
  /** 0 when the stream has no chains. */
  chainCount = 0;
  maxSpatialId = 0;
  maxTemporalId = 0;
  readonly spatialIds: Uint8Array = new Uint8Array(MAX_TEMPLATES);
  readonly temporalIds: Uint8Array = new Uint8Array(MAX_TEMPLATES);
  /** `[template × 32 + decode target]`. */
  readonly indications: Uint8Array = new Uint8Array(MAX_TEMPLATES * MAX_DECODE_TARGETS);
  readonly frameDiffCounts: Uint8Array = new Uint8Array(MAX_TEMPLATES);
  /** `[template × 8 + n]`. */
  readonly frameDiffs: Uint16Array = new Uint16Array(MAX_TEMPLATES * MAX_FRAME_DIFFS);
  /** `[template × 32 + chain]`. */
  readonly chainDiffs: Uint8Array = new Uint8Array(MAX_TEMPLATES * MAX_DECODE_TARGETS);
  /** Chain that protects each decode target. */
  readonly protectedBy: Uint8Array = new Uint8Array(MAX_DECODE_TARGETS);
  /** Highest layers of each decode target. */
  readonly targetSpatialIds: Uint8Array = new Uint8Array(MAX_DECODE_TARGETS);
  readonly targetTemporalIds: Uint8Array = new Uint8Array(MAX_DECODE_TARGETS);
  /** Pixels of each spatial layer, 0 when not told. */
  readonly widths: Uint32Array = new Uint32Array(4);
  readonly heights: Uint32Array = new Uint32Array(4);

  /** Reads the structure at the reader's position; false when it is broken or larger than anything real. */
  parse(reader: BitReader): boolean {
    this.templateIdOffset = reader.bits(6);
    this.decodeTargetCount = reader.bits(5) + 1;
    if (!this.#parseLayers(reader)) return false;
    for (let template = 0; template < this.templateCount; template++) {
      for (let target = 0; target < this.decodeTargetCount; target++) {
        this.indications[template * MAX_DECODE_TARGETS + target] = reader.bits(2);
      }
    }
    if (!this.#parseFrameDiffs(reader)) return false;
    this.#parseChains(reader);
    this.#findTargetLayers();
    this.widths.fill(0);
    this.heights.fill(0);
    if (reader.flag()) {
      for (let spatial = 0; spatial <= this.maxSpatialId; spatial++) {
        this.widths[spatial] = reader.bits(16) + 1;
        this.heights[spatial] = reader.bits(16) + 1;
      }
    }
    return !reader.overrun;
  }

  #parseLayers(reader: BitReader): boolean {
    let spatial = 0;
    let temporal = 0;
    let count = 0;
    this.maxTemporalId = 0;
    for (;;) {
      if (count === MAX_TEMPLATES || spatial > 3 || temporal > 7) return false;
      this.spatialIds[count] = spatial;
      this.temporalIds[count] = temporal;
      count++;
      const next = reader.bits(2);
      if (reader.overrun) return false;
      if (next === 3) break;
      if (next === 1) temporal++;
      else if (next === 2) {
        temporal = 0;
        spatial++;
      }
      this.maxTemporalId = Math.max(this.maxTemporalId, temporal);
    }
    this.templateCount = count;
    this.maxSpatialId = spatial;
    return true;
  }

  #parseFrameDiffs(reader: BitReader): boolean {
    for (let template = 0; template < this.templateCount; template++) {
      let count = 0;
      while (reader.flag()) {
        if (count === MAX_FRAME_DIFFS) return false;
        this.frameDiffs[template * MAX_FRAME_DIFFS + count++] = reader.bits(4) + 1;
      }
      this.frameDiffCounts[template] = count;
    }
    return !reader.overrun;
  }

  #parseChains(reader: BitReader): void {
    this.chainCount = reader.nonSymmetric(this.decodeTargetCount + 1);
    if (this.chainCount === 0) return;
    for (let target = 0; target < this.decodeTargetCount; target++) {
      this.protectedBy[target] = reader.nonSymmetric(this.chainCount);
    }
    for (let template = 0; template < this.templateCount; template++) {
      for (let chain = 0; chain < this.chainCount; chain++) {
        this.chainDiffs[template * MAX_DECODE_TARGETS + chain] = reader.bits(4);
      }
    }
  }

  #findTargetLayers(): void {
    for (let target = 0; target < this.decodeTargetCount; target++) {
      let spatial = 0;
      let temporal = 0;
      for (let template = 0; template < this.templateCount; template++) {
        if (this.indications[template * MAX_DECODE_TARGETS + target] === INDICATION.notPresent) continue;
        spatial = Math.max(spatial, this.spatialIds[template]!);
        temporal = Math.max(temporal, this.temporalIds[template]!);
      }
      this.targetSpatialIds[target] = spatial;
      this.targetTemporalIds[target] = temporal;
    }
  }
}

/**
 * The dependency descriptor of one packet (AV1 RTP specification appendix A), in a reusable struct: `parse` makes no
 * objects. What it means depends on the structure the stream sent last, which the caller keeps.
 */
export class DependencyDescriptor {
  startOfFrame = false;
  endOfFrame = false;
  templateId = 0;
  frameNumber = 0;
  /** Whether the packet brings a new structure: it is in the `spare` given to `parse`. */
  hasStructure = false;
  /** Bit n: decode target n is being sent; −1 when this packet does not say. */
  activeDecodeTargets = -1;
  spatialId = 0;
  temporalId = 0;
  readonly indications: Uint8Array = new Uint8Array(MAX_DECODE_TARGETS);
  frameDiffCount = 0;
  readonly frameDiffs: Uint16Array = new Uint16Array(MAX_FRAME_DIFFS);
  readonly chainDiffs: Uint8Array = new Uint8Array(MAX_DECODE_TARGETS);
  /** Where things are in bits from the extension's start, for `writeActiveDecodeTargets`. */
  structureEndBit = 0;
  activeEndBit = 0;
  usedBits = 0;
  readonly #reader = new BitReader();

  /** The frame number alone, −1 when the bytes are too short to be a descriptor. */
  static frameNumberAt(buffer: Uint8Array, offset: number, length: number): number {
    return length < 3 || offset + 3 > buffer.length ? -1 : (buffer[offset + 1]! << 8) | buffer[offset + 2]!;
  }

  /**
   * Reads the extension `buffer[offset, offset + length)`. A structure in it is put into `spare` and used; otherwise
   * `structure`, the last one of the stream, gives the template its meaning. False when the bytes are broken, or when
   * the structure they refer to is not known (yet).
   */
  parse(
    buffer: Uint8Array,
    offset: number,
    length: number,
    structure: DependencyStructure | undefined,
    spare: DependencyStructure,
  ): boolean {
    this.hasStructure = false;
    this.activeDecodeTargets = -1;
    if (length < 3 || offset < 0 || offset + length > buffer.length) return false;
    const reader = this.#reader;
    reader.open(buffer, offset, offset + length);
    this.startOfFrame = reader.flag();
    this.endOfFrame = reader.flag();
    this.templateId = reader.bits(6);
    this.frameNumber = reader.bits(16);
    let customIndications = false;
    let customFrameDiffs = false;
    let customChains = false;
    let used = structure;
    this.structureEndBit = 24;
    this.activeEndBit = 24;
    if (length > 3) {
      const withStructure = reader.flag();
      const withActive = reader.flag();
      customIndications = reader.flag();
      customFrameDiffs = reader.flag();
      customChains = reader.flag();
      if (withStructure) {
        if (!spare.parse(reader)) return false;
        used = spare;
        this.hasStructure = true;
      }
      this.structureEndBit = reader.position - offset * 8;
      if (withActive) {
        if (!used) return false;
        this.activeDecodeTargets = readMask(reader, used.decodeTargetCount);
      } else if (withStructure) {
        this.activeDecodeTargets = allTargets(spare.decodeTargetCount);
      }
      this.activeEndBit = reader.position - offset * 8;
    }
    if (!used) return false;
    const template = (this.templateId + MAX_TEMPLATES - used.templateIdOffset) % MAX_TEMPLATES;
    if (template >= used.templateCount) return false;
    this.spatialId = used.spatialIds[template]!;
    this.temporalId = used.temporalIds[template]!;
    for (let target = 0; target < used.decodeTargetCount; target++) {
      this.indications[target] = customIndications
        ? reader.bits(2)
        : used.indications[template * MAX_DECODE_TARGETS + target]!;
    }
    if (customFrameDiffs) {
      if (!this.#readFrameDiffs(reader)) return false;
    } else {
      this.frameDiffCount = used.frameDiffCounts[template]!;
      for (let i = 0; i < this.frameDiffCount; i++) {
        this.frameDiffs[i] = used.frameDiffs[template * MAX_FRAME_DIFFS + i]!;
      }
    }
    for (let chain = 0; chain < used.chainCount; chain++) {
      this.chainDiffs[chain] = customChains ? reader.bits(8) : used.chainDiffs[template * MAX_DECODE_TARGETS + chain]!;
    }
    this.usedBits = reader.position - offset * 8;
    return !reader.overrun;
  }

  #readFrameDiffs(reader: BitReader): boolean {
    this.frameDiffCount = 0;
    for (;;) {
      const size = reader.bits(2);
      if (size === 0) return !reader.overrun;
      if (this.frameDiffCount === MAX_FRAME_DIFFS) return false;
      this.frameDiffs[this.frameDiffCount++] = reader.bits(4 * size) + 1;
    }
  }
}

/** All of the first `count` decode targets. */
export function allTargets(count: number): number {
  return count >= 32 ? 0xffff_ffff : 2 ** count - 1;
}

function readMask(reader: BitReader, count: number): number {
  const high = count > 16 ? reader.bits(count - 16) : 0;
  return high * 0x1_0000 + reader.bits(Math.min(16, count));
}

/**
 * Writes the descriptor `source[offset, offset + length)`, as `descriptor` read it, into `out` with `mask` as its active
 * decode targets. Returns the new length in bytes, at most five more than before; −1 when it does not fit.
 */
export function writeActiveDecodeTargets(
  out: Uint8Array,
  source: Uint8Array,
  offset: number,
  length: number,
  descriptor: DependencyDescriptor,
  decodeTargetCount: number,
  mask: number,
): number {
  if (out.length < length + 5) return -1;
  out.fill(0, 0, length + 5);
  let to = copyBits(out, 0, source, offset * 8, 24);
  const from = offset * 8;
  if (length > 3) {
    to = copyBits(out, to, source, from + 24, 5);
    // The second of the five flags: active decode targets are present.
    out[3] = out[3]! | 0x40;
    to = copyBits(out, to, source, from + 29, Math.max(0, descriptor.structureEndBit - 29));
  } else {
    out[3] = 0x40;
    to += 5;
  }
  for (let target = decodeTargetCount - 1; target >= 0; target--) {
    if ((mask >>> target) & 1) out[to >> 3] = out[to >> 3]! | (0x80 >> (to & 7));
    to++;
  }
  to = copyBits(out, to, source, from + descriptor.activeEndBit, descriptor.usedBits - descriptor.activeEndBit);
  return (to + 7) >> 3;
}

function copyBits(out: Uint8Array, to: number, source: Uint8Array, from: number, count: number): number {
  for (let i = 0; i < count; i++) {
    const bit = (source[(from + i) >> 3]! >> (7 - ((from + i) & 7))) & 1;
    if (bit === 1) out[(to + i) >> 3] = out[(to + i) >> 3]! | (0x80 >> ((to + i) & 7));
  }
  return to + count;
}
