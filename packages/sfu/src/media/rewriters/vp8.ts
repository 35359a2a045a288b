import { type RtpView, rewriteVp8, type Vp8Head } from '@alongside/rtp';
import { FATE, FrameLog } from '../frame-log.ts';
import type { LayerChoice } from '../layer-selector.ts';
import type { PayloadHead } from '../payload-head.ts';
import type { Rewriter } from './rewriter.ts';

const PICTURE_IDS = 0x8000;
/** More pictures than this missing at once are not numbered one by one. */
const MAX_MISSING_PICTURES = 64;
/** Temporal patterns repeat within so many pictures. */
const PATTERN = 16;
const MISSING = -1;

/**
 * VP8: temporal layers go by dropping whole pictures. Receivers take a gap in picture ids for a picture to wait for, so
 * ids are closed up behind every picture left out; TL0PICIDX counts base pictures, which are never left out, and moves
 * by a constant only.
 *
 * A picture lost on its way to us takes an id when the pattern of the temporal layers says that it will be sent on, and
 * none when it says that it would be left out. Where that turns out wrong (a lost key frame begins the pattern anew) only
 * a key frame helps.
 */
export class Vp8Rewriter implements Rewriter {
  readonly spatial = 0;
  temporal: number;
  broken = false;
  readonly #pictures = new FrameLog();
  readonly #pattern = new Int8Array(PATTERN).fill(MISSING);
  #offset = 0;
  #tl0Offset = 0;
  #keyIndexOffset = 0;
  #newest = 0;
  #newestTl0 = 0;
  /** The last base picture: the pattern is counted from there. */
  #base = 0;
  // As they were sent last, −1 when none was.
  #lastPictureId: number;
  #lastTl0: number;
  #lastKeyIndex: number;

  constructor(head: Vp8Head, target: LayerChoice, before: Vp8Rewriter | undefined) {
    this.temporal = target.temporal;
    this.#lastPictureId = before ? before.#lastPictureId : -1;
    this.#lastTl0 = before ? before.#lastTl0 : -1;
    this.#lastKeyIndex = before ? before.#lastKeyIndex : -1;
    if (before) this.#pattern.set(before.#pattern);
    this.#goOnWith(head);
  }

  /** The numbers of this key frame follow those sent last, whatever the encoder counts from. */
  #goOnWith(head: Vp8Head): void {
    if (this.#lastPictureId >= 0) {
      if (head.pictureId >= 0) this.#offset = this.#lastPictureId + 1 - head.pictureId;
      if (head.tl0PictureIndex >= 0) this.#tl0Offset = this.#lastTl0 + 1 - head.tl0PictureIndex;
      if (head.keyIndex >= 0) this.#keyIndexOffset = this.#lastKeyIndex + 1 - head.keyIndex;
    }
    this.#newest = (Math.max(0, head.pictureId) + PICTURE_IDS - 1) % PICTURE_IDS;
    this.#newestTl0 = head.tl0PictureIndex - 1;
    this.#base = this.#newest;
  }

  admit(_view: RtpView, { vp8: head }: PayloadHead, target: LayerChoice): boolean {
    if (head.pictureId < 0) {
      this.#move(head, target);
      return head.temporalId <= this.temporal;
    }
    const id = this.#wide(head);
    const known = this.#pictures.find(id);
    if (known >= 0) return this.#goesThrough(known, head);
    const ahead = circular(id - this.#newest);
    if (head.isKeyFrame && (ahead <= 0 || ahead > MAX_MISSING_PICTURES)) this.#goOnWith(head);
    else if (ahead <= 0) return head.temporalId <= this.temporal;
    this.#skipTo(id, head);
    this.#learn(id, head);
    this.#move(head, target);
    const admitted = head.temporalId <= this.temporal;
    this.#pictures.add(id, admitted ? FATE.admitted : FATE.leftOut, this.#offset);
    this.#newest = id;
    this.#newestTl0 = head.tl0PictureIndex;
    if (admitted) this.#remember(id, head);
    else this.#offset--;
    return admitted;
  }

  admitLate(_view: RtpView, { vp8: head }: PayloadHead): boolean {
    if (head.pictureId < 0) return head.temporalId <= this.temporal;
    const known = this.#pictures.find(this.#wide(head));
    return known >= 0 && this.#goesThrough(known, head);
  }

  #goesThrough(known: number, head: Vp8Head): boolean {
    const fate = this.#pictures.fate(known);
    if (fate >= FATE.expected) {
      const admitted = head.temporalId <= fate - FATE.expected;
      this.#pictures.settle(known, admitted ? FATE.admitted : FATE.leftOut);
      // A number was kept for it, and the receiver will wait.
      this.broken ||= !admitted;
      return admitted;
    }
    // Everything to come refers to this picture, and it has no number.
    this.broken ||= fate === FATE.leftOut && head.temporalId <= 0;
    return fate === FATE.admitted;
  }

  #move(head: Vp8Head, target: LayerChoice): void {
    if (target.temporal <= this.temporal || head.isKeyFrame) this.temporal = target.temporal;
    // Y: this picture refers to base pictures only, later ones of its layer to none before it. One layer at a time:
    // those between may still refer to what was left out.
    else if (head.temporalId === this.temporal + 1 && head.layerSync) {
      this.temporal = head.temporalId;
    }
  }

  /** Numbers the pictures between the newest one and `id`, none of which has come. */
  #skipTo(id: number, head: Vp8Head): void {
    const missing = circular(id - this.#newest) - 1;
    if (missing > MAX_MISSING_PICTURES) {
      this.#base = id;
      return;
    }
    const known = missing > 0 && this.#countBases(missing) === this.#basesBefore(head);
    for (let i = 1; i <= missing; i++) {
      const lost = (this.#newest + i) % PICTURE_IDS;
      const temporal = known ? this.#expectedLayer(lost) : MISSING;
      const expected = temporal <= this.temporal;
      this.#pictures.add(lost, expected ? FATE.expected + this.temporal : FATE.leftOut, this.#offset);
      if (!expected) this.#offset--;
      if (temporal === 0) this.#base = lost;
    }
  }

  /** How many of the `missing` pictures after the newest the pattern takes for base pictures. */
  #countBases(missing: number): number {
    const base = this.#base;
    let count = 0;
    for (let i = 1; i <= missing; i++) {
      const lost = (this.#newest + i) % PICTURE_IDS;
      if (this.#expectedLayer(lost) !== 0) continue;
      count++;
      this.#base = lost;
    }
    this.#base = base;
    return count;
  }

  /** How many base pictures there were between the newest picture and this one, as TL0PICIDX counts them. */
  #basesBefore(head: Vp8Head): number {
    if (head.tl0PictureIndex < 0) return 0;
    return (head.tl0PictureIndex - this.#newestTl0 - (head.temporalId === 0 ? 1 : 0)) & 0xff;
  }

  #expectedLayer(id: number): number {
    const distance = circular(id - this.#base);
    return distance > 0 && distance < PATTERN ? this.#pattern[distance]! : MISSING;
  }

  #learn(id: number, head: Vp8Head): void {
    const distance = circular(id - this.#base);
    // A key frame comes whenever it is asked for, and the pattern begins anew.
    if (!head.isKeyFrame && distance < PATTERN && distance > 0) this.#pattern[distance] = head.temporalId;
    if (head.temporalId <= 0) this.#base = id;
  }

  /** Picture ids of seven bits are counted on in fifteen. */
  #wide(head: Vp8Head): number {
    if (head.pictureIdIsLong) return head.pictureId;
    const step = ((head.pictureId - this.#newest) << 25) >> 25;
    return (this.#newest + step + PICTURE_IDS) % PICTURE_IDS;
  }

  #remember(id: number, head: Vp8Head): void {
    this.#lastPictureId = (id + this.#offset) & 0x7fff;
    if (head.tl0PictureIndex >= 0) this.#lastTl0 = (head.tl0PictureIndex + this.#tl0Offset) & 0xff;
    if (head.keyIndex >= 0) this.#lastKeyIndex = (head.keyIndex + this.#keyIndexOffset) & 0x1f;
  }

  marker(view: RtpView): boolean {
    return view.marker;
  }

  extend(): void {}

  renumber(packet: Buffer, payloadStart: number, { vp8: head }: PayloadHead): void {
    if (head.pictureId < 0) return;
    const id = this.#wide(head);
    const known = this.#pictures.find(id);
    const offset = known >= 0 ? this.#pictures.offset(known) : this.#offset;
    const pictureId = (id + offset) & 0x7fff;
    const tl0 = (head.tl0PictureIndex + this.#tl0Offset) & 0xff;
    const keyIndex = (head.keyIndex + this.#keyIndexOffset) & 0x1f;
    rewriteVp8(packet, payloadStart, head, pictureId, tl0, keyIndex);
  }
}

/** Distance on the circle of 15-bit picture ids, −16,384 to 16,383. */
function circular(difference: number): number {
  return (difference << 17) >> 17;
}
