/** Repairs later than this come too late for every listener, the recorder included. */
export const HISTORY_MS = 1_500;

/**
 * The last packets of one stream by sequence number, to answer retransmission requests and to start a late subscriber
 * from the last key frame. It begins small and grows while it would forget packets younger than 1.5 s, up to a limit:
 * memory follows the rate of the stream. Holds the buffers as they came (they are ours to keep), so `put` copies nothing.
 */
export class PacketRing {
  readonly #maxPackets: number;
  #packets: (Buffer | undefined)[];
  #sequenceNumbers: Uint16Array;
  #arrivalsMs: Float64Array;
  #mask: number;

  /**
   * @param capacityPackets to begin with: a power of two, at most 32,768
   * @param maxPackets to grow to, likewise
   */
  constructor(capacityPackets: number, maxPackets: number = capacityPackets) {
    for (const packets of [capacityPackets, maxPackets]) {
      if (packets < 1 || packets > 0x8000 || (packets & (packets - 1)) !== 0) {
        throw new RangeError('capacity must be a power of two up to 32,768');
      }
    }
    this.#maxPackets = maxPackets;
    this.#packets = new Array<Buffer | undefined>(capacityPackets).fill(undefined);
    this.#sequenceNumbers = new Uint16Array(capacityPackets);
    this.#arrivalsMs = new Float64Array(capacityPackets);
    this.#mask = capacityPackets - 1;
  }

  get capacityPackets(): number {
    return this.#mask + 1;
  }

  put(sequenceNumber: number, packet: Buffer, arrivalMs: number): void {
    let index = sequenceNumber & this.#mask;
    if (
      this.#packets[index] !== undefined &&
      this.#mask + 1 < this.#maxPackets &&
      this.#sequenceNumbers[index] !== sequenceNumber &&
      arrivalMs - this.#arrivalsMs[index]! < HISTORY_MS
    ) {
      this.#grow();
      index = sequenceNumber & this.#mask;
    }
    this.#packets[index] = packet;
    this.#sequenceNumbers[index] = sequenceNumber;
    this.#arrivalsMs[index] = arrivalMs;
  }

  /** The packet with this sequence number, undefined when it never came or was overwritten. */
  get(sequenceNumber: number): Buffer | undefined {
    const index = sequenceNumber & this.#mask;
    return this.#sequenceNumbers[index] === sequenceNumber ? this.#packets[index] : undefined;
  }

  #grow(): void {
    const packets = this.#packets;
    const sequenceNumbers = this.#sequenceNumbers;
    const arrivalsMs = this.#arrivalsMs;
    const capacity = packets.length * 2;
    this.#packets = new Array<Buffer | undefined>(capacity).fill(undefined);
    this.#sequenceNumbers = new Uint16Array(capacity);
    this.#arrivalsMs = new Float64Array(capacity);
    this.#mask = capacity - 1;
    for (let i = 0; i < packets.length; i++) {
      if (packets[i] === undefined) continue;
      const index = sequenceNumbers[i]! & this.#mask;
      this.#packets[index] = packets[i];
      this.#sequenceNumbers[index] = sequenceNumbers[i]!;
      this.#arrivalsMs[index] = arrivalsMs[i]!;
    }
  }

  clear(): void {
    this.#packets.fill(undefined);
  }
}
