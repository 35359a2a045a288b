import type { Watching } from '@alongside/contracts';
import { expect, test, vi } from 'vitest';
import type { WatchingHandlers } from './connection-types.ts';
import { createWatchingStore } from './watching-store.ts';

const TICKET = '00000000-0000-4000-8000-0000000000aa';
const watching = (callId: string, live = true) => ({ source: { kind: 'call', callId }, live }) as Watching;

function opened() {
  let handlers!: WatchingHandlers;
  const close = vi.fn();
  const watchCalls = vi.fn((_: string, given: WatchingHandlers) => {
    handlers = given;
    return { close, resumeFrom: () => {} };
  });
  const store = createWatchingStore({ connection: { watchCalls }, ticketId: TICKET });
  const ids = () => store.getSnapshot().map(({ source }) => (source.kind === 'call' ? source.callId : ''));
  return { store, ids, close, watchCalls, tell: (one: Watching) => handlers.onWatching(one), handlers: () => handlers };
}

test('each call is there once, in the order of coming, and gone when it is over', () => {
  const { store, ids, tell, watchCalls, close } = opened();
  expect(watchCalls.mock.calls[0]![0]).toBe(TICKET);
  tell(watching('a'));
  tell(watching('b'));
  const newer = watching('a');
  tell(newer);
  expect(ids()).toEqual(['a', 'b']);
  expect(store.getSnapshot()[0]).toBe(newer);
  tell(watching('a', false));
  expect(ids()).toEqual(['b']);
  store.close();
  expect(close).toHaveBeenCalledOnce();
});

test('the end of a call not known here draws nothing anew', () => {
  const { store, tell } = opened();
  const heard = vi.fn();
  store.subscribe(heard);
  tell(watching('c', false));
  expect(heard).not.toHaveBeenCalled();
});

test('whoever may not see it any more sees nothing', () => {
  const { ids, tell, handlers } = opened();
  tell(watching('a'));
  handlers().onRefused?.({ code: 'not_found' } as never);
  expect(ids()).toEqual([]);
});
