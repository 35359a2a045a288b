import { type RtpView, rewriteVp9, type Vp9Head } from '@alongside/rtp';
import { FATE, FrameLog } from '../frame-log.ts';
import type { LayerChoice } from '../layer-selector.ts';
import type { PayloadHead } from '../payload-head.ts';
import type { Rewriter } from './rewriter.ts';

/**
 * VP9 with spatial and temporal layers in one stream (RFC 9628), chosen by its payload descriptor. References are
 * relative to picture ids, so ids move by a constant only and keep the gaps of what is left out.
 *
 * Where upper layers look at lower ones in key pictures alone (as browsers send it), the lower layers' base frames are
 * still passed on: they cost little, and a step down needs no key picture.
 */
export class Vp9Rewriter implements Rewriter {
  readonly broken = false;
  spatial: number;
  temporal: number;
  readonly #frames = new FrameLog();
  #pictureIdOffset = 0;
  #tl0Offset = 0;
  #picture = Number.NaN;
  /** The last picture said so. */
  #mayRise = false;
  /** Upper frames of lower layers were left out: a step down begins with base frames. */
  #thinned = false;
  #lastPictureId: number;
  #lastTl0: number;

  constructor(head: Vp9Head, target: LayerChoice, before: Vp9Rewriter | undefined) {
    this.spatial = target.spatial;
    this.temporal = target.temporal;
    this.#lastPictureId = before ? before.#lastPictureId : -1;
    this.#lastTl0 = before ? before.#lastTl0 : -1;
    if (this.#lastPictureId < 0) return;
    if (head.pictureId >= 0) this.#pictureIdOffset = this.#lastPictureId + 1 - head.pictureId;
    if (head.tl0PictureIndex >= 0) this.#tl0Offset = this.#lastTl0 + 1 - head.tl0PictureIndex;
  }

  admit(view: RtpView, { vp9: head }: PayloadHead, target: LayerChoice): boolean {
    const known = this.#frames.find(keyOf(view, head));
    if (known >= 0) return this.#frames.fate(known) === FATE.admitted;
    if (view.timestamp !== this.#picture) {
      this.#picture = view.timestamp;
      this.#move(head, target);
    }
    const admitted = this.#isWithin(head);
    this.#frames.add(keyOf(view, head), admitted ? FATE.admitted : FATE.leftOut, 0, this.spatial);
    if (admitted) {
      if (head.pictureId >= 0) this.#lastPictureId = (head.pictureId + this.#pictureIdOffset) & 0x7fff;
      if (head.tl0PictureIndex >= 0) this.#lastTl0 = (head.tl0PictureIndex + this.#tl0Offset) & 0xff;
    }
    // U: no later picture of an upper temporal layer looks back beyond this one.
    if (head.switchingUp && head.temporalId <= this.temporal) this.#mayRise = true;
    return admitted;
  }

  /** At the first packet of a picture. */
  #move(head: Vp9Head, target: LayerChoice): void {
    if (!head.interPicturePredicted && head.spatialId <= 0) {
      this.spatial = target.spatial;
      this.temporal = target.temporal;
      this.#thinned = false;
    } else {
      if (target.spatial < this.spatial) {
        this.spatial = target.spatial;
        if (this.#thinned) {
          this.temporal = 0;
          this.#mayRise = false;
        }
      }
      if (target.temporal < this.temporal || this.#mayRise) this.temporal = target.temporal;
    }
    this.#mayRise = false;
  }

  #isWithin(head: Vp9Head): boolean {
    const spatial = Math.max(0, head.spatialId);
    if (head.temporalId > this.temporal || spatial > this.spatial) return false;
    if (spatial === this.spatial || !head.notUpperReference || head.temporalId <= 0) return true;
    this.#thinned = true;
    return false;
  }

  admitLate(view: RtpView, { vp9: head }: PayloadHead): boolean {
    const known = this.#frames.find(keyOf(view, head));
    return known >= 0 ? this.#frames.fate(known) === FATE.admitted : this.#isWithin(head);
  }

  marker(view: RtpView, { vp9: head }: PayloadHead): boolean {
    if (view.marker || !head.endOfFrame) return view.marker;
    const known = this.#frames.find(keyOf(view, head));
    return head.spatialId === (known >= 0 ? this.#frames.top(known) : this.spatial);
  }

  extend(): void {}

  renumber(packet: Buffer, payloadStart: number, { vp9: head }: PayloadHead): void {
    if (this.#pictureIdOffset === 0 && this.#tl0Offset === 0) return;
    const pictureId = (head.pictureId + this.#pictureIdOffset) & 0x7fff;
    rewriteVp9(packet, payloadStart, head, pictureId, (head.tl0PictureIndex + this.#tl0Offset) & 0xff);
  }
}

/** Layer frames of one picture share its time. */
function keyOf(view: RtpView, head: Vp9Head): number {
  return ((view.timestamp << 3) | Math.max(0, head.spatialId)) & 0x7fff_ffff;
}
