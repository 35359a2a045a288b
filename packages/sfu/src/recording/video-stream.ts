import { ReorderBuffer } from './reorder-buffer.ts';
import type { VideoFormat } from './video-format.ts';

interface VideoPacket {
  timestamp: number;
  marker: boolean;
  payload: Buffer;
  arrivalMs: number;
}

/** One whole frame. */
export interface VideoFrame {
  timestamp: number;
  arrivalMs: number;
  keyFrame: boolean;
  data: Buffer[];
}

export interface VideoStreamOptions {
  format: VideoFormat;
  /** How long a lost packet is waited for. */
  patienceMs: number;
  emit(frame: VideoFrame): void;
  /** Pictures cannot go on before a key frame comes. */
  requestKeyFrame(): void;
}

/** A layer's packets as whole frames in order. After a loss nothing is given out until a key frame: the picture holds. */
export class VideoStream {
  readonly #options: VideoStreamOptions;
  readonly #buffer: ReorderBuffer<VideoPacket>;
  #parts: VideoPacket[] = [];
  #torn = false;
  #needsKeyFrame = true;
  /** Frames left out because they, or what they build on, did not come whole. */
  droppedFrames = 0;

  constructor(options: VideoStreamOptions) {
    this.#options = options;
    this.#buffer = new ReorderBuffer(options.patienceMs);
  }

  get lostPackets(): number {
    return this.#buffer.lost;
  }

  /** Takes one RTP payload, which must be the stream's own; an empty one (padding) only counts. */
  push(sequenceNumber: number, timestamp: number, marker: boolean, payload: Buffer, arrivalMs: number): void {
    const packet = { timestamp, marker, payload, arrivalMs };
    if (this.#buffer.push(sequenceNumber, packet, arrivalMs) === 'restart') {
      this.#drain();
      this.#buffer.reset();
      this.#lose();
      this.#buffer.push(sequenceNumber, packet, arrivalMs);
    }
    this.poll(arrivalMs);
  }

  /** To be called every few ten milliseconds: gives up what was waited for long enough. */
  poll(nowMs: number): void {
    for (let next = this.#buffer.take(nowMs); next; next = this.#buffer.take(nowMs)) this.#onNext(next.item, next.lost);
  }

  finish(): void {
    this.#drain();
    this.#endFrame();
  }

  #drain(): void {
    for (let next = this.#buffer.drain(); next; next = this.#buffer.drain()) this.#onNext(next.item, next.lost);
  }

  #lose(): void {
    this.#torn = this.#parts.length > 0;
    this.#endFrame();
    this.#needsKeyFrame = true;
    this.#options.requestKeyFrame();
  }

  #onNext(packet: VideoPacket, lost: number): void {
    if (lost > 0) this.#lose();
    if (packet.payload.length === 0) return;
    if (this.#parts.length > 0 && this.#parts[0]!.timestamp !== packet.timestamp) this.#endFrame();
    this.#parts.push(packet);
    if (packet.marker) this.#endFrame();
  }

  #endFrame(): void {
    const parts = this.#parts;
    const torn = this.#torn;
    this.#parts = [];
    this.#torn = false;
    if (parts.length === 0) return;
    const { format, emit, requestKeyFrame } = this.#options;
    const first = parts[0]!;
    const keyFrame = parts.some((part) => format.startsKeyFrame(part.payload));
    if (torn || (this.#needsKeyFrame && !keyFrame)) {
      this.droppedFrames++;
      return;
    }
    const data = format.join(parts.map((part) => part.payload));
    if (!data) {
      this.droppedFrames++;
      this.#needsKeyFrame = true;
      requestKeyFrame();
      return;
    }
    if (data.length === 0) return;
    this.#needsKeyFrame = false;
    emit({ timestamp: first.timestamp, arrivalMs: first.arrivalMs, keyFrame, data });
  }
}
