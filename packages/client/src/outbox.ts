import { type ActorRef, type FileRef, postMessage, type TicketEvent, type Visibility } from '@alongside/contracts';
import type { Api } from './api.ts';
import { type ApiErrorCode, registryError, toApiError } from './api-error.ts';
import { backoffMs } from './backoff.ts';
import { newId } from './ids.ts';
import type { Persistence } from './persistence.ts';
import { createCell, type Store } from './store.ts';
import type { TabBus } from './tabs.ts';

/** One's own message that the server has not confirmed. */
export type OutgoingMessage = {
  /** The message's id on the server too: sending twice changes nothing. */
  id: string;
  ticketId: string;
  visibility: Visibility;
  body: string;
  files: readonly OutgoingFile[];
  by: ActorRef;
  /** ISO instant of this machine. */
  createdAt: string;
  /** `queued` waits for its turn, for its uploads or for the network; `failed` was refused and needs the person. */
  state: 'queued' | 'sending' | 'failed';
  attempts: number;
  /** Of the last attempt; the message is in the person's language. */
  error: { code: ApiErrorCode; message: string } | null;
};

export type OutgoingFile = Pick<FileRef, 'id' | 'name' | 'sizeBytes' | 'mediaType'>;

/** Messages on their way; kept over reloads and shared by the tabs of one person. */
export type Outbox = Store<readonly OutgoingMessage[]> & {
  send(message: {
    id?: string;
    ticketId: string;
    visibility: Visibility;
    body: string;
    files: readonly OutgoingFile[];
  }): string;
  /** Tries a failed one again. */
  retry(id: string): void;
  /** Changes a failed one and tries again. */
  edit(id: string, body: string): void;
  /** Drops one that is not being sent right now; returns it so that it can go back into the composer. */
  discard(id: string): OutgoingMessage | null;
  close(): void;
};

export type OutboxOptions = {
  api: Pick<Api, 'call' | 'locale'>;
  me: ActorRef;
  persistence: Persistence;
  tabs: Pick<TabBus, 'tell' | 'listen' | 'exclusively'>;
  /** Whether a message's files are on the server, and when to look again. */
  uploads: {
    readiness(ids: readonly string[]): 'ready' | 'waiting' | 'failed';
    subscribe(listener: () => void): () => void;
  };
  /** The server took it; called before the message leaves the list, so that it never disappears in between. */
  onSent(message: OutgoingMessage, events: readonly TicketEvent[]): void;
  random?: () => number;
};

type StoredMessage = OutgoingMessage & { order: number };

/** Makes one person's outbox and goes on with what an earlier page left in it. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { api, me, persistence, tabs } = options;
  const random = options.random ?? Math.random;
  const prefix = `outbox:${me.id}:`;
  const list = createCell<readonly StoredMessage[]>([]);
  const pumping = new Set<string>();
  const sleepers = new Map<() => void, 'uploads' | 'network'>();
  let closed = false;
  let lastOrder = 0;

  const find = (id: string) => list.getSnapshot().find((message) => message.id === id);

  function wake(what: 'uploads' | 'network'): void {
    for (const [rouse, waitsFor] of [...sleepers]) if (waitsFor === what) rouse();
  }
  const wakeNetwork = () => wake('network');

  function wakeAll(): void {
    wake('uploads');
    wake('network');
  }

  /** Until that changed, or the time is over. Progress of an upload must not shorten a back-off. */
  function sleep(waitsFor: 'uploads' | 'network', ms: number | null): Promise<void> {
    if (closed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = ms === null ? undefined : setTimeout(rouse, ms);
      function rouse(): void {
        clearTimeout(timer);
        sleepers.delete(rouse);
        resolve();
      }
      sleepers.set(rouse, waitsFor);
    });
  }

  function patch(id: string, change: Partial<StoredMessage>): void {
    list.update((all) => all.map((message) => (message.id === id ? { ...message, ...change } : message)));
  }

  /** Messages this tab is writing down, or out, right now, and how often. */
  const writes = new Map<string, number>();
  /** What was written while the store was being read: what the reading says of it may be old. */
  const readings = new Set<Set<string>>();

  async function write(id: string, work: () => Promise<void>): Promise<void> {
    writes.set(id, (writes.get(id) ?? 0) + 1);
    for (const written of readings) written.add(id);
    await work();
    const left = writes.get(id)! - 1;
    if (left > 0) writes.set(id, left);
    else writes.delete(id);
    tabs.tell('outbox');
  }

  async function store(id: string): Promise<void> {
    const message = find(id);
    if (!message) return;
    // Nobody is sending it any more when it is read again.
    const state = message.state === 'sending' ? 'queued' : message.state;
    await write(id, () => persistence.put(prefix + id, { ...message, state }));
  }

  async function drop(id: string): Promise<void> {
    list.update((all) => all.filter((message) => message.id !== id));
    await write(id, () => persistence.remove(prefix + id));
  }

  /** Takes over what other tabs wrote; what this tab is sending right now keeps its state. */
  async function reload(): Promise<void> {
    const written = new Set(writes.keys());
    readings.add(written);
    const stored = await persistence.list<StoredMessage>(prefix);
    readings.delete(written);
    if (closed) return;
    const here = new Map(list.getSnapshot().map((message) => [message.id, message]));
    // Of what this tab wrote meanwhile it knows better: sent, edited or given up, it must not come back as it was.
    const own = [...written].map((id) => here.get(id)).filter((message) => message !== undefined);
    const merged = [...stored.filter((message) => !written.has(message.id)), ...own]
      .map((message) => (here.get(message.id)?.state === 'sending' ? here.get(message.id)! : message))
      .sort((a, b) => a.order - b.order);
    list.set(merged);
    for (const ticketId of new Set(merged.map((message) => message.ticketId))) void pump(ticketId);
    wakeAll();
  }

  /** Sends a ticket's messages in their order. Only one tab does so at a time. */
  async function pump(ticketId: string): Promise<void> {
    if (closed || pumping.has(ticketId)) return;
    pumping.add(ticketId);
    try {
      await tabs.exclusively(`outbox:${me.id}:${ticketId}`, async () => {
        // While waiting for the lock another tab may have sent some of them.
        for (const message of list.getSnapshot()) {
          const isMine = writes.has(message.id) || message.ticketId !== ticketId;
          if (!isMine && (await persistence.get(prefix + message.id)) === null) await drop(message.id);
        }
        for (;;) {
          const next = list
            .getSnapshot()
            .find((message) => message.ticketId === ticketId && message.state !== 'failed');
          if (closed || !next) return;
          await trySend(next);
        }
      });
    } finally {
      pumping.delete(ticketId);
    }
    // One that came in between the last look and here would otherwise wait for the next.
    const left = list.getSnapshot().some((message) => message.ticketId === ticketId && message.state !== 'failed');
    if (left && !closed) void pump(ticketId);
  }

  async function trySend(message: StoredMessage): Promise<void> {
    const fileIds = message.files.map((file) => file.id);
    const readiness = options.uploads.readiness(fileIds);
    if (readiness === 'waiting') return sleep('uploads', null);
    if (readiness === 'failed') {
      const names = message.files.map((file) => file.name).join(', ');
      return fail(message.id, registryError('file_missing', api.locale(), { name: names }));
    }
    patch(message.id, { state: 'sending' });
    try {
      const reply = await api.call(postMessage, {
        params: { id: message.ticketId },
        body: { message: { id: message.id, body: message.body, fileIds }, visibility: message.visibility },
      });
      options.onSent(message, reply.events);
      await drop(message.id);
    } catch (thrown) {
      const error = toApiError(thrown, api.locale());
      const attempts = message.attempts + 1;
      // A session that ended comes back by signing in again; the message waits for that.
      if (!error.retry && error.code !== 'unauthenticated') return fail(message.id, error);
      patch(message.id, { state: 'queued', attempts, error: { code: error.code, message: error.message } });
      await sleep('network', Math.max(backoffMs(attempts, random()), error.retryAfterMs ?? 0));
    }
  }

  async function fail(id: string, error: { code: ApiErrorCode; message: string }): Promise<void> {
    const attempts = (find(id)?.attempts ?? 0) + 1;
    patch(id, { state: 'failed', attempts, error: { code: error.code, message: error.message } });
    await store(id);
  }

  function again(id: string, change: Partial<StoredMessage>): void {
    const message = find(id);
    if (message?.state !== 'failed') return;
    patch(id, { ...change, state: 'queued', error: null, attempts: 0 });
    void store(id);
    void pump(message.ticketId);
  }

  const stopTabs = tabs.listen('outbox', () => void reload());
  const stopUploads = options.uploads.subscribe(() => wake('uploads'));
  if (typeof window !== 'undefined') window.addEventListener('online', wakeNetwork);
  void reload();

  return {
    subscribe: list.subscribe,
    getSnapshot: list.getSnapshot,
    send({ id = newId(), ticketId, visibility, body, files }) {
      lastOrder = Math.max(Date.now(), lastOrder + 1);
      const message: StoredMessage = {
        id,
        ticketId,
        visibility,
        body,
        files,
        by: me,
        createdAt: new Date().toISOString(),
        state: 'queued',
        attempts: 0,
        error: null,
        order: lastOrder,
      };
      list.update((all) => [...all, message]);
      // Sent only once it is kept: a crash in between would otherwise leave it neither here nor there.
      void store(id).finally(() => pump(ticketId));
      return id;
    },
    retry: (id) => again(id, {}),
    edit: (id, body) => again(id, { body }),
    discard(id) {
      const message = find(id);
      if (!message || message.state === 'sending') return null;
      void drop(id);
      wakeAll();
      return message;
    },
    close() {
      closed = true;
      stopTabs();
      stopUploads();
      if (typeof window !== 'undefined') window.removeEventListener('online', wakeNetwork);
      wakeAll();
    },
  };
}
