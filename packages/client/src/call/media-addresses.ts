import type { MediaAddressFailure } from '@alongside/contracts';

/** The next address is tried when the one before has not answered after this, ms (RFC 8305 §5 advises 250). */
const STAGGER_MS = 250;
/** An address that has not answered by then has failed, ms. */
const PROBE_TIMEOUT_MS = 5_000;
/** The winner of a race goes first in the next ones for so long, ms. */
const REMEMBER_MS = 10 * 60_000;
/** An address that failed goes last for so long, ms. */
const AVOID_MS = 60_000;
const KEY = 'alongside:media-address';

/** How an address answered: null is well. */
export type Probe = (url: string, signal: AbortSignal) => Promise<Omit<MediaAddressFailure, 'url'> | null>;

/** None of the media server's addresses answers; `MediaAddresses.failures` says how each one failed. */
export class NoMediaAddress extends Error {
  override name = 'NoMediaAddress';
}

/** Which of several addresses of the media server to connect to. */
export type MediaAddresses = {
  /**
   * The first of them that answers, tried one shortly after the other. With only one there is no race to lose time in.
   * @throws NoMediaAddress
   */
  choose(urls: readonly string[]): Promise<string>;
  /** A connection there stands: it goes first for a while, and what was wrong with it no longer is. */
  succeeded(url: string): void;
  /** A connection there did not come about, or ended: it goes last for a while. */
  failed(url: string, reason: 'signal' | 'media'): Promise<void>;
  /** Where a connection came about since the last `forget`. */
  reached(): string | null;
  /** How each address failed since the last `forget`, the last word on each. */
  failures(): MediaAddressFailure[];
  forget(): void;
};

export type MediaAddressOptions = { probe?: Probe; nowMs?(): number };

/** Races, with a memory that outlives a reload of the page. */
export function createMediaAddresses({
  probe = probeMediaAddress,
  nowMs = Date.now,
}: MediaAddressOptions = {}): MediaAddresses {
  const failures = new Map<string, MediaAddressFailure>();
  const avoidUntilMs = new Map<string, number>();
  let reached: string | null = null;

  function note(url: string, failure: Omit<MediaAddressFailure, 'url'>): void {
    failures.set(url, { url, ...failure });
    avoidUntilMs.set(url, nowMs() + AVOID_MS);
  }

  function inOrder(urls: readonly string[]): string[] {
    const now = nowMs();
    const winner = recall(now);
    const rank = (url: string) => ((avoidUntilMs.get(url) ?? 0) > now ? 2 : url === winner ? 0 : 1);
    return [...new Set(urls)].sort((a, b) => rank(a) - rank(b));
  }

  return {
    async choose(urls) {
      const [first, ...others] = inOrder(urls);
      if (first === undefined) throw new NoMediaAddress();
      if (others.length === 0) return first;
      return race([first, ...others], probe, note);
    },
    succeeded(url) {
      avoidUntilMs.delete(url);
      failures.delete(url);
      reached = url;
      remember(url, nowMs());
    },
    async failed(url, reason) {
      note(url, { reason, status: null });
      if (reason === 'media') return;
      // Asked again, it may say itself what is wrong; where it says nothing is, the connection is what failed.
      const seen = await probe(url, AbortSignal.timeout(PROBE_TIMEOUT_MS));
      if (seen && failures.has(url)) note(url, seen);
    },
    reached: () => reached,
    failures: () => [...failures.values()],
    forget() {
      failures.clear();
      reached = null;
    },
  };
}

/** @param note told of each address that failed before one answered */
function race(
  urls: readonly string[],
  probe: Probe,
  note: (url: string, failure: Omit<MediaAddressFailure, 'url'>) => void,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const over = new AbortController();
  const waiting = [...urls];
  let running = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function next(): void {
    clearTimeout(timer);
    const url = waiting.shift();
    if (url === undefined) {
      if (running === 0) reject(new NoMediaAddress());
      return;
    }
    running += 1;
    void probe(url, AbortSignal.any([over.signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)])).then((failure) => {
      running -= 1;
      if (over.signal.aborted) return;
      if (failure === null) {
        over.abort();
        clearTimeout(timer);
        resolve(url);
        return;
      }
      note(url, failure);
      next();
    });
    if (waiting.length > 0) timer = setTimeout(next, STAGGER_MS);
  }

  next();
  return promise;
}

/** Asks for something every media server answers without a token, by refusing it. Never rejects. */
export async function probeMediaAddress(
  url: string,
  signal: AbortSignal,
): Promise<Omit<MediaAddressFailure, 'url'> | null> {
  try {
    const address = url.replace(/^ws/, 'http').replace(/\/$/, '');
    const { status } = await fetch(`${address}/rtc/validate`, { signal, credentials: 'omit', cache: 'no-store' });
    return status >= 500 ? { reason: 'status', status } : null;
  } catch (error) {
    const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
    return { reason: isTimeout ? 'timeout' : 'unreachable', status: null };
  }
}

function remember(url: string, nowMs: number): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ url, atMs: nowMs }));
  } catch {
    // Storage is closed to a frame on another site: each race begins at the first address.
  }
}

function recall(nowMs: number): string | null {
  try {
    const known = JSON.parse(localStorage.getItem(KEY) ?? 'null') as { url: string; atMs: number } | null;
    return known && nowMs - known.atMs < REMEMBER_MS ? known.url : null;
  } catch {
    return null;
  }
}
