/** 1.3 s of 20 ms frames: more than RED can reach back (341 ms), and than any listener still waits for. */
const CAPACITY = 64;
const MASK = CAPACITY - 1;
const PLACE_STEP_BYTES = 128;

/**
 * The last Opus frames of one microphone by the sequence number they were sent under, out of whatever wrapping (plain or
 * RED), to build redundancy from. Copies into places of its own that it writes over, and makes nothing per frame.
 */
export class AudioFrames {
  readonly #sequenceNumbers = new Int32Array(CAPACITY).fill(-1);
  readonly #timestamps = new Uint32Array(CAPACITY);
  readonly #buffers = new Array<Buffer | undefined>(CAPACITY).fill(undefined);
  readonly #lengths = new Uint16Array(CAPACITY);

  /** Keeps a copy of `buffer[offset, offset + length)`. */
  put(sequenceNumber: number, timestamp: number, buffer: Buffer, offset: number, length: number): void {
    const at = sequenceNumber & MASK;
    this.#sequenceNumbers[at] = sequenceNumber;
    this.#timestamps[at] = timestamp;
    let place = this.#buffers[at];
    if (place === undefined || place.length < length) {
      place = Buffer.allocUnsafe(Math.ceil(length / PLACE_STEP_BYTES) * PLACE_STEP_BYTES);
      this.#buffers[at] = place;
    }
    buffer.copy(place, 0, offset, offset + length);
    this.#lengths[at] = length;
  }

  /** The place of a frame for the getters below, −1 when it never came or is forgotten. */
  find(sequenceNumber: number): number {
    const at = sequenceNumber & MASK;
    return this.#sequenceNumbers[at] === sequenceNumber ? at : -1;
  }

  timestamp(place: number): number {
    return this.#timestamps[place]!;
  }

  /** The frame is its first `length(place)` bytes; only lent. */
  buffer(place: number): Buffer {
    return this.#buffers[place]!;
  }

  length(place: number): number {
    return this.#lengths[place]!;
  }

  /** A new numbering began: what was before is no redundancy of what follows. */
  clear(): void {
    this.#sequenceNumbers.fill(-1);
  }
}
