import { afterEach, expect, it, vi } from 'vitest';
import type { Api } from './api.ts';
import { ApiError } from './api-error.ts';
import { newId } from './ids.ts';
import { createMemoryPersistence } from './persistence.ts';
import { openTabBus, type TabBus } from './tabs.ts';
import { loadTus } from './tus.ts';
import { createUploads, type Uploads } from './uploads.ts';

const FILE = new File(['0123456789'], 'pump.log', { lastModified: 1_700_000_000_000 });

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A browser with tabs that share what is kept and know of each other. */
function createBrowser(call?: Api['call']) {
  const persistence = createMemoryPersistence();
  const name = newId();
  return {
    openTab(): Uploads {
      const tabs: TabBus = openTabBus(name);
      const api = { baseUrl: 'http://localhost:9', locale: () => 'en', headers: () => ({}), call } as unknown as Api;
      const uploads = createUploads({ api, personId: 'p', maxBytes: 1_000, persistence, tabs });
      open.push(uploads, tabs);
      return uploads;
    },
  };
}

/** One that stays where it is: what is sent is not the question here. */
function addPaused(uploads: Uploads): string {
  const id = uploads.add(FILE, 'ticket');
  uploads.pause(id);
  return id;
}

const states = (uploads: Uploads) => uploads.getSnapshot().map(({ id, state }) => `${id} ${state}`);

it('an upload another tab has in hand is shown as that and cannot be cut from here, until the other tab is closed', async () => {
  const browser = createBrowser();
  const first = browser.openTab();
  const id = addPaused(first);
  const second = browser.openTab();
  await vi.waitFor(() => expect(states(second)).toEqual([`${id} elsewhere`]));
  second.cancel(id);
  expect(second.reattach(id, FILE)).toBe(false);
  expect([states(second), states(first)]).toEqual([[`${id} elsewhere`], [`${id} paused`]]);
  expect(second.readiness([id])).toBe('waiting');

  first.close();
  await vi.waitFor(() => expect(states(second)).toEqual([`${id} detached`]));
  const third = browser.openTab();
  await vi.waitFor(() => expect(states(third)).toEqual([`${id} detached`]));
  expect(second.reattach(id, FILE)).toBe(true);
  second.pause(id);
  await vi.waitFor(() => expect(states(third)).toEqual([`${id} elsewhere`]));
});

it('an upload that is given up or over in the other tab goes here too', async () => {
  const browser = createBrowser();
  const first = browser.openTab();
  const id = addPaused(first);
  const second = browser.openTab();
  await vi.waitFor(() => expect(states(second)).toEqual([`${id} elsewhere`]));
  first.cancel(id);
  await vi.waitFor(() => expect(states(second)).toEqual([]));
});

it('what another tab begins is waited for, also by a tab that was there before', async () => {
  const browser = createBrowser();
  const second = browser.openTab();
  const first = browser.openTab();
  const id = addPaused(first);
  await vi.waitFor(() => expect(states(second)).toEqual([`${id} elsewhere`]));
  expect([second.readiness([id]), states(first)]).toEqual(['waiting', [`${id} paused`]]);
  first.cancel(id);
  await vi.waitFor(() => expect(states(second)).toEqual([]));
});

it('one that failed and is tried again outlives the page as before', async () => {
  const tus = await loadTus();
  const full = { error: { code: 'file_quota_reached', message: 'Full.', retry: false } };
  const reply = { getStatus: () => 413, getHeader: () => undefined, getBody: () => JSON.stringify(full) };
  const start = vi.spyOn(tus.Upload.prototype, 'start').mockImplementationOnce(function (
    this: InstanceType<typeof tus.Upload>,
  ) {
    this.options.onError?.(Object.assign(new Error('full'), { originalResponse: reply }) as never);
  });
  start.mockImplementation(() => {});
  const browser = createBrowser();
  const first = browser.openTab();
  const id = first.add(FILE, 'ticket');
  await vi.waitFor(() => expect(states(first)).toEqual([`${id} failed`]));
  const second = browser.openTab();
  first.resume(id);
  await vi.waitFor(() => expect(states(second)).toEqual([`${id} elsewhere`]));
  first.close();
  await vi.waitFor(() => expect(states(second)).toEqual([`${id} detached`]));
});

it('one whose session ended with its last byte waits for the next', async () => {
  const tus = await loadTus();
  vi.spyOn(tus.Upload.prototype, 'start').mockImplementation(function (this: InstanceType<typeof tus.Upload>) {
    this.options.onSuccess?.({} as never);
  });
  let isSignedIn = false;
  const call = vi.fn(async () => {
    if (!isSignedIn) throw new ApiError({ code: 'unauthenticated', message: 'Sign in.', status: 401, retry: false });
    return { file: { name: FILE.name } };
  });
  const uploads = createBrowser(call as never).openTab();
  const id = uploads.add(FILE, 'ticket');
  await vi.waitFor(() => expect(states(uploads)).toEqual([`${id} waiting`]));
  isSignedIn = true;
  await vi.waitFor(() => expect(states(uploads)).toEqual([`${id} done`]));
});

it('where the browser has no locks, what this page did not begin can be taken up', async () => {
  vi.stubGlobal('navigator', {});
  const browser = createBrowser();
  const id = addPaused(browser.openTab());
  const second = browser.openTab();
  await vi.waitFor(() => expect(states(second)).toEqual([`${id} detached`]));
  expect(second.reattach(id, FILE)).toBe(true);
  second.pause(id);
});
