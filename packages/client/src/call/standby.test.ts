import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Api } from '../api.ts';
import type { DeviceList } from './devices.ts';
import { createMediaAddresses } from './media-addresses.ts';
import type { Placeholders } from './placeholders.ts';
import type { RoomSession } from './room-session.ts';
import { createStandbyKeeper, type Standby, standbyOpener } from './standby.ts';

/** Calls whose connection stands, and those it is still waited for. */
let standing: string[];
let opening: Map<string, () => Promise<void>>;
/** How often devices are to be kept at hand now. */
let atHand: number;
let page: { visibilityState: string; look: () => void };

beforeEach(() => {
  standing = [];
  opening = new Map();
  atHand = 0;
  const listeners = new Set<() => void>();
  page = {
    visibilityState: 'visible',
    look: () => {
      for (const listener of listeners) listener();
    },
  };
  vi.stubGlobal('document', {
    get visibilityState() {
      return page.visibilityState;
    },
    addEventListener: (_type: string, listener: () => void) => listeners.add(listener),
    removeEventListener: (_type: string, listener: () => void) => listeners.delete(listener),
  });
});
afterEach(() => vi.unstubAllGlobals());

const devices = {
  keepAtHand() {
    atHand += 1;
    return () => {
      atHand -= 1;
    };
  },
};

function keeper() {
  return createStandbyKeeper(async (callId, isWanted) => {
    const asked = Promise.withResolvers<void>();
    opening.set(callId, async () => {
      opening.delete(callId);
      asked.resolve();
      await new Promise((later) => setImmediate(later));
    });
    await asked.promise;
    if (!isWanted()) return null;
    standing.push(callId);
    const leave = async () => void standing.splice(standing.indexOf(callId), 1);
    const standby: Standby = {
      connection: `for ${callId}`,
      session: { leave } as RoomSession,
      placeholders: {} as Placeholders,
      ready: Promise.resolve(),
    };
    return standby;
  }, devices);
}

it('stands by for the call that has been ringing longest, and leaves it when the ring is over', async () => {
  const one = keeper();
  one.follow(['a', 'b']);
  await opening.get('a')!();
  expect([standing, opening.size]).toEqual([['a'], 0]);
  one.follow(['b']);
  expect(standing).toEqual([]);
  await opening.get('b')!();
  one.follow([]);
  expect(standing).toEqual([]);
});

it('connects for no ring that was over before it could', async () => {
  const one = keeper();
  one.follow(['a']);
  one.follow([]);
  await opening.get('a')!();
  expect(standing).toEqual([]);
});

it('hands over what stands to whoever answers, and forgets it', async () => {
  const one = keeper();
  one.follow(['a']);
  await opening.get('a')!();
  expect(one.take('b')).toBeNull();
  expect(one.take('a')?.connection).toBe('for a');
  one.follow([]);
  one.close();
  expect(standing).toEqual(['a']);
});

it('has nothing to hand over while it still connects, and lets that go', async () => {
  const one = keeper();
  one.follow(['a']);
  expect(one.take('a')).toBeNull();
  await opening.get('a')!();
  expect(standing).toEqual([]);
});

it('waits until somebody looks at the page; then looking away changes nothing', async () => {
  page.visibilityState = 'hidden';
  const one = keeper();
  one.follow(['a']);
  expect(opening.size).toBe(0);
  page.visibilityState = 'visible';
  page.look();
  await opening.get('a')!();
  page.visibilityState = 'hidden';
  page.look();
  expect(standing).toEqual(['a']);
  one.close();
  expect(standing).toEqual([]);
  page.visibilityState = 'visible';
  page.look();
  expect(opening.size).toBe(0);
});

it('keeps the devices at hand while it rings, and no longer', async () => {
  const one = keeper();
  expect(atHand).toBe(0);
  one.follow(['a', 'b']);
  expect(atHand).toBe(1);
  await opening.get('a')!();
  one.follow(['b']);
  expect(atHand).toBe(1);
  one.take('b');
  expect(atHand).toBe(0);
  one.follow(['c']);
  one.follow([]);
  one.close();
  expect(atHand).toBe(0);
});

it('an address where it stood by for a ring that is over is not noted as failed', async () => {
  // What the library asks of a browser before it connects.
  vi.stubGlobal(
    'RTCPeerConnection',
    class {
      addTransceiver() {}
    },
  );
  const way = { url: 'wss://media.example', backupUrls: [], token: 'token', connection: 'for a' };
  const api = { baseUrl: 'https://server.example', call: async () => way } as unknown as Api;
  const list = { getSnapshot: () => ({ speakerId: null }) } as unknown as DeviceList;
  const addresses = createMediaAddresses({ probe: async () => null });
  const standby = await standbyOpener(api, list, addresses)('a', () => true);
  void standby!.session.leave();
  await expect(standby!.ready).rejects.toThrow();
  expect(addresses.failures()).toEqual([]);
});
