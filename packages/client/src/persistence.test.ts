import { afterEach, expect, it, vi } from 'vitest';
import { openPersistence } from './persistence.ts';

afterEach(() => vi.unstubAllGlobals());

/** A browser without IndexedDB whose storage can stop taking, or giving. */
function createBrowser() {
  const broken = { write: false, read: false };
  const records: Record<string, string> = {};
  const methods = {
    setItem(key: string, value: string) {
      if (broken.write) throw new DOMException('full', 'QuotaExceededError');
      records[key] = value;
    },
    getItem(key: string) {
      if (broken.read) throw new DOMException('withdrawn', 'SecurityError');
      return records[key] ?? null;
    },
    removeItem: (key: string) => delete records[key],
  };
  const storage = new Proxy(records, {
    get: (target, key: string) => methods[key as keyof typeof methods] ?? target[key],
  });
  vi.stubGlobal('indexedDB', undefined);
  vi.stubGlobal('localStorage', storage);
  return { broken, records };
}

it('lists what is kept by its keys, and only that', async () => {
  createBrowser();
  const kept = openPersistence();
  for (const key of ['b:2', 'a:1', 'b:1', 'c']) await kept.put(key, { key });
  expect(await kept.list('b:')).toEqual([{ key: 'b:1' }, { key: 'b:2' }]);
  expect(await openPersistence().get('c')).toEqual({ key: 'c' });
  await kept.remove('b:1');
  expect([await kept.list('b:'), await kept.get('b:1')]).toEqual([[{ key: 'b:2' }], null]);
});

it('a store that is full loses nothing for this page, and what it took before is not taken for what is now', async () => {
  const { broken } = createBrowser();
  const kept = openPersistence();
  await kept.put('m:1', 'queued');
  broken.write = true;
  await kept.put('m:1', 'failed');
  await kept.put('m:2', 'queued');
  expect([await kept.get('m:1'), await kept.list('m:')]).toEqual(['failed', ['failed', 'queued']]);
  broken.write = false;
  await kept.put('m:1', 'sent');
  expect([await kept.get('m:1'), await kept.list('m:')]).toEqual(['sent', ['sent', 'queued']]);
  for (const key of ['m:1', 'm:2']) await kept.remove(key);
  expect(await kept.list('m:')).toEqual([]);
});

it('a store that is withdrawn gives every record once', async () => {
  const { broken } = createBrowser();
  const kept = openPersistence();
  await kept.put('m:1', { state: 'lost' });
  Object.assign(broken, { write: true, read: true });
  await kept.put('m:2', { state: 'queued' });
  expect([await kept.get('m:1'), await kept.list('m:')]).toEqual([null, [{ state: 'queued' }]]);
});
