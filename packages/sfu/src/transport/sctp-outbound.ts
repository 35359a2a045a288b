import {
  buildForwardTsn,
  CHUNK_DATA,
  COMMON_HEADER_BYTES,
  DATA_BEGIN,
  DATA_END,
  DATA_HEADER_BYTES,
  DATA_UNORDERED,
  type SctpSack,
} from './sctp-packet.ts';

/** SCTP packets of this size pass with DTLS, UDP, IPv6 and a tunnel around them. */
export const MAX_PACKET_BYTES = 1180;
const MAX_PAYLOAD_BYTES = MAX_PACKET_BYTES - COMMON_HEADER_BYTES - DATA_HEADER_BYTES;

/** RFC 9260 §16 thinks of telephone networks: these are what browsers use (less a little). */
const RTO_INITIAL_MS = 500;
const RTO_MIN_MS = 200;
const RTO_MAX_MS = 5_000;
/** Waiting doubles up to this or the measured round trip's: where half is lost, longer would be most of a message's way. */
const BACKOFF_MAX_MS = 800;
const INITIAL_WINDOW_BYTES = 10 * MAX_PACKET_BYTES;
const MISSING_REPORTS = 3;

export interface SctpSendOptions {
  streamId: number;
  payloadProtocol: number;
  isUnordered: boolean;
  /** Undefined: until it arrives. */
  maxRetransmits: number | undefined;
  /** On the clock of `nowMs`. */
  expiresMs: number | undefined;
}

interface OutboundMessage extends SctpSendOptions {
  data: Buffer;
  /** Bytes already cut into fragments. */
  cut: number;
  streamSequence: number;
  isAbandoned: boolean;
}

interface Outstanding {
  tsn: number;
  message: OutboundMessage;
  offset: number;
  length: number;
  sentCount: number;
  sentMs: number;
  isAcked: boolean;
  missing: number;
  mustRetransmit: boolean;
}

/** The sending half: queues, fragments, congestion control, repair, giving up (RFC 9260 §6–7, RFC 3758 §3.5). */
export class SctpOutbound {
  #nextTsn: number;
  readonly #queues = new Map<number, OutboundMessage[]>();
  /** The message being cut: its fragments need consecutive TSNs, so no other may start before it ends. */
  #current: OutboundMessage | undefined;
  #outstanding: Outstanding[] = [];
  readonly #sequences = new Map<number, number>();
  readonly #buffered = new Map<number, number>();
  #totalBuffered = 0;

  #flightBytes = 0;
  #windowBytes = INITIAL_WINDOW_BYTES;
  #thresholdBytes = Number.POSITIVE_INFINITY;
  #partialAcked = 0;
  #peerWindowBytes: number;
  /** Fast recovery ends when this TSN is acknowledged. */
  #recoveryEnd: number | undefined;
  #lastCumulative: number;
  #forwardNeeded = false;
  #advancedPoint: number;
  #skipped = new Map<number, number>();

  #srttMs: number | undefined;
  #rttVarMs = 0;
  #rtoMs = RTO_INITIAL_MS;
  #measuredRtoMs = RTO_INITIAL_MS;
  #timerMs: number | undefined;

  constructor(initialTsn: number, peerWindowBytes: number) {
    this.#nextTsn = initialTsn;
    this.#lastCumulative = (initialTsn - 1) >>> 0;
    this.#advancedPoint = this.#lastCumulative;
    this.#peerWindowBytes = peerWindowBytes;
  }

  get rttMs(): number | undefined {
    return this.#srttMs;
  }

  get rtoMs(): number {
    return this.#rtoMs;
  }

  /** The last TSN given out, for stream resets. */
  get lastTsn(): number {
    return (this.#nextTsn - 1) >>> 0;
  }

  /** When `onTimer` wants to be called; undefined when nothing is outstanding. */
  get deadlineMs(): number | undefined {
    return this.#timerMs;
  }

  bufferedBytes(streamId: number): number {
    return this.#buffered.get(streamId) ?? 0;
  }

  get totalBufferedBytes(): number {
    return this.#totalBuffered;
  }

  enqueue(data: Buffer, options: SctpSendOptions): void {
    const { streamId } = options;
    let queue = this.#queues.get(streamId);
    if (!queue) {
      queue = [];
      this.#queues.set(streamId, queue);
    }
    queue.push({ ...options, data, cut: 0, streamSequence: 0, isAbandoned: false });
    this.#addBuffered(streamId, data.length);
  }

  #addBuffered(streamId: number, bytes: number): void {
    this.#buffered.set(streamId, (this.#buffered.get(streamId) ?? 0) + bytes);
    this.#totalBuffered += bytes;
  }

  resetStream(streamId: number): void {
    this.#sequences.delete(streamId);
    const queue = this.#queues.get(streamId);
    this.#queues.delete(streamId);
    for (const message of queue ?? []) this.#addBuffered(streamId, -message.data.length);
  }

  /** Chunks for one packet of at most `room` bytes; empty when nothing may be sent now. */
  nextChunks(nowMs: number, room: number): Buffer[] {
    const chunks: Buffer[] = [];
    let left = room;
    if (this.#forwardNeeded) {
      this.#forwardNeeded = false;
      const streams = [...this.#skipped]
        .slice(0, 32)
        .map(([streamId, streamSequence]) => ({ streamId, streamSequence }));
      const chunk = buildForwardTsn({ newCumulativeTsn: this.#advancedPoint, streams });
      chunks.push(chunk);
      left -= chunk.length;
    }
    for (const entry of this.#outstanding) {
      if (!entry.mustRetransmit) continue;
      const size = DATA_HEADER_BYTES + ((entry.length + 3) & ~3);
      if (size > left || (this.#flightBytes > 0 && this.#flightBytes + entry.length > this.#windowBytes)) break;
      entry.mustRetransmit = false;
      entry.missing = 0;
      chunks.push(this.#encode(entry, nowMs));
      left -= size;
    }
    while (left > DATA_HEADER_BYTES) {
      const entry = this.#cutNext(nowMs, left - DATA_HEADER_BYTES);
      if (!entry) break;
      this.#outstanding.push(entry);
      chunks.push(this.#encode(entry, nowMs));
      left -= DATA_HEADER_BYTES + ((entry.length + 3) & ~3);
    }
    if (this.#outstanding.length > 0) this.#timerMs ??= nowMs + this.#rtoMs;
    return chunks;
  }

  #encode(entry: Outstanding, nowMs: number): Buffer {
    const { message } = entry;
    entry.sentCount++;
    entry.sentMs = nowMs;
    this.#flightBytes += entry.length;
    const out = Buffer.alloc(DATA_HEADER_BYTES + ((entry.length + 3) & ~3));
    out[0] = CHUNK_DATA;
    out[1] =
      (entry.offset === 0 ? DATA_BEGIN : 0) |
      (entry.offset + entry.length === message.data.length ? DATA_END : 0) |
      (message.isUnordered ? DATA_UNORDERED : 0);
    out.writeUInt16BE(DATA_HEADER_BYTES + entry.length, 2);
    out.writeUInt32BE(entry.tsn, 4);
    out.writeUInt16BE(message.streamId, 8);
    out.writeUInt16BE(message.streamSequence, 10);
    out.writeUInt32BE(message.payloadProtocol, 12);
    message.data.copy(out, DATA_HEADER_BYTES, entry.offset, entry.offset + entry.length);
    return out;
  }

  #cutNext(nowMs: number, room: number): Outstanding | undefined {
    const message = this.#nextMessage(nowMs);
    if (!message) return undefined;
    const rest = message.data.length - message.cut;
    const length = Math.min(rest, MAX_PAYLOAD_BYTES);
    // A short remainder of the packet is not worth a fragment of its own.
    if (length > room) return undefined;
    // With nothing in flight one fragment may always go: it asks for the window (RFC 9260 §6.1 A).
    const mayExceed = this.#flightBytes === 0;
    if (!mayExceed && this.#flightBytes + length > Math.min(this.#windowBytes, this.#peerWindowBytes)) return undefined;
    const entry: Outstanding = {
      tsn: this.#nextTsn,
      message,
      offset: message.cut,
      length,
      sentCount: 0,
      sentMs: nowMs,
      isAcked: false,
      missing: 0,
      mustRetransmit: false,
    };
    this.#nextTsn = (this.#nextTsn + 1) >>> 0;
    message.cut += length;
    if (message.cut === message.data.length) this.#current = undefined;
    return entry;
  }

  /** Streams take turns message by message, so that a large backlog of one does not hold up the others. */
  #nextMessage(nowMs: number): OutboundMessage | undefined {
    while (!this.#current) {
      const next = this.#queues.entries().next();
      if (next.done) return undefined;
      const [streamId, queue] = next.value;
      const message = queue.shift();
      this.#queues.delete(streamId);
      if (queue.length > 0) this.#queues.set(streamId, queue);
      if (!message) continue;
      if (message.expiresMs !== undefined && nowMs > message.expiresMs) {
        this.#addBuffered(streamId, -message.data.length);
        continue;
      }
      // Numbered only now, so that one given up in the queue leaves no gap.
      if (!message.isUnordered) {
        message.streamSequence = this.#sequences.get(streamId) ?? 0;
        this.#sequences.set(streamId, (message.streamSequence + 1) & 0xffff);
      }
      this.#current = message;
    }
    return this.#current;
  }

  onSack(sack: SctpSack, nowMs: number): void {
    const { cumulativeTsn } = sack;
    // Older than what we know, or beyond what was ever sent.
    if (distance(cumulativeTsn, this.#lastCumulative) < 0 || distance(cumulativeTsn, this.lastTsn) > 0) return;
    const flightBefore = this.#flightBytes;
    let ackedBytes = 0;
    let highestNew: number | undefined;
    const hasAdvanced = cumulativeTsn !== this.#lastCumulative;
    const onAcked = (entry: Outstanding): void => {
      entry.isAcked = true;
      ackedBytes += entry.length;
      if (!entry.mustRetransmit && !entry.message.isAbandoned) this.#flightBytes -= entry.length;
      entry.mustRetransmit = false;
      if (!entry.message.isAbandoned) this.#addBuffered(entry.message.streamId, -entry.length);
      if (entry.sentCount === 1) this.#measure(nowMs - entry.sentMs);
      highestNew = entry.tsn;
    };
    let done = 0;
    for (const entry of this.#outstanding) {
      if (distance(entry.tsn, cumulativeTsn) > 0) break;
      if (!entry.isAcked) onAcked(entry);
      done++;
    }
    if (done > 0) this.#outstanding.splice(0, done);
    this.#lastCumulative = cumulativeTsn;
    if (distance(cumulativeTsn, this.#advancedPoint) >= 0) {
      this.#advancedPoint = cumulativeTsn;
      this.#skipped.clear();
    }
    for (const gap of sack.gaps) {
      if (gap.end < gap.start) continue;
      for (const entry of this.#outstanding) {
        const offset = (entry.tsn - cumulativeTsn) >>> 0;
        if (offset > gap.end) break;
        if (offset >= gap.start && !entry.isAcked) onAcked(entry);
      }
    }
    this.#flightBytes = Math.max(0, this.#flightBytes);
    this.#peerWindowBytes = sack.receiverWindow;
    if (hasAdvanced && this.#recoveryEnd === undefined) this.#growWindow(ackedBytes, flightBefore);
    if (this.#recoveryEnd !== undefined && distance(cumulativeTsn, this.#recoveryEnd) >= 0)
      this.#recoveryEnd = undefined;
    if (highestNew !== undefined) this.#countMissing(highestNew, nowMs);
    this.#advance();
    if (this.#outstanding.length === 0) this.#timerMs = undefined;
    else if (hasAdvanced) this.#timerMs = nowMs + this.#rtoMs;
  }

  #growWindow(ackedBytes: number, flightBefore: number): void {
    if (this.#windowBytes <= this.#thresholdBytes) {
      // Slow start, only while the window is what limits us.
      if (flightBefore + MAX_PACKET_BYTES >= this.#windowBytes) {
        this.#windowBytes += Math.min(ackedBytes, MAX_PACKET_BYTES);
      }
      return;
    }
    this.#partialAcked += ackedBytes;
    if (this.#partialAcked >= this.#windowBytes && flightBefore + MAX_PACKET_BYTES >= this.#windowBytes) {
      this.#partialAcked -= this.#windowBytes;
      this.#windowBytes += MAX_PACKET_BYTES;
    }
  }

  /** Fragments passed over by newer ones three times are taken for lost (RFC 9260 §7.2.4). */
  #countMissing(highestNew: number, nowMs: number): void {
    let hasLoss = false;
    for (const entry of this.#outstanding) {
      if (distance(entry.tsn, highestNew) >= 0) break;
      if (entry.isAcked || entry.mustRetransmit || entry.message.isAbandoned) continue;
      if (++entry.missing < MISSING_REPORTS) continue;
      hasLoss = true;
      this.#flightBytes -= entry.length;
      entry.mustRetransmit = true;
      if (this.#mustGiveUp(entry, nowMs)) this.#abandon(entry.message);
    }
    this.#flightBytes = Math.max(0, this.#flightBytes);
    if (hasLoss && this.#recoveryEnd === undefined) {
      this.#thresholdBytes = Math.max(this.#windowBytes / 2, 4 * MAX_PACKET_BYTES);
      this.#windowBytes = this.#thresholdBytes;
      this.#partialAcked = 0;
      this.#recoveryEnd = this.lastTsn;
    }
  }

  #mustGiveUp(entry: Outstanding, nowMs: number): boolean {
    const { maxRetransmits, expiresMs } = entry.message;
    if (maxRetransmits !== undefined && entry.sentCount > maxRetransmits) return true;
    return expiresMs !== undefined && nowMs > expiresMs;
  }

  /** A message is given up as a whole: the part not yet cut never leaves. */
  #abandon(message: OutboundMessage): void {
    if (message.isAbandoned) return;
    message.isAbandoned = true;
    let bytes = message.data.length - message.cut;
    if (this.#current === message) this.#current = undefined;
    for (const entry of this.#outstanding) {
      if (entry.message !== message || entry.isAcked) continue;
      bytes += entry.length;
      if (!entry.mustRetransmit) this.#flightBytes -= entry.length;
      entry.mustRetransmit = false;
    }
    this.#flightBytes = Math.max(0, this.#flightBytes);
    this.#addBuffered(message.streamId, -bytes);
  }

  /** Moves the point up to which the peer need not wait, over abandoned fragments at the head (RFC 3758 §3.5 C). */
  #advance(): void {
    for (const entry of this.#outstanding) {
      if (!entry.message.isAbandoned) {
        if (entry.isAcked) continue;
        break;
      }
      if (distance(entry.tsn, this.#advancedPoint) <= 0) continue;
      this.#advancedPoint = entry.tsn;
      this.#forwardNeeded = true;
      if (!entry.message.isUnordered) this.#skipped.set(entry.message.streamId, entry.message.streamSequence);
    }
  }

  /** The retransmission timer ran out (RFC 9260 §6.3.3). */
  onTimer(nowMs: number): void {
    this.#timerMs = undefined;
    for (const entry of this.#outstanding) {
      if (entry.isAcked || entry.message.isAbandoned) continue;
      if (this.#mustGiveUp(entry, nowMs)) this.#abandon(entry.message);
      else entry.mustRetransmit = true;
    }
    this.#flightBytes = 0;
    this.#thresholdBytes = Math.max(this.#windowBytes / 2, 4 * MAX_PACKET_BYTES);
    this.#windowBytes = MAX_PACKET_BYTES;
    this.#partialAcked = 0;
    this.#recoveryEnd = undefined;
    this.#rtoMs = Math.min(this.#rtoMs * 2, Math.max(BACKOFF_MAX_MS, this.#measuredRtoMs));
    this.#advance(); // A FORWARD TSN may have been lost too.
    if (distance(this.#advancedPoint, this.#lastCumulative) > 0) this.#forwardNeeded = true;
    if (this.#outstanding.length > 0) this.#timerMs = nowMs + this.#rtoMs;
  }

  // RFC 9260 §6.3.1.
  #measure(rttMs: number): void {
    if (this.#srttMs === undefined) {
      this.#srttMs = rttMs;
      this.#rttVarMs = rttMs / 2;
    } else {
      this.#rttVarMs = 0.75 * this.#rttVarMs + 0.25 * Math.abs(this.#srttMs - rttMs);
      this.#srttMs = 0.875 * this.#srttMs + 0.125 * rttMs;
    }
    this.#rtoMs = Math.max(RTO_MIN_MS, Math.min(RTO_MAX_MS, this.#srttMs + 4 * this.#rttVarMs));
    this.#measuredRtoMs = this.#rtoMs;
  }
}

/** Signed distance a − b of two TSNs. */
function distance(a: number, b: number): number {
  return (a - b) | 0;
}
