import { SEAL_HEADROOM_BYTES } from './srtp-cipher.ts';

/** More than a socket may have waiting in user space, four times over. */
const SLAB_BYTES = 2 * 1024 * 1024;

/**
 * Where protected packets are written, one after another, and over again from the start: nothing is left to the garbage
 * collector but a view. One for a media thread. Who queues a datagram of it for later is told before
 * the slab comes round, see `onWrap`. One that waits in Node's queue of an overfull socket for longer than it takes the
 * whole thread to fill the slab goes out as garbage, and its receiver drops it as forged: as lost as it would have been.
 */
class SealedSlab {
  readonly bytes: Buffer = Buffer.allocUnsafeSlow(SLAB_BYTES);
  /** Called before the memory is written over from the start: whatever was queued by then has to go. */
  readonly onWrap: Set<() => void> = new Set();
  #next = SEAL_HEADROOM_BYTES;

  /** Where the next packet of up to `length` bytes begins: a whole word, with the headroom before it. */
  reserve(length: number): number {
    let at = this.#next;
    if (at + length > SLAB_BYTES) {
      for (const flush of this.onWrap) flush();
      at = SEAL_HEADROOM_BYTES;
    }
    this.#next = at + ((length + 3) & ~3) + SEAL_HEADROOM_BYTES;
    return at;
  }
}

/** Of this thread: modules are loaded once in each. */
export const sealedSlab: SealedSlab = new SealedSlab();
