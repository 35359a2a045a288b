/**
 * The last packets of one stream by sequence number, to answer retransmission requests and to start a late subscriber
 * from the last key frame. Holds the buffers as they came (they are ours to keep), so `put` copies nothing.
 */
export class PacketRing {
  readonly #packets: (Buffer | undefined)[];
  readonly #sequenceNumbers: Uint16Array;
  readonly #mask: number;

  /** @param capacityPackets a power of two, at most 32,768. */
  constructor(capacityPackets: number) {
    if (capacityPackets < 1 || capacityPackets > 0x8000 || (capacityPackets & (capacityPackets - 1)) !== 0) {
      throw new RangeError('capacity must be a power of two up to 32,768');
    }
    this.#packets = new Array<Buffer | undefined>(capacityPackets).fill(undefined);
    this.#sequenceNumbers = new Uint16Array(capacityPackets);
    this.#mask = capacityPackets - 1;
  }

  get capacityPackets(): number {
    return this.#mask + 1;
  }

  put(sequenceNumber: number, packet: Buffer): void {
    const index = sequenceNumber & this.#mask;
    this.#packets[index] = packet;
    this.#sequenceNumbers[index] = sequenceNumber;
  }

  /** The packet with this sequence number, undefined when it never came or was overwritten. */
  get(sequenceNumber: number): Buffer | undefined {
    const index = sequenceNumber & this.#mask;
    return this.#sequenceNumbers[index] === sequenceNumber ? this.#packets[index] : undefined;
  }

  clear(): void {
    this.#packets.fill(undefined);
  }
}
