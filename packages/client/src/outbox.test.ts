import type { ActorRef, TicketEvent } from '@alongside/contracts';
import { describe, expect, it, vi } from 'vitest';
import { ApiError } from './api-error.ts';
import { createOutbox, type OutgoingMessage } from './outbox.ts';
import { createMemoryPersistence, type Persistence } from './persistence.ts';
import type { TabBus } from './tabs.ts';

const ME: ActorRef = { kind: 'customer', id: '00000000-0000-4000-8000-00000000000a', name: 'Lin' };

/** Tabs of one browser: they hear each other and take turns. */
function createBrowser() {
  const listeners = new Set<{ tab: number; topic: string; listener: () => void }>();
  const turns = new Map<string, Promise<void>>();
  let tabs = 0;
  function openTab(): Pick<TabBus, 'tell' | 'listen' | 'exclusively'> {
    const tab = tabs++;
    return {
      tell(topic) {
        for (const each of [...listeners]) if (each.tab !== tab && each.topic === topic) each.listener();
      },
      listen(topic, listener) {
        const entry = { tab, topic, listener };
        listeners.add(entry);
        return () => listeners.delete(entry);
      },
      exclusively(name, work) {
        const turn = (turns.get(name) ?? Promise.resolve()).then(work);
        turns.set(
          name,
          turn.catch(() => {}),
        );
        return turn;
      },
    };
  }
  return { openTab };
}

type Posted = { ticketId: string; id: string; body: string };

function createTab(
  options: {
    persistence?: Persistence;
    browser?: ReturnType<typeof createBrowser>;
    answer?: (posted: Posted, attempt: number) => void | Promise<void>;
    readiness?: () => 'ready' | 'waiting' | 'failed';
  } = {},
) {
  const posted: Posted[] = [];
  const sent: OutgoingMessage[] = [];
  const uploadListeners = new Set<() => void>();
  const outbox = createOutbox({
    api: {
      locale: () => 'en',
      async call(_route, input) {
        const { params, body } = input as unknown as {
          params: { id: string };
          body: { message: { id: string; body: string } };
        };
        const post = { ticketId: params.id, id: body.message.id, body: body.message.body };
        posted.push(post);
        await options.answer?.(post, posted.filter((one) => one.id === post.id).length);
        return { ticketId: params.id, events: [] as TicketEvent[] } as never;
      },
    },
    me: ME,
    persistence: options.persistence ?? createMemoryPersistence(),
    tabs: (options.browser ?? createBrowser()).openTab(),
    uploads: {
      readiness: options.readiness ?? (() => 'ready'),
      subscribe(listener) {
        uploadListeners.add(listener);
        return () => uploadListeners.delete(listener);
      },
    },
    onSent: (message) => sent.push(message),
    random: () => 0,
  });
  const send = (body: string, ticketId = 't1') =>
    outbox.send({
      ticketId,
      visibility: 'public',
      body,
      files: [{ id: 'f', name: 'a.log', sizeBytes: 1, mediaType: '' }],
    });
  const uploadsMoved = () => {
    for (const listener of uploadListeners) listener();
  };
  return { outbox, posted, sent, send, uploadsMoved };
}

const offline = () => new ApiError({ code: 'offline', message: 'offline', status: 0, retry: true });
const closedTicket = () =>
  new ApiError({ code: 'ticket_closed', message: 'This ticket is closed.', status: 409, retry: false });

describe('createOutbox', () => {
  it('shows a message at once and lets it go when the server has it', async () => {
    const { outbox, posted, sent, send } = createTab();
    const id = send('hello');
    expect(outbox.getSnapshot()).toMatchObject([{ id, body: 'hello', state: 'queued', by: ME }]);
    await vi.waitFor(() => expect(outbox.getSnapshot()).toEqual([]));
    expect(posted).toEqual([{ ticketId: 't1', id, body: 'hello' }]);
    expect(sent.map((message) => message.id)).toEqual([id]);
    outbox.close();
  });

  it('keeps a ticket’s order while the network fails, without holding up other tickets', async () => {
    let isCut = true;
    const { outbox, posted, send } = createTab({
      answer({ ticketId }) {
        if (ticketId === 't1' && isCut) throw offline();
      },
    });
    const first = send('one');
    const second = send('two');
    const other = send('elsewhere', 't2');
    await vi.waitFor(() => expect(posted.map((post) => post.id)).toContain(other));
    expect(posted.some((post) => post.id === second)).toBe(false);
    await vi.waitFor(() => expect(outbox.getSnapshot()[0]).toMatchObject({ state: 'queued', attempts: 1 }));
    isCut = false;
    await vi.waitFor(() => expect(outbox.getSnapshot()).toEqual([]));
    const order = posted.filter((post) => post.ticketId === 't1').map((post) => post.id);
    expect(order.at(-1)).toBe(second);
    expect(order.slice(0, -1).every((id) => id === first)).toBe(true);
    outbox.close();
  });

  it('goes on after a reload with what the page before it left', async () => {
    const persistence = createMemoryPersistence();
    const before = createTab({
      persistence,
      answer() {
        throw offline();
      },
    });
    const id = before.send('survives');
    await vi.waitFor(() => expect(before.posted).toHaveLength(1));
    before.outbox.close();
    const after = createTab({ persistence });
    await vi.waitFor(() => expect(after.sent.map((message) => message.id)).toEqual([id]));
    expect(await persistence.list('outbox:')).toEqual([]);
    after.outbox.close();
  });

  it('sends once from several tabs, and shows it in all of them', async () => {
    const persistence = createMemoryPersistence();
    const browser = createBrowser();
    const gate = Promise.withResolvers<void>();
    const one = createTab({ persistence, browser, answer: () => gate.promise });
    const two = createTab({ persistence, browser });
    const id = one.send('once');
    await vi.waitFor(() => expect(two.outbox.getSnapshot().map((message) => message.id)).toEqual([id]));
    gate.resolve();
    await vi.waitFor(() => {
      expect(one.outbox.getSnapshot()).toEqual([]);
      expect(two.outbox.getSnapshot()).toEqual([]);
    });
    expect([...one.posted, ...two.posted]).toHaveLength(1);
    one.outbox.close();
    two.outbox.close();
  });

  it('brings a refusal before the person, who may edit, or discard, and does not hold up what follows', async () => {
    const { outbox, posted, send } = createTab({
      answer({ body }) {
        if (body === 'bad') throw closedTicket();
      },
    });
    const bad = send('bad');
    const next = send('next');
    await vi.waitFor(() => expect(outbox.getSnapshot()).toHaveLength(1));
    expect(posted.map((post) => post.id)).toEqual([bad, next]);
    expect(outbox.getSnapshot()[0]).toMatchObject({
      state: 'failed',
      error: { code: 'ticket_closed', message: 'This ticket is closed.' },
    });
    outbox.edit(bad, 'good');
    await vi.waitFor(() => expect(outbox.getSnapshot()).toEqual([]));
    expect(posted.at(-1)).toMatchObject({ id: bad, body: 'good' });
    const again = send('bad');
    await vi.waitFor(() => expect(outbox.getSnapshot()[0]?.state).toBe('failed'));
    expect(outbox.discard(again)?.body).toBe('bad');
    expect(outbox.getSnapshot()).toEqual([]);
    outbox.close();
  });

  /** A store that is slow to tell what it holds: `tell` lets out what it held when it was asked. */
  function createSlowStore() {
    const kept = createMemoryPersistence();
    const held: (() => void)[] = [];
    const persistence: Persistence = {
      ...kept,
      async list<T>(prefix: string) {
        const found = await kept.list<T>(prefix);
        await new Promise<void>((resolve) => held.push(resolve));
        return found;
      },
    };
    const tell = async () => {
      await vi.waitFor(() => expect(held).not.toEqual([]));
      for (const resolve of held.splice(0)) resolve();
      await new Promise((passed) => setTimeout(passed));
    };
    return { persistence, tell, kept };
  }

  it('keeps what was written while the store was being read', async () => {
    const { persistence, tell } = createSlowStore();
    const { outbox, posted, send } = createTab({ persistence, readiness: () => 'waiting' });
    const id = send('written meanwhile');
    await tell();
    expect(outbox.getSnapshot().map((message) => message.id)).toEqual([id]);
    expect(posted).toEqual([]);
    outbox.close();
  });

  it('does not bring back what was given up while the store was being read', async () => {
    const { persistence, tell, kept } = createSlowStore();
    const browser = createBrowser();
    const never = Promise.withResolvers<void>();
    const { outbox, send, posted } = createTab({
      persistence,
      browser,
      answer({ body }) {
        if (body === 'bad') throw closedTicket();
        return never.promise;
      },
    });
    await tell();
    const bad = send('bad');
    await vi.waitFor(() => expect(outbox.getSnapshot()[0]?.state).toBe('failed'));
    const next = send('next');
    await vi.waitFor(() => expect(posted.at(-1)?.id).toBe(next));
    browser.openTab().tell('outbox');
    await Promise.resolve();
    outbox.discard(bad);
    await vi.waitFor(async () => expect(await kept.list('outbox:')).toHaveLength(1));
    await tell();
    expect(outbox.getSnapshot().map((message) => message.id)).toEqual([next]);
    outbox.close();
  });

  it('waits for its uploads', async () => {
    let readiness: 'waiting' | 'ready' | 'failed' = 'waiting';
    const { outbox, posted, send, uploadsMoved } = createTab({ readiness: () => readiness });
    send('with a file');
    uploadsMoved();
    await vi.waitFor(() => expect(outbox.getSnapshot()[0]?.state).toBe('queued'));
    expect(posted).toEqual([]);
    readiness = 'ready';
    await vi.waitFor(() => {
      uploadsMoved();
      expect(posted).toHaveLength(1);
    });
    readiness = 'failed';
    send('with a broken file');
    await vi.waitFor(() =>
      expect(outbox.getSnapshot().at(-1)).toMatchObject({ state: 'failed', error: { code: 'file_missing' } }),
    );
    expect(posted).toHaveLength(1);
    outbox.close();
  });
});
