/** Answers a second to one address that has not proved itself, and to all of them. */
const PER_ADDRESS = 20;
const TOGETHER = 2_000;

/**
 * Bounds what strangers make us send: the sender of a datagram may be somebody else's address, and an answer is a little
 * larger than the question.
 */
export class AnswerLimit {
  readonly #counts = new Map<string, number>();
  #second = 0;
  #total = 0;

  allows(address: string, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#total = 0;
      this.#counts.clear();
    }
    const count = (this.#counts.get(address) ?? 0) + 1;
    if (count > PER_ADDRESS || this.#total >= TOGETHER) return false;
    this.#total++;
    this.#counts.set(address, count);
    return true;
  }
}
