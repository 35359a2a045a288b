import { FINISHED } from './dtls-messages.ts';

/** A whole handshake message. */
export interface HandshakeMessage {
  type: number;
  sequence: number;
  body: Buffer;
  /** As the transcript hash wants it (RFC 6347 §4.2.6): header as if unfragmented, then the body. */
  bytes: Buffer;
}

const HEADER_BYTES = 12;
/** Certificates are the largest; no honest message comes near. */
const MAX_MESSAGE_BYTES = 16_384;
/** Messages ahead of the one we wait for that are kept: more than any flight holds. */
const MAX_AHEAD = 8;
/** Gaps in one message; more is somebody wasting our time. */
const MAX_RANGES = 64;

interface Partial {
  type: number;
  body: Buffer;
  /** One flag per byte would be dearer than this list of ranges, which stays tiny. */
  ranges: [from: number, to: number][];
}

/**
 * Puts handshake messages together from fragments that come in any order, overlapping, repeated, over several
 * datagrams (RFC 6347 §4.2.3), and gives them out in the order of their sequence numbers. Chromium's very first
 * message comes in two fragments.
 */
export class HandshakeReassembly {
  #next = 0;
  readonly #partials = new Map<number, Partial>();

  /**
   * Takes the handshake fragments of one record. Only Finished travels protected and everything else in the clear;
   * what comes the other way is left out. `repeated` tells that a message was among them that is already done: the
   * peer has not seen our answer.
   */
  add(fragments: Buffer, isProtected: boolean): { messages: HandshakeMessage[]; repeated: boolean } {
    let repeated = false;
    let at = 0;
    while (at + HEADER_BYTES <= fragments.length) {
      const type = fragments[at]!;
      const length = fragments.readUIntBE(at + 1, 3);
      const sequence = fragments.readUInt16BE(at + 4);
      const offset = fragments.readUIntBE(at + 6, 3);
      const size = fragments.readUIntBE(at + 9, 3);
      const from = at + HEADER_BYTES;
      at = from + size;
      if (at > fragments.length || length > MAX_MESSAGE_BYTES || offset + size > length) break;
      if ((type === FINISHED) !== isProtected) continue;
      if (sequence < this.#next) {
        repeated = true;
        continue;
      }
      if (sequence >= this.#next + MAX_AHEAD) continue;
      let partial = this.#partials.get(sequence);
      if (!partial) {
        partial = { type, body: Buffer.alloc(length), ranges: [] };
        this.#partials.set(sequence, partial);
      }
      if (partial.type !== type || partial.body.length !== length || partial.ranges.length > MAX_RANGES) continue;
      fragments.copy(partial.body, offset, from, at);
      addRange(partial.ranges, offset, offset + size);
    }
    return { messages: this.#complete(), repeated };
  }

  #complete(): HandshakeMessage[] {
    const messages: HandshakeMessage[] = [];
    for (;;) {
      const partial = this.#partials.get(this.#next);
      const covered = partial?.ranges[0];
      if (!partial || !covered || covered[0] !== 0 || covered[1] !== partial.body.length) break;
      messages.push({
        type: partial.type,
        sequence: this.#next,
        body: partial.body,
        bytes: buildHandshake(partial.type, this.#next, partial.body),
      });
      this.#partials.delete(this.#next);
      this.#next++;
    }
    return messages;
  }
}

/** Keeps the ranges sorted and merged. */
function addRange(ranges: [number, number][], from: number, to: number): void {
  ranges.push([from, to]);
  ranges.sort((a, b) => a[0] - b[0]);
  for (let i = ranges.length - 1; i > 0; i--) {
    const before = ranges[i - 1]!;
    const range = ranges[i]!;
    if (range[0] <= before[1]) {
      before[1] = Math.max(before[1], range[1]);
      ranges.splice(i, 1);
    }
  }
}

/** A message in one fragment. */
export function buildHandshake(type: number, sequence: number, body: Buffer): Buffer {
  const out = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  out[0] = type;
  out.writeUIntBE(body.length, 1, 3);
  out.writeUInt16BE(sequence, 4);
  out.writeUIntBE(0, 6, 3);
  out.writeUIntBE(body.length, 9, 3);
  body.copy(out, HEADER_BYTES);
  return out;
}
