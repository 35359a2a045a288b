import type { SctpData, SctpForwardTsn, SctpSack } from './sctp-packet.ts';

/** What may wait here for missing fragments or earlier messages; also the window we announce. */
export const RECEIVE_WINDOW_BYTES = 1 << 20;
/** Larger than any message we announce to take. */
const MAX_MESSAGE_BYTES = 256 * 1024;
/** TSNs this far ahead are refused: gap blocks have 16-bit offsets, and honest peers stay far below. */
const MAX_AHEAD = 8192;
const MAX_GAP_BLOCKS = 64;

export interface SctpMessage {
  streamId: number;
  payloadProtocol: number;
  data: Buffer;
}

interface OrderedStream {
  nextSequence: number;
  ready: Map<number, SctpMessage>;
}

/** The receiving half: which fragments came, putting messages together, giving them out in order. */
export class SctpInbound {
  /** Below, TSNs are numbers that do not wrap: offsets from the peer's first one. */
  #cumulative = -1;
  readonly #initialTsn: number;
  readonly #fragments = new Map<number, SctpData>();
  /** Received beyond the cumulative TSN; complete messages leave `#fragments` but stay here until acknowledged. */
  readonly #beyond = new Set<number>();
  readonly #streams = new Map<number, OrderedStream>();
  readonly #deliver: (message: SctpMessage) => void;
  #bufferedBytes = 0;

  constructor(initialTsn: number, deliver: (message: SctpMessage) => void) {
    this.#initialTsn = initialTsn;
    this.#deliver = deliver;
  }

  #unwrap(tsn: number): number {
    const expected = this.#cumulative + 1;
    return expected + ((tsn - (this.#initialTsn + expected)) | 0);
  }

  get cumulativeTsn(): number {
    return (this.#initialTsn + this.#cumulative) >>> 0;
  }

  /** Whether something is missing below what was received. */
  get hasGaps(): boolean {
    return this.#beyond.size > 0;
  }

  /** Takes a fragment; false when it was a repetition or had no room. */
  onData(data: SctpData): boolean {
    const tsn = this.#unwrap(data.tsn);
    if (tsn <= this.#cumulative || this.#beyond.has(tsn) || tsn > this.#cumulative + MAX_AHEAD) return false;
    const isNext = tsn === this.#cumulative + 1;
    // The next missing fragment is what frees memory: it gets in where others would not.
    const limit = isNext ? RECEIVE_WINDOW_BYTES + MAX_MESSAGE_BYTES : RECEIVE_WINDOW_BYTES;
    if (this.#bufferedBytes + data.payload.length > limit) return false;
    this.#beyond.add(tsn);
    if (data.isBegin && data.isEnd) this.#onMessage(data, Buffer.from(data.payload));
    else this.#onFragment(tsn, data);
    this.#advance();
    return true;
  }

  #advance(): void {
    while (this.#beyond.delete(this.#cumulative + 1)) this.#cumulative++;
  }

  #onFragment(tsn: number, data: SctpData): void {
    this.#fragments.set(tsn, { ...data, payload: Buffer.from(data.payload) });
    this.#bufferedBytes += data.payload.length;
    let first = tsn;
    while (!this.#fragments.get(first)!.isBegin) {
      if (!this.#fragments.has(first - 1)) return;
      first--;
    }
    let last = tsn;
    while (!this.#fragments.get(last)!.isEnd) {
      if (!this.#fragments.has(last + 1)) return;
      last++;
    }
    const parts: Buffer[] = [];
    for (let i = first; i <= last; i++) {
      const part = this.#fragments.get(i)!;
      parts.push(part.payload);
      this.#bufferedBytes -= part.payload.length;
      this.#fragments.delete(i);
    }
    const whole = Buffer.concat(parts);
    if (whole.length <= MAX_MESSAGE_BYTES) this.#onMessage(data, whole);
  }

  #onMessage(data: SctpData, bytes: Buffer): void {
    const message = { streamId: data.streamId, payloadProtocol: data.payloadProtocol, data: bytes };
    if (data.isUnordered) {
      this.#deliver(message);
      return;
    }
    const stream = this.#stream(data.streamId);
    const ahead = (data.streamSequence - stream.nextSequence) & 0xffff;
    // Behind: given up by a FORWARD TSN before.
    if (ahead >= 0x8000) return;
    if (ahead > 0) {
      if (stream.ready.has(data.streamSequence)) return;
      stream.ready.set(data.streamSequence, message);
      this.#bufferedBytes += bytes.length;
      return;
    }
    stream.nextSequence = (stream.nextSequence + 1) & 0xffff;
    this.#deliver(message);
    this.#drain(stream);
  }

  #stream(streamId: number): OrderedStream {
    let stream = this.#streams.get(streamId);
    if (!stream) {
      stream = { nextSequence: 0, ready: new Map() };
      this.#streams.set(streamId, stream);
    }
    return stream;
  }

  #drain(stream: OrderedStream): void {
    for (;;) {
      const message = stream.ready.get(stream.nextSequence);
      if (!message) return;
      stream.ready.delete(stream.nextSequence);
      stream.nextSequence = (stream.nextSequence + 1) & 0xffff;
      this.#bufferedBytes -= message.data.length;
      this.#deliver(message);
    }
  }

  /** The peer gave up everything to that TSN (RFC 3758 §3.6). */
  onForwardTsn(forward: SctpForwardTsn): void {
    const target = this.#unwrap(forward.newCumulativeTsn);
    if (target <= this.#cumulative || target > this.#cumulative + MAX_AHEAD) return;
    for (let tsn = this.#cumulative + 1; tsn <= target; tsn++) {
      this.#beyond.delete(tsn);
      this.#dropFragment(tsn);
    }
    this.#cumulative = target;
    // The rest of an abandoned message can never become whole.
    for (let tsn = target + 1; ; tsn++) {
      const fragment = this.#fragments.get(tsn);
      if (!fragment || fragment.isBegin) break;
      this.#dropFragment(tsn);
    }
    this.#advance();
    for (const { streamId, streamSequence } of forward.streams) {
      const stream = this.#stream(streamId);
      const skipped = (streamSequence + 1 - stream.nextSequence) & 0xffff;
      if (skipped === 0 || skipped >= 0x8000) continue;
      for (let i = 0; i < skipped; i++) {
        const message = stream.ready.get(stream.nextSequence);
        stream.ready.delete(stream.nextSequence);
        stream.nextSequence = (stream.nextSequence + 1) & 0xffff;
        if (!message) continue;
        this.#bufferedBytes -= message.data.length;
        this.#deliver(message);
      }
      this.#drain(stream);
    }
  }

  #dropFragment(tsn: number): void {
    const fragment = this.#fragments.get(tsn);
    if (!fragment) return;
    this.#bufferedBytes -= fragment.payload.length;
    this.#fragments.delete(tsn);
  }

  /** Whether everything up to this TSN arrived: only then may streams be reset (RFC 6525 §5.2.2). */
  hasReached(tsn: number): boolean {
    return this.#unwrap(tsn) <= this.#cumulative;
  }

  /** Stream sequence numbers start at zero again. */
  resetStreams(streamIds: readonly number[]): void {
    for (const streamId of streamIds) {
      const stream = this.#streams.get(streamId);
      if (!stream) continue;
      for (const message of stream.ready.values()) this.#bufferedBytes -= message.data.length;
      this.#streams.delete(streamId);
    }
  }

  sack(): SctpSack {
    const gaps: SctpSack['gaps'] = [];
    if (this.#beyond.size > 0) {
      for (const tsn of [...this.#beyond].sort((a, b) => a - b)) {
        const offset = tsn - this.#cumulative;
        const last = gaps.at(-1);
        if (last && last.end === offset - 1) last.end = offset;
        else if (gaps.length === MAX_GAP_BLOCKS) break;
        else gaps.push({ start: offset, end: offset });
      }
    }
    const receiverWindow = Math.max(0, RECEIVE_WINDOW_BYTES - this.#bufferedBytes);
    return { cumulativeTsn: this.cumulativeTsn, receiverWindow, gaps };
  }
}
