import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMediaAddresses, NoMediaAddress, type Probe, probeMediaAddress } from './media-addresses.ts';

/** When each address answers, ms after it is asked, and how; null is well. Absent ones never answer. */
let answers: Record<string, { afterMs: number; failure: Awaited<ReturnType<Probe>> }>;
/** In the order they were asked, with the moment. */
let asked: [string, number][];
/** Those that were asked and then not wanted any more. */
let aborted: string[];
let stored: Map<string, string>;

const A = 'wss://a.test';
const B = 'wss://b.test';
const C = 'wss://c.test';
const well = (afterMs: number) => ({ afterMs, failure: null });
const broken = (afterMs: number, status: number) => ({ afterMs, failure: { reason: 'status' as const, status } });

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  asked = [];
  aborted = [];
  answers = {};
  stored = new Map();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  });
  // Its timers are not among those that are faked.
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException('', 'TimeoutError')), ms);
    return controller.signal;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const begunMs = 1_000_000;
const probe: Probe = (url, signal) =>
  new Promise((resolve) => {
    asked.push([url, Date.now() - begunMs]);
    const answer = answers[url];
    let isAnswered = false;
    const say = () => {
      isAnswered = true;
      resolve(answer!.failure);
    };
    if (answer) setTimeout(say, answer.afterMs);
    signal.addEventListener('abort', () => {
      if (!isAnswered) aborted.push(url);
      resolve({ reason: 'timeout', status: null });
    });
  });

async function raceOf(addresses: ReturnType<typeof createMediaAddresses>, urls: string[]): Promise<string> {
  const chosen = addresses.choose(urls);
  chosen.catch(() => {});
  await vi.runAllTimersAsync();
  return chosen;
}

describe('the race for an address', () => {
  it('asks nobody when there is only one', async () => {
    expect(await raceOf(createMediaAddresses({ probe }), [A])).toBe(A);
    expect(asked).toEqual([]);
  });

  it('is won by the first when it answers at once: the others are not even asked', async () => {
    answers = { [A]: well(100), [B]: well(1) };
    expect(await raceOf(createMediaAddresses({ probe }), [A, B, C])).toBe(A);
    expect(asked).toEqual([[A, 0]]);
  });

  it('goes on to the next where the first is slow, and lets the losers go', async () => {
    answers = { [A]: well(4_000), [B]: well(100) };
    expect(await raceOf(createMediaAddresses({ probe }), [A, B, C])).toBe(B);
    expect(asked).toEqual([
      [A, 0],
      [B, 250],
    ]);
    expect(aborted).toEqual([A]);
  });

  it('goes on at once where one fails', async () => {
    answers = { [A]: broken(20, 502), [B]: well(30) };
    const addresses = createMediaAddresses({ probe });
    expect(await raceOf(addresses, [A, B])).toBe(B);
    expect(asked).toEqual([
      [A, 0],
      [B, 20],
    ]);
    expect(addresses.failures()).toEqual([{ url: A, reason: 'status', status: 502 }]);
    addresses.forget();
    expect(addresses.failures()).toEqual([]);
  });

  it('says how each one failed when none answers', async () => {
    answers = { [A]: broken(20, 502), [B]: { afterMs: 40, failure: { reason: 'unreachable', status: null } } };
    const addresses = createMediaAddresses({ probe });
    await expect(raceOf(addresses, [A, B, C])).rejects.toThrow(NoMediaAddress);
    expect(addresses.failures()).toEqual([
      { url: A, reason: 'status', status: 502 },
      { url: B, reason: 'unreachable', status: null },
      { url: C, reason: 'timeout', status: null },
    ]);
  });
});

describe('the memory of races', () => {
  it('has the last winner go first for ten minutes, on trial as before', async () => {
    answers = { [A]: well(10), [B]: well(10) };
    createMediaAddresses({ probe }).succeeded(B);
    expect(await raceOf(createMediaAddresses({ probe }), [A, B])).toBe(B);
    answers[B] = well(4_000);
    expect(await raceOf(createMediaAddresses({ probe }), [A, B])).toBe(A);
    vi.setSystemTime(begunMs + 11 * 60_000);
    answers[B] = well(10);
    expect(await raceOf(createMediaAddresses({ probe }), [A, B])).toBe(A);
    // An address that is not offered any more is nobody's first.
    createMediaAddresses({ probe }).succeeded(C);
    expect(await raceOf(createMediaAddresses({ probe }), [A, B])).toBe(A);
  });

  it('has one where a connection failed go last for a minute, and asks it what is wrong', async () => {
    answers = { [A]: well(10), [B]: well(10) };
    const addresses = createMediaAddresses({ probe });
    const failed = addresses.failed(A, 'signal');
    await vi.runAllTimersAsync();
    await failed;
    expect(addresses.failures()).toEqual([{ url: A, reason: 'signal', status: null }]);
    expect(await raceOf(addresses, [A, B])).toBe(B);
    vi.setSystemTime(begunMs + 120_000);
    expect(await raceOf(addresses, [A, B])).toBe(A);
    await addresses.failed(A, 'media');
    expect(addresses.failures()).toEqual([{ url: A, reason: 'media', status: null }]);
  });

  it('avoids an address before it knows what is wrong with it, and forgets it when it serves again', async () => {
    answers = { [A]: broken(300, 503), [B]: well(10) };
    const addresses = createMediaAddresses({ probe });
    const failed = addresses.failed(A, 'signal');
    expect(await raceOf(addresses, [A, B])).toBe(B);
    await failed;
    expect(addresses.failures()).toEqual([{ url: A, reason: 'status', status: 503 }]);
    const again = addresses.failed(A, 'signal');
    addresses.succeeded(A);
    await vi.runAllTimersAsync();
    await again;
    expect([addresses.failures(), addresses.reached()]).toEqual([[], A]);
  });

  it('does without where storage is closed', async () => {
    vi.stubGlobal('localStorage', {
      getItem: () => {
        throw new DOMException('', 'SecurityError');
      },
      setItem: () => {
        throw new DOMException('', 'SecurityError');
      },
    });
    answers = { [A]: well(10), [B]: well(10) };
    const addresses = createMediaAddresses({ probe });
    addresses.succeeded(B);
    expect(await raceOf(addresses, [A, B])).toBe(A);
  });
});

describe('a probe', () => {
  const signal = new AbortController().signal;

  it('takes any answer but a broken server’s, and asks without credentials', async () => {
    const fetched = vi.fn(async () => ({ status: 401 }));
    vi.stubGlobal('fetch', fetched);
    expect(await probeMediaAddress('wss://a.test/', signal)).toBeNull();
    expect(fetched).toHaveBeenCalledWith(
      'https://a.test/rtc/validate',
      expect.objectContaining({ credentials: 'omit' }),
    );
    vi.stubGlobal('fetch', async () => ({ status: 503 }));
    expect(await probeMediaAddress('ws://a.test', signal)).toEqual({ reason: 'status', status: 503 });
  });

  it('tells silence from no connection', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new DOMException('', 'TimeoutError')));
    expect(await probeMediaAddress('wss://a.test', signal)).toEqual({ reason: 'timeout', status: null });
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    expect(await probeMediaAddress('wss://a.test', signal)).toEqual({ reason: 'unreachable', status: null });
  });
});
