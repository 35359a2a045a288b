import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CallPhase, CallSnapshot } from './call/model.ts';
import type { ConnectionStatus } from './connection-types.ts';
import { hurryConnection, onReached } from './reached.ts';
import { createCell } from './store.ts';

let browser: EventTarget;
beforeEach(() => {
  browser = new EventTarget();
  vi.stubGlobal('window', browser);
});
afterEach(() => void vi.unstubAllGlobals());

const statusCell = (state: ConnectionStatus['state']) => createCell({ state } as ConnectionStatus);

it('tells when the live connection stands again and when the network is back, until it is stopped', () => {
  const status = statusCell('live');
  const heard = vi.fn();
  const stop = onReached(status, heard);
  const become = (state: ConnectionStatus['state']) => status.set({ ...status.getSnapshot(), state });
  become('waiting');
  become('connecting');
  expect(heard).toHaveBeenCalledTimes(0);
  become('live');
  expect(heard).toHaveBeenCalledTimes(1);
  // Something else of it has changed.
  become('live');
  expect(heard).toHaveBeenCalledTimes(1);
  browser.dispatchEvent(new Event('online'));
  expect(heard).toHaveBeenCalledTimes(2);
  stop();
  become('waiting');
  become('live');
  browser.dispatchEvent(new Event('online'));
  expect(heard).toHaveBeenCalledTimes(2);
});

it.each([
  ['waits', 'waiting', ['reconnecting', 'live'], 1],
  ['tries already', 'connecting', ['reconnecting', 'live'], 0],
  ['waits while a call was never cut', 'waiting', ['joining', 'live'], 0],
  ['waits while a call goes on, mended before', 'waiting', ['reconnecting', 'live', 'live'], 1],
] as const)('a live connection that %s when a call is mended', (_, state, phases, times) => {
  const retryNow = vi.fn();
  const call = createCell({ phase: 'idle' as CallPhase } as CallSnapshot);
  const stop = hurryConnection({ getSnapshot: statusCell(state).getSnapshot, retryNow }, call);
  for (const phase of phases) call.set({ ...call.getSnapshot(), phase });
  expect(retryNow).toHaveBeenCalledTimes(times);
  stop();
  for (const phase of ['reconnecting', 'live'] as const) call.set({ ...call.getSnapshot(), phase });
  expect(retryNow).toHaveBeenCalledTimes(times);
});
