import { TokenBucket } from './token-bucket.ts';

/** How many seconds' worth of joins may come at once: a whole office opens the same room at the full hour. */
export const JOIN_BURST_S = 4;
const MAX_TRACKED = 50_000;
/** Buckets are looked through for idle ones each time so many were made. */
const SWEEP_EVERY = 1_000;

export interface JoinLimits {
  /** Joins and resumes in a second from one address, or one IPv6 network of 64 bits; 0: no limit. */
  maxJoinsPerAddressPerS: number;
  /** With one API key; 0: no limit. */
  maxJoinsPerKeyPerS: number;
}

/** Who asks too often to join is refused before anything is made for them. */
export class JoinLimiter {
  /** What was refused so far, by limit. */
  readonly refused = new Map<string, number>();
  readonly #limits: JoinLimits;
  readonly #buckets = new Map<string, TokenBucket>();
  #made = 0;

  constructor(limits: JoinLimits) {
    this.#limits = limits;
  }

  /** Addresses and keys that are remembered. */
  get tracked(): number {
    return this.#buckets.size;
  }

  /**
   * Whether one more may join.
   * @param kind `address` is asked before anything is read, `key` once the token is known to be good
   * @param counts false: only says what a join would be told
   */
  allows(kind: 'address' | 'key', name: string, nowMs: number, counts: boolean): boolean {
    const perSecond = kind === 'address' ? this.#limits.maxJoinsPerAddressPerS : this.#limits.maxJoinsPerKeyPerS;
    if (perSecond === 0) return true;
    const key = `${kind} ${name}`;
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      bucket = new TokenBucket(perSecond, perSecond * JOIN_BURST_S, nowMs);
      this.#buckets.set(key, bucket);
      this.#made++;
      if (this.#made % SWEEP_EVERY === 0) this.#sweep(nowMs);
      // Even when nobody is idle the table stays bounded; the oldest have had most time to refill.
      if (this.#buckets.size > MAX_TRACKED) this.#buckets.delete(this.#buckets.keys().next().value!);
    }
    const isAllowed = counts ? bucket.take(nowMs) : bucket.allows(nowMs);
    if (!isAllowed && counts) this.refused.set(kind, (this.refused.get(kind) ?? 0) + 1);
    return isAllowed;
  }

  #sweep(nowMs: number): void {
    for (const [key, bucket] of this.#buckets) if (bucket.isFull(nowMs)) this.#buckets.delete(key);
  }
}

/** Whom an address stands for: an IPv6 client has 2^64 of them. */
export function joinerOf(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = address.split('%', 1)[0]!.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...new Array<string>(zeros).fill('0'), ...right].slice(0, 4).join(':');
}
