import {
  allTargets,
  type DependencyDescriptor,
  type DependencyStructure,
  INDICATION,
  MAX_DECODE_TARGETS,
  type RtpView,
  type RtpWriter,
  writeActiveDecodeTargets,
} from '@alongside/rtp';
import type { Downlink } from '../downlink.ts';
import { FATE, FrameLog } from '../frame-log.ts';
import type { LayerChoice } from '../layer-selector.ts';
import type { PayloadHead } from '../payload-head.ts';
import type { Rewriter } from './rewriter.ts';

/** An extension is at most 255 bytes long; one packet is written at a time. */
const descriptorBytes = Buffer.alloc(260);

/**
 * AV1 with its layers in one stream, chosen by the dependency descriptor: a decode target goes through while its chain
 * is whole, and no frame goes through that refers to one left out. Base frames of the spatial layers below go along, so
 * that a step down needs no key frame. Frame numbers move by a constant only: references are relative to them.
 *
 * A packet without a readable descriptor goes through as it is.
 */
export class Av1Rewriter implements Rewriter {
  broken = false;
  spatial: number;
  temporal: number;
  /** By frame number; beside the fate the active decode targets to write, 0 for none. */
  readonly #frames = new FrameLog();
  readonly #chainBroken = new Uint8Array(MAX_DECODE_TARGETS);
  readonly #descriptorId: number;
  readonly #limit: LayerChoice;
  #picture = Number.NaN;
  #decodeTarget = -1;
  #active = 0xffff_ffff;
  #mask = 0;
  #frameOffset = 0;
  #lastFrameNumber: number;

  /** @param descriptorId extension id of the dependency descriptor in what the publisher sends, 0 for none */
  constructor(head: PayloadHead, target: LayerChoice, descriptorId: number, before: Av1Rewriter | undefined) {
    this.#limit = { spatial: target.spatial, temporal: target.temporal };
    this.spatial = target.spatial;
    this.temporal = target.temporal;
    this.#descriptorId = descriptorId;
    this.#lastFrameNumber = before ? before.#lastFrameNumber : -1;
    if (this.#lastFrameNumber >= 0 && head.structure) {
      this.#frameOffset = this.#lastFrameNumber + 1 - head.dependency.frameNumber;
    }
  }

  admit(view: RtpView, head: PayloadHead, target: LayerChoice): boolean {
    const { dependency, structure } = head;
    if (!structure) return !head.structureMissing;
    const known = this.#frames.find(dependency.frameNumber);
    if (known >= 0) return this.#frames.fate(known) === FATE.admitted;
    if (view.timestamp !== this.#picture) {
      this.#picture = view.timestamp;
      this.#limit.spatial = target.spatial;
      this.#limit.temporal = target.temporal;
    }
    const activeBefore = this.#active;
    if (dependency.activeDecodeTargets >= 0) this.#active = dependency.activeDecodeTargets;
    this.#followChains(dependency, structure);
    this.#chooseTarget(structure);
    const admitted = this.#isWithin(dependency, structure);
    const mask = this.#targetMask(structure);
    const tell = mask !== this.#mask || dependency.hasStructure || this.#active !== activeBefore;
    this.#mask = mask;
    this.#frames.add(
      dependency.frameNumber,
      admitted ? FATE.admitted : FATE.leftOut,
      tell ? mask | 0 : 0,
      this.spatial,
    );
    if (admitted) this.#lastFrameNumber = (dependency.frameNumber + this.#frameOffset) & 0xffff;
    return admitted;
  }

  admitLate(_view: RtpView, head: PayloadHead): boolean {
    const { dependency, structure } = head;
    if (!structure) return !head.structureMissing;
    const known = this.#frames.find(dependency.frameNumber);
    if (known >= 0) return this.#frames.fate(known) === FATE.admitted;
    const admitted = this.#isWithin(dependency, structure);
    this.#frames.add(dependency.frameNumber, admitted ? FATE.admitted : FATE.leftOut, 0, this.spatial);
    return admitted;
  }

  #followChains(dependency: DependencyDescriptor, structure: DependencyStructure): void {
    for (let chain = 0; chain < structure.chainCount; chain++) {
      const back = dependency.chainDiffs[chain]!;
      if (back === 0) this.#chainBroken[chain] = 0;
      else if (this.#isLeftOut(dependency.frameNumber - back)) this.#chainBroken[chain] = 1;
    }
  }

  /** The highest decode target within the limit whose chain is whole. */
  #chooseTarget(structure: DependencyStructure): void {
    const { targetSpatialIds, targetTemporalIds } = structure;
    let best = -1;
    for (let target = 0; target < structure.decodeTargetCount; target++) {
      const spatial = targetSpatialIds[target]!;
      const temporal = targetTemporalIds[target]!;
      if (spatial > this.#limit.spatial || temporal > this.#limit.temporal) continue;
      if (((this.#active >>> target) & 1) === 0) continue;
      if (structure.chainCount > 0 && this.#chainBroken[structure.protectedBy[target]!] === 1) continue;
      const higher =
        best < 0 ||
        spatial > targetSpatialIds[best]! ||
        (spatial === targetSpatialIds[best] && temporal > targetTemporalIds[best]!);
      if (higher) best = target;
    }
    this.#decodeTarget = best;
    this.broken = best < 0;
    if (best < 0) return;
    this.spatial = targetSpatialIds[best]!;
    this.temporal = targetTemporalIds[best]!;
  }

  #isWithin(dependency: DependencyDescriptor, structure: DependencyStructure): boolean {
    if (this.#decodeTarget < 0) return false;
    let present = dependency.indications[this.#decodeTarget] !== INDICATION.notPresent;
    for (let target = 0; target < structure.decodeTargetCount && !present; target++) {
      present =
        structure.targetTemporalIds[target] === 0 &&
        structure.targetSpatialIds[target]! < this.spatial &&
        dependency.indications[target] !== INDICATION.notPresent;
    }
    if (!present) return false;
    for (let i = 0; i < dependency.frameDiffCount; i++) {
      if (this.#isLeftOut(dependency.frameNumber - dependency.frameDiffs[i]!)) return false;
    }
    return true;
  }

  /** Frames that have not come are taken for on their way. */
  #isLeftOut(frameNumber: number): boolean {
    const known = this.#frames.find(frameNumber & 0xffff);
    return known >= 0 && this.#frames.fate(known) === FATE.leftOut;
  }

  #targetMask(structure: DependencyStructure): number {
    let mask = 0;
    for (let target = 0; target < structure.decodeTargetCount; target++) {
      const within =
        structure.targetSpatialIds[target]! <= this.spatial && structure.targetTemporalIds[target]! <= this.temporal;
      if (within) mask |= 1 << target;
    }
    return (mask & this.#active & allTargets(structure.decodeTargetCount)) >>> 0;
  }

  marker(view: RtpView, { dependency, structure }: PayloadHead): boolean {
    if (view.marker || !structure || !dependency.endOfFrame) return view.marker;
    const known = this.#frames.find(dependency.frameNumber);
    return dependency.spatialId === (known >= 0 ? this.#frames.top(known) : this.spatial);
  }

  extend(writer: RtpWriter, downlink: Downlink, view: RtpView, head: PayloadHead): void {
    const id = downlink.extensions.dependencyDescriptor;
    const at = this.#descriptorId === 0 ? -1 : view.findExtension(this.#descriptorId);
    if (id === 0 || at < 0) return;
    const offset = view.extensionOffset(at);
    let length = view.extensionLength(at);
    if (length < 3) return;
    const { dependency, structure } = head;
    const known = structure ? this.#frames.find(dependency.frameNumber) : -1;
    const mask = known >= 0 ? this.#frames.offset(known) >>> 0 : 0;
    const { decodeTargetCount } = structure ?? { decodeTargetCount: 0 };
    let written = -1;
    if (mask !== 0) {
      written = writeActiveDecodeTargets(
        descriptorBytes,
        view.buffer,
        offset,
        length,
        dependency,
        decodeTargetCount,
        mask,
      );
    }
    if (written > 0) length = written;
    else view.buffer.copy(descriptorBytes, 0, offset, offset + length);
    const frameNumber = (((descriptorBytes[1]! << 8) | descriptorBytes[2]!) + this.#frameOffset) & 0xffff;
    descriptorBytes[1] = frameNumber >> 8;
    descriptorBytes[2] = frameNumber;
    writer.addExtension(id, descriptorBytes, 0, length);
  }

  renumber(): void {}
}
