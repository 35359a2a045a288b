import type { SctpData, SctpForwardTsn, SctpSack } from './sctp-packet.ts';

/** What may wait here for missing fragments or earlier messages; also the window we announce. */
export const RECEIVE_WINDOW_BYTES = 1 << 20;
/** Larger than any message we announce to take. */
const MAX_MESSAGE_BYTES = 256 * 1024;
/** What keeping a piece costs besides its bytes, about: a peer that sends single bytes is charged for it. */
const PIECE_OVERHEAD_BYTES = 256;
/** Of one message. Honest peers fill their packets, and need a quarter of it for the largest message. */
const MAX_FRAGMENTS = 1_024;
/** Above the window, room for the one message everything else waits for. */
const NEXT_MESSAGE_BYTES = MAX_MESSAGE_BYTES + MAX_FRAGMENTS * PIECE_OVERHEAD_BYTES;
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
    const limit = isNext ? RECEIVE_WINDOW_BYTES + NEXT_MESSAGE_BYTES : RECEIVE_WINDOW_BYTES;
    if (this.#bufferedBytes + chargeFor(data.payload) > limit) return false;
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
    this.#bufferedBytes += chargeFor(data.payload);
    let first = tsn;
    while (!this.#fragments.get(first)!.isBegin) {
      // Or a peer that sends nothing but middles has us walk back over all of them at each.
      if (!this.#fragments.has(first - 1) || tsn - first >= MAX_FRAGMENTS) return;
      first--;
    }
    let last = tsn;
    while (!this.#fragments.get(last)!.isEnd) {
      if (!this.#fragments.has(last + 1) || last - first >= MAX_FRAGMENTS) return;
      last++;
    }
    const parts: Buffer[] = [];
    for (let i = first; i <= last; i++) {
      const part = this.#fragments.get(i)!;
      parts.push(part.payload);
      this.#bufferedBytes -= chargeFor(part.payload);
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
      this.#bufferedBytes += chargeFor(bytes);
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
      this.#bufferedBytes -= chargeFor(message.data);
      this.#deliver(message);
    }
  }

  /** The peer gave up everything to that TSN (RFC 3758 §3.6). */
  onForwardTsn(forward: SctpForwardTsn): void {
    const target = this.#unwrap(forward.newCumulativeTsn);
    if (target <= this.#cumulative || target > this.#cumulative + MAX_AHEAD) return;
    // What came of the message that is given up now may be acknowledged already.
    for (let tsn = this.#cumulative; this.#dropFragment(tsn); ) tsn--;
    for (const tsn of keysWithin(this.#beyond, this.#cumulative + 1, target)) {
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
      const passed = skippedOf(stream, skipped);
      stream.nextSequence = (streamSequence + 1) & 0xffff;
      for (const message of passed) {
        this.#bufferedBytes -= chargeFor(message.data);
        this.#deliver(message);
      }
      this.#drain(stream);
    }
  }

  /** False when it is not there. */
  #dropFragment(tsn: number): boolean {
    const fragment = this.#fragments.get(tsn);
    if (!fragment) return false;
    this.#bufferedBytes -= chargeFor(fragment.payload);
    return this.#fragments.delete(tsn);
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
      for (const message of stream.ready.values()) this.#bufferedBytes -= chargeFor(message.data);
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

function chargeFor(bytes: Buffer): number {
  return bytes.length + PIECE_OVERHEAD_BYTES;
}

/** Those of `keys` in a range that the peer chose: found by whichever of the two is the smaller. */
function keysWithin(keys: ReadonlySet<number>, first: number, last: number): number[] {
  if (last - first >= keys.size) return [...keys].filter((key) => key >= first && key <= last);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i).filter((key) => keys.has(key));
}

/** Takes out, in order, what waits among the next `skipped` messages of a stream. */
function skippedOf(stream: OrderedStream, skipped: number): SctpMessage[] {
  const { nextSequence, ready } = stream;
  const all = skipped > ready.size ? [...ready.keys()] : Array.from({ length: skipped }, (_, i) => nextSequence + i);
  const aheads = all.map((sequence) => (sequence - nextSequence) & 0xffff).filter((ahead) => ahead < skipped);
  return aheads
    .sort((a, b) => a - b)
    .flatMap((ahead) => {
      const sequence = (nextSequence + ahead) & 0xffff;
      const message = ready.get(sequence);
      ready.delete(sequence);
      return message ?? [];
    });
}
