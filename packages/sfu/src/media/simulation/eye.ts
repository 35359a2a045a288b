import { buildRtcp, RtpView, sequenceDifference, Vp8Head } from '@alongside/rtp';

const MAX_TRIES = 10;
const MAX_MISSING = 1_000;
/** Without a picture for so long a browser asks for a key frame: at the beginning, and later. */
const FIRST_WAIT_MS = 200;
const STUCK_MS = 3_000;
const KEY_FRAME_RETRY_MS = 200;

interface Piece {
  pictureId: number;
  /** The camera's of the frame. */
  number: number;
  first: boolean;
  last: boolean;
  key: boolean;
}

/**
 * A browser's eye: puts packets in order with the repair stream's help, decodes pictures whose packets are all there
 * in the order of their numbers, asks for missing packets every round trip, and for a key frame when stuck.
 */
export class Eye {
  readonly #sendRtcp: (packet: Buffer) => void;
  readonly #roundTripMs: number;
  readonly #view = new RtpView();
  readonly #head = new Vp8Head();
  readonly #pieces = new Map<number, Piece>();
  readonly #missing = new Map<number, { askedMs: number; tries: number }>();
  #highest = -1;
  /** The sequence number the next picture to decode begins with; −1 while only a key frame will do. */
  #next = -1;
  #askedKeyFrameMs = -1_000;
  #waitingSinceMs = 0;
  #lastDecodedMs = 0;
  #intervalMs = 33;
  decoded = 0;
  /** The camera's number of the picture that is shown. */
  shown = -1;
  frozenMs = 0;
  keyFrameRequests = 0;
  repairs = 0;

  constructor(sendRtcp: (packet: Buffer) => void, options: { roundTripMs: number }) {
    this.#sendRtcp = sendRtcp;
    this.#roundTripMs = options.roundTripMs;
  }

  onRtp(packet: Buffer, nowMs: number): void {
    const view = this.#view;
    if (!view.parse(packet)) return;
    let sequence = view.sequenceNumber;
    let at = view.headerLength;
    if (view.payloadType === 97) {
      // A probe: padding, and nothing to repair.
      if (view.payloadLength < 3) return;
      sequence = packet.readUInt16BE(at);
      at += 2;
      this.repairs++;
    }
    this.#note(sequence);
    if (!this.#head.parse(packet, at, view.headerLength + view.payloadLength)) return;
    const first = (packet[at]! & 0x10) !== 0;
    const key = first && this.#head.isKeyFrame;
    const { pictureId } = this.#head;
    const number = packet.readUInt32BE(packet.length - 4);
    this.#pieces.set(sequence, { pictureId, number, first, last: view.marker, key });
    this.#decode(nowMs);
  }

  #note(sequence: number): void {
    this.#missing.delete(sequence);
    if (this.#highest < 0) this.#highest = sequence;
    const distance = sequenceDifference(sequence, this.#highest);
    if (distance <= 0) return;
    for (let i = 1; i < distance; i++) this.#missing.set((this.#highest + i) & 0xffff, { askedMs: -1_000, tries: 0 });
    this.#highest = sequence;
  }

  /** Decodes whatever is complete: pictures one after another, or the newest complete key frame past a hole. */
  #decode(nowMs: number): void {
    for (;;) {
      const end = this.#next < 0 ? -1 : this.#completeFrom(this.#next);
      if (end >= 0) {
        this.#show(end, nowMs);
        continue;
      }
      const key = this.#completeKeyFrame();
      if (key < 0) return;
      for (const sequence of this.#missing.keys()) {
        if (sequenceDifference(sequence, key) < 0) this.#missing.delete(sequence);
      }
      this.#show(this.#completeFrom(key), nowMs);
    }
  }

  #completeFrom(start: number): number {
    const begin = this.#pieces.get(start);
    if (!begin?.first) return -1;
    for (let sequence = start; ; sequence = (sequence + 1) & 0xffff) {
      const piece = this.#pieces.get(sequence);
      if (!piece || piece.pictureId !== begin.pictureId) return -1;
      if (piece.last) return sequence;
    }
  }

  #completeKeyFrame(): number {
    for (const [sequence, piece] of this.#pieces) {
      const ahead = this.#next < 0 || sequenceDifference(sequence, this.#next) > 0;
      if (piece.key && ahead && this.#completeFrom(sequence) >= 0) return sequence;
    }
    return -1;
  }

  #show(end: number, nowMs: number): void {
    this.shown = this.#pieces.get(end)?.number ?? -1;
    for (const sequence of this.#pieces.keys()) {
      if (sequenceDifference(sequence, end) <= 0) this.#pieces.delete(sequence);
    }
    this.#next = (end + 1) & 0xffff;
    this.#waitingSinceMs = nowMs;
    const gapMs = nowMs - this.#lastDecodedMs;
    // As getStats counts: a freeze is thrice the mean interval or 150 ms more.
    if (this.decoded > 0 && gapMs >= Math.max(3 * this.#intervalMs, this.#intervalMs + 150)) this.frozenMs += gapMs;
    if (this.decoded > 0) this.#intervalMs += (Math.min(gapMs, 500) - this.#intervalMs) / 30;
    this.#lastDecodedMs = nowMs;
    this.decoded++;
  }

  /** Every 20 ms. */
  tick(nowMs: number): void {
    const sequenceNumbers: number[] = [];
    for (const [sequence, entry] of this.#missing) {
      // It may still come; nobody asks for it any more.
      if (entry.tries >= MAX_TRIES) this.#missing.delete(sequence);
      else if (nowMs - entry.askedMs >= Math.max(20, this.#roundTripMs)) {
        entry.askedMs = nowMs;
        entry.tries++;
        sequenceNumbers.push(sequence);
      }
    }
    if (this.#missing.size > MAX_MISSING) {
      this.#missing.clear();
      this.#next = -1;
    }
    if (sequenceNumbers.length > 0) {
      this.#sendRtcp(buildRtcp([{ type: 'nack', senderSsrc: 1, mediaSsrc: 5_000, sequenceNumbers }]));
    }
    const waitMs = this.#next < 0 ? FIRST_WAIT_MS : STUCK_MS;
    if (nowMs - this.#waitingSinceMs < waitMs || nowMs - this.#askedKeyFrameMs < KEY_FRAME_RETRY_MS) return;
    this.#askedKeyFrameMs = nowMs;
    this.keyFrameRequests++;
    this.#sendRtcp(buildRtcp([{ type: 'pli', senderSsrc: 1, mediaSsrc: 5_000 }]));
  }

  restart(nowMs: number): void {
    this.decoded = 0;
    this.frozenMs = 0;
    this.keyFrameRequests = 0;
    this.#lastDecodedMs = nowMs;
  }
}
