/** A datagram in memory of its own, and who sent it (`senderNumber`). */
export type OnDatagram = (datagram: Buffer, sender: number) => void;

/**
 * Datagrams of one socket between the kernel and whoever handles them: what is urgent at once, the rest in its order when
 * nothing urgent is left. A picture comes as a burst of packets, each of which goes to many; a voice that came just behind
 * would wait for all of it.
 */
export class UrgentFirst {
  readonly #isUrgent: (datagram: Buffer, sender: number) => boolean;
  readonly #handle: OnDatagram;
  #datagrams: Buffer[] = [];
  #senders: number[] = [];
  #next = 0;

  constructor(isUrgent: (datagram: Buffer, sender: number) => boolean, handle: OnDatagram) {
    this.#isUrgent = isUrgent;
    this.#handle = handle;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#datagrams.length - this.#next;
  }

  /** @returns whether it was handled at once */
  take(datagram: Buffer, sender: number): boolean {
    if (this.#isUrgent(datagram, sender)) {
      this.#handle(datagram, sender);
      return true;
    }
    this.#datagrams.push(datagram);
    this.#senders.push(sender);
    return false;
  }

  /** Handles the next of those that wait, `atMost` so many. @returns how many */
  handleSome(atMost: number): number {
    const from = this.#next;
    const to = Math.min(from + atMost, this.#datagrams.length);
    // Put ahead first: whoever handles one may throw, and must not get it again.
    for (this.#next = from; this.#next < to; ) {
      const at = this.#next++;
      this.#handle(this.#datagrams[at]!, this.#senders[at]!);
    }
    if (this.#next === this.#datagrams.length) {
      this.#datagrams.length = 0;
      this.#senders.length = 0;
      this.#next = 0;
    }
    return to - from;
  }
}
