import { decodeRows, type Session, SessionBuilder, type SessionEvent } from '@alongside/diagnosis';
import { JUDGED_MAX_BYTES, unpack } from './packed-rows.ts';
import { clockOffsetOf, type StoredBatch } from './stored-batch.ts';

/** Browsers' clocks run on while a batch is on its way; later than this is made up, ms. */
const AHEAD_MS = 5_000;
/** Offline that long, a page still tells what it measured, ms. */
const BEHIND_MS = 3_600_000;
/** A clock found to be off by more than that is set right in what is there already, ms. */
const OFFSET_MATTERS_MS = 250;

/**
 * A session that grows with the batches of its people, in whatever order they come: one that is late has the session made
 * anew of what is held.
 */
export class GrowingSession {
  readonly #startMs: number;
  readonly #keepMs: number;
  readonly #maxBytes: number;
  #builder = new SessionBuilder('live');
  #held: StoredBatch[] = [];
  /** The same by stay: somebody may have made one for every batch. */
  #heldOf = new Map<string, StoredBatch[]>();
  readonly #ids = new Set<number>();
  /** Nothing is held from before it, but how things stood then. */
  #cutMs = Number.NEGATIVE_INFINITY;
  #standing: readonly SessionEvent[] = [];
  /** Of each stay, the number of its last batch in the builder, and by which offset it went in. */
  #stays = new Map<string, { last: number; offsetMs: number }>();
  /** What the batches in the builder take, by their ids. */
  readonly #taken = new Map<number, number>();
  #takenBytes = 0;

  /**
   * @param startMs nothing was measured before it
   * @param keepMs what is older than this is let go by `forget`
   * @param maxBytes once as much is in, the rest is not even unpacked, however much was kept
   */
  constructor(startMs: number, keepMs = Number.POSITIVE_INFINITY, maxBytes = JUDGED_MAX_BYTES) {
    this.#startMs = startMs;
    this.#keepMs = keepMs;
    this.#maxBytes = maxBytes;
  }

  has(batchId: number): boolean {
    return this.#ids.has(batchId);
  }

  /** @returns whether anything was new */
  add(batches: readonly StoredBatch[]): boolean {
    const fresh = batches.filter(({ id }) => !this.#ids.has(id));
    if (fresh.length === 0) return false;
    fresh.sort(inOrder);
    for (const batch of fresh) {
      this.#ids.add(batch.id);
      this.#held.push(batch);
      const same = this.#heldOf.get(batch.stay);
      if (same) same.push(batch);
      else this.#heldOf.set(batch.stay, [batch]);
    }
    const isLate = fresh.some(({ stay, number }) => number < (this.#stays.get(stay)?.last ?? -1));
    if (isLate || this.#isOff(fresh)) this.#makeAnew();
    else for (const batch of fresh) this.#put(batch);
    return true;
  }

  /** Lets go of what is too old to matter now. */
  forget(nowMs: number): void {
    const beforeMs = nowMs - this.#keepMs;
    this.#held = this.#held.filter(({ receivedAtMs, id }) => {
      const isKept = receivedAtMs >= beforeMs;
      if (isKept) return true;
      this.#ids.delete(id);
      this.#takenBytes -= this.#taken.get(id) ?? 0;
      this.#taken.delete(id);
      return false;
    });
    this.#heldOf = Map.groupBy(this.#held, ({ stay }) => stay);
    this.#builder.forgetBefore(beforeMs);
    this.#cutMs = beforeMs;
    this.#standing = this.#builder.build().events.filter(({ atMs }) => atMs <= beforeMs);
  }

  /** @param nameOf what people are called */
  build(nameOf: (participantId: string) => string | null): Session {
    const session = this.#builder.build();
    for (const participant of session.participants) participant.name = nameOf(participant.id);
    return session;
  }

  #isOff(fresh: readonly StoredBatch[]): boolean {
    return [...new Set(fresh.map(({ stay }) => stay))].some((stay) => {
      const known = this.#stays.get(stay);
      return known && Math.abs(known.offsetMs - this.#offsetOf(stay)) > OFFSET_MATTERS_MS;
    });
  }

  #offsetOf(stay: string): number {
    return clockOffsetOf(this.#heldOf.get(stay)!);
  }

  #makeAnew(): void {
    this.#builder = new SessionBuilder('live');
    this.#stays = new Map();
    this.#taken.clear();
    this.#takenBytes = 0;
    for (const event of this.#standing) this.#builder.event(event);
    this.#held.sort(inOrder);
    for (const batch of this.#held) this.#put(batch);
  }

  #put(batch: StoredBatch): void {
    const { id, participantId, stay, number, content, receivedAtMs } = batch;
    if (this.#takenBytes >= this.#maxBytes) return;
    const { rows, userAgent, sizeBytes } = unpack(content);
    this.#taken.set(id, sizeBytes);
    this.#takenBytes += sizeBytes;
    const known = this.#stays.get(stay) ?? { last: number, offsetMs: this.#offsetOf(stay) };
    known.last = number;
    this.#stays.set(stay, known);
    if (userAgent !== null) this.#builder.participant(participantId).userAgent = userAgent;
    decodeRows(rows, this.#builder, {
      participantId,
      prefix: `${stay} `,
      offsetMs: known.offsetMs,
      notBeforeMs: Math.max(this.#startMs, this.#cutMs, receivedAtMs - BEHIND_MS),
      notAfterMs: receivedAtMs + AHEAD_MS,
    });
  }
}

/** Stays by when they began, each in its own order: a participant's device tells of one after the other. */
function inOrder(a: StoredBatch, b: StoredBatch): number {
  return a.stay === b.stay ? a.number - b.number : a.receivedAtMs - b.receivedAtMs || a.id - b.id;
}
