/** 1.3 s of 20 ms frames: more than RED can reach back (341 ms), and than any listener still waits for. */
const CAPACITY = 64;
const MASK = CAPACITY - 1;

/**
 * The last Opus frames of one microphone by the sequence number they were sent under, out of whatever wrapping (plain or
 * RED), to build redundancy from. Points into the packets' own buffers; copies and makes nothing per frame.
 */
export class AudioFrames {
  readonly #sequenceNumbers = new Int32Array(CAPACITY).fill(-1);
  readonly #timestamps = new Uint32Array(CAPACITY);
  readonly #buffers = new Array<Buffer | undefined>(CAPACITY).fill(undefined);
  readonly #offsets = new Uint16Array(CAPACITY);
  readonly #lengths = new Uint16Array(CAPACITY);

  /** Keeps `buffer[offset, offset + length)`; the buffer must stay as it is. */
  put(sequenceNumber: number, timestamp: number, buffer: Buffer, offset: number, length: number): void {
    const at = sequenceNumber & MASK;
    this.#sequenceNumbers[at] = sequenceNumber;
    this.#timestamps[at] = timestamp;
    this.#buffers[at] = buffer;
    this.#offsets[at] = offset;
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

  buffer(place: number): Buffer {
    return this.#buffers[place]!;
  }

  offset(place: number): number {
    return this.#offsets[place]!;
  }

  length(place: number): number {
    return this.#lengths[place]!;
  }

  /** A new numbering began: what was before is no redundancy of what follows. */
  clear(): void {
    this.#sequenceNumbers.fill(-1);
    this.#buffers.fill(undefined);
  }
}
