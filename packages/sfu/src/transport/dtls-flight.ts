import type { RecordWriter } from './dtls-record.ts';

const FIRST_RETRANSMIT_MS = 100;
const MAX_RETRANSMIT_MS = 1600;
/** A repeated flight of the peer is answered at most this often. */
const MIN_RESEND_MS = 40;
const MAX_DATAGRAM_BYTES = 1200;

interface FlightItem {
  type: number;
  fragment: Buffer;
  isProtected: boolean;
}

/** The messages that travel together and are sent again until the peer's next flight shows that they arrived (RFC 6347 §4.2.4). */
export class DtlsFlight {
  readonly #writer: RecordWriter;
  readonly #send: (datagram: Buffer) => void;
  #items: FlightItem[] = [];
  #isAwaited = false;
  #retransmitMs = FIRST_RETRANSMIT_MS;
  #timer: NodeJS.Timeout | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(writer: RecordWriter, send: (datagram: Buffer) => void) {
    this.#writer = writer;
    this.#send = send;
  }

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  /** Begins a new flight: the one before has arrived. */
  begin(): void {
    this.#items = [];
  }

  add(type: number, fragment: Buffer, isProtected: boolean): void {
    this.#items.push({ type, fragment, isProtected });
  }

  /** Sends the flight, again and again when an answer is awaited. */
  send(isAwaited: boolean): void {
    this.#isAwaited = isAwaited;
    this.#retransmitMs = FIRST_RETRANSMIT_MS;
    this.#transmit();
    this.#arm();
  }

  /** The peer repeated itself: it has not seen this flight. */
  repeat(): void {
    if (this.#items.length > 0 && performance.now() - this.#lastMs >= MIN_RESEND_MS) this.#transmit();
  }

  /** No more timed repetition. */
  stop(): void {
    this.#isAwaited = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Messages keep their numbers, records get new ones each time. */
  #transmit(): void {
    this.#lastMs = performance.now();
    let datagram: Buffer[] = [];
    let bytes = 0;
    for (const item of this.#items) {
      const record = item.isProtected
        ? this.#writer.protect(item.type, item.fragment)
        : this.#writer.plain(item.type, item.fragment);
      if (bytes > 0 && bytes + record.length > MAX_DATAGRAM_BYTES) {
        this.#send(Buffer.concat(datagram));
        datagram = [];
        bytes = 0;
      }
      datagram.push(record);
      bytes += record.length;
    }
    if (bytes > 0) this.#send(Buffer.concat(datagram));
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isAwaited) return;
    this.#timer = setTimeout(() => {
      this.#retransmitMs = Math.min(this.#retransmitMs * 2, MAX_RETRANSMIT_MS);
      this.#transmit();
      this.#arm();
    }, this.#retransmitMs);
  }
}
