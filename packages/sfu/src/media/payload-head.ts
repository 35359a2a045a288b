import {
  DependencyDescriptor,
  type DependencyStructure,
  INDICATION,
  isAv1KeyFrame,
  isH264Disposable,
  isH264KeyFrame,
  type RtpView,
  Vp8Head,
  Vp9Head,
} from '@alongside/rtp';
import type { CodecName } from './codecs.ts';
import type { DependencyStructures } from './dependency-structures.ts';

/**
 * What one packet says of its frame, read once however many subscribers it goes to. Reusable: `read` makes no objects.
 */
export class PayloadHead {
  /** First packet of a frame a decoder can start at. */
  keyFrame = false;
  /** True for one packet of each frame. */
  countsFrame = false;
  /** Layers inside the stream, 0 where it has none. */
  spatial = 0;
  temporal = 0;
  /** Spatial layers of the stream, when the packet says so. */
  announcedLayers = 0;
  /** Whether layers above look at this one outside key pictures: 1 no, 0 yes, −1 when this packet does not say. */
  layersApart = -1;
  /** The fields of the codec the packet is of; the others are stale. */
  readonly vp8: Vp8Head = new Vp8Head();
  readonly vp9: Vp9Head = new Vp9Head();
  readonly dependency: DependencyDescriptor = new DependencyDescriptor();
  /** What `dependency` was read by; undefined when the packet has no descriptor that can be read. */
  structure: DependencyStructure | undefined;
  /** It has a descriptor which refers to a structure that has not come yet. */
  structureMissing = false;

  /** For packets whose payload nobody looks into. */
  clear(): void {
    this.keyFrame = false;
    this.countsFrame = false;
    this.spatial = 0;
    this.temporal = 0;
    this.announcedLayers = 0;
    this.layersApart = -1;
    this.structure = undefined;
    this.structureMissing = false;
  }

  /**
   * Reads the payload of a video packet.
   * @param descriptorId extension id of the dependency descriptor, 0 when not negotiated
   * @param structures of the stream the packet belongs to; a new one in the packet becomes the last one there
   */
  read(codec: CodecName, view: RtpView, descriptorId: number, structures: DependencyStructures | undefined): void {
    this.clear();
    const start = view.headerLength;
    const end = start + view.payloadLength;
    switch (codec) {
      case 'vp8':
        if (!this.vp8.parse(view.buffer, start, end)) return;
        this.keyFrame = this.vp8.isKeyFrame;
        this.countsFrame = this.vp8.startOfPartition && this.vp8.partitionIndex === 0;
        this.temporal = Math.max(0, this.vp8.temporalId);
        return;
      case 'vp9':
        if (!this.vp9.parse(view.buffer, start, end)) return;
        this.keyFrame = this.vp9.isKeyFrame;
        this.countsFrame = this.vp9.startOfFrame;
        this.spatial = Math.max(0, this.vp9.spatialId);
        this.temporal = Math.max(0, this.vp9.temporalId);
        this.announcedLayers = this.vp9.spatialLayerCount;
        // The highest layer is nobody's reference in any mode: only a lower one tells.
        if (this.vp9.interPicturePredicted && this.spatial === 0) this.layersApart = this.vp9.notUpperReference ? 1 : 0;
        return;
      case 'av1':
        this.#readAv1(view, descriptorId, structures);
        return;
      case 'h264':
        this.keyFrame = isH264KeyFrame(view.buffer, start, end);
        this.temporal = isH264Disposable(view.buffer, start, end) ? 1 : 0;
        this.countsFrame = view.marker;
        return;
      default:
    }
  }

  #readAv1(view: RtpView, descriptorId: number, structures: DependencyStructures | undefined): void {
    const start = view.headerLength;
    const end = start + view.payloadLength;
    const at = descriptorId === 0 ? -1 : view.findExtension(descriptorId);
    if (at < 0 || structures === undefined) {
      this.keyFrame = isAv1KeyFrame(view.buffer, start, end);
      this.countsFrame = view.marker;
      return;
    }
    const { dependency } = this;
    const { last, previous, spare } = structures;
    const offset = view.extensionOffset(at);
    const length = view.extensionLength(at);
    let used = last;
    if (!dependency.parse(view.buffer, offset, length, last, spare)) {
      used = previous;
      if (!previous || !dependency.parse(view.buffer, offset, length, previous, spare)) {
        this.structureMissing = true;
        return;
      }
    }
    this.structure = dependency.hasStructure ? structures.accept(dependency.frameNumber) : used;
    this.spatial = dependency.spatialId;
    this.temporal = dependency.temporalId;
    this.countsFrame = dependency.startOfFrame;
    this.keyFrame = dependency.hasStructure && dependency.startOfFrame && dependency.frameDiffCount === 0;
    if (this.spatial === 0 && dependency.frameDiffCount > 0) this.layersApart = this.#isNeededAbove() ? 0 : 1;
  }

  /** Whether a decode target of a higher spatial layer needs this frame. */
  #isNeededAbove(): boolean {
    const { structure, dependency } = this;
    for (let target = 0; target < (structure?.decodeTargetCount ?? 0); target++) {
      if (structure!.targetSpatialIds[target]! === 0) continue;
      if (dependency.indications[target] !== INDICATION.notPresent) return true;
    }
    return false;
  }
}
