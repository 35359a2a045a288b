/** Repairs later than this come too late for every listener, the recorder included. */
export const HISTORY_MS = 1_500;
/** Places are made for packets of about the size, so that the next ones fit too. */
const PLACE_STEP_BYTES = 256;

/**
 * The last packets of one stream by sequence number, to answer retransmission requests and to start a late subscriber
 * from the last key frame. It begins small and grows while it would forget packets younger than 1.5 s, up to a limit:
 * memory follows the rate of the stream. Copies into places of its own that it writes over: a buffer kept for seconds costs
 * the garbage collector many times what the copy does.
 */
export class PacketRing {
  readonly #maxPackets: number;
  /** May be longer than the packet. */
  #places: (Buffer | undefined)[];
  /** 0 where nothing is kept. */
  #lengths: Uint16Array;
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
    this.#places = new Array<Buffer | undefined>(capacityPackets).fill(undefined);
    this.#lengths = new Uint16Array(capacityPackets);
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
      this.#lengths[index]! > 0 &&
      this.#mask + 1 < this.#maxPackets &&
      this.#sequenceNumbers[index] !== sequenceNumber &&
      arrivalMs - this.#arrivalsMs[index]! < HISTORY_MS
    ) {
      this.#grow();
      index = sequenceNumber & this.#mask;
    }
    let place = this.#places[index];
    if (place === undefined || place.length < packet.length) {
      place = Buffer.allocUnsafe(Math.ceil(packet.length / PLACE_STEP_BYTES) * PLACE_STEP_BYTES);
      this.#places[index] = place;
    }
    packet.copy(place);
    this.#lengths[index] = packet.length;
    this.#sequenceNumbers[index] = sequenceNumber;
    this.#arrivalsMs[index] = arrivalMs;
  }

  /** The packet with this sequence number, only lent; undefined when it never came or was overwritten. */
  get(sequenceNumber: number): Buffer | undefined {
    const index = sequenceNumber & this.#mask;
    const length = this.#lengths[index]!;
    if (length === 0 || this.#sequenceNumbers[index] !== sequenceNumber) return undefined;
    return this.#places[index]!.subarray(0, length);
  }

  #grow(): void {
    const places = this.#places;
    const lengths = this.#lengths;
    const sequenceNumbers = this.#sequenceNumbers;
    const arrivalsMs = this.#arrivalsMs;
    const capacity = places.length * 2;
    this.#places = new Array<Buffer | undefined>(capacity).fill(undefined);
    this.#lengths = new Uint16Array(capacity);
    this.#sequenceNumbers = new Uint16Array(capacity);
    this.#arrivalsMs = new Float64Array(capacity);
    this.#mask = capacity - 1;
    for (let i = 0; i < places.length; i++) {
      if (lengths[i] === 0) continue;
      const index = sequenceNumbers[i]! & this.#mask;
      this.#places[index] = places[i];
      this.#lengths[index] = lengths[i]!;
      this.#sequenceNumbers[index] = sequenceNumbers[i]!;
      this.#arrivalsMs[index] = arrivalsMs[i]!;
    }
  }

  clear(): void {
    this.#lengths.fill(0);
  }
}
