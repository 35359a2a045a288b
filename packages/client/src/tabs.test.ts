import { afterEach, describe, expect, it, vi } from 'vitest';
import { newId } from './ids.ts';
import { openTabBus, type TabBus } from './tabs.ts';

const open: TabBus[] = [];
afterEach(() => {
  for (const bus of open.splice(0)) bus.close();
  vi.unstubAllGlobals();
});

function openBus(name = newId()): TabBus {
  const bus = openTabBus(name);
  open.push(bus);
  return bus;
}

describe('work of which only one tab does it at a time', () => {
  it('waits for its turn', async () => {
    const name = newId();
    const [one, other] = [openBus(name), openBus(name)];
    const gate = Promise.withResolvers<void>();
    const done: string[] = [];
    const first = one.exclusively('outbox', async () => {
      await gate.promise;
      done.push('first');
    });
    const second = other.exclusively('outbox', async () => void done.push('second'));
    expect(done).toEqual([]);
    gate.resolve();
    await Promise.all([first, second]);
    expect(done).toEqual(['first', 'second']);
  });

  it('is done all the same where the browser has no locks, or refuses them', async () => {
    const refuse = () => Promise.reject(new DOMException('The request was denied.', 'SecurityError'));
    for (const navigator of [{}, { locks: { request: refuse } }]) {
      vi.stubGlobal('navigator', navigator);
      const work = vi.fn(async () => {});
      await openBus().exclusively('outbox', work);
      expect(work).toHaveBeenCalledTimes(1);
    }
  });

  it('is done once, however it ends, and its failure is told', async () => {
    const work = vi.fn(async () => {
      throw new Error('no disk');
    });
    await expect(openBus().exclusively('outbox', work)).rejects.toThrow('no disk');
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('is not done by a tab that was closed while it waited', async () => {
    const name = newId();
    const [one, other] = [openBus(name), openBus(name)];
    const gate = Promise.withResolvers<void>();
    const first = one.exclusively('outbox', () => gate.promise);
    const work = vi.fn(async () => {});
    const second = other.exclusively('outbox', work);
    other.close();
    await second;
    gate.resolve();
    await first;
    expect(work).not.toHaveBeenCalled();
  });
});
