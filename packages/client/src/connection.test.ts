import { CLOSE, type ClientFrame, type Me, type ServerFrame } from '@alongside/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApi } from './api.ts';
import { createConnection } from './connection.ts';
import type { Transport, TransportEvents } from './transport.ts';

const ME: Me = {
  id: '00000000-0000-4000-8000-000000000001',
  role: 'customer',
  name: 'Lin',
  email: null,
  anonymous: true,
  organisation: null,
  locale: 'en',
  theme: 'system',
};

class Wire implements Transport {
  readonly sent: ClientFrame[] = [];
  isClosed = false;
  readonly events: TransportEvents;
  constructor(events: TransportEvents) {
    this.events = events;
  }
  send(frame: ClientFrame): void {
    this.sent.push(frame);
  }
  close(): void {
    this.isClosed = true;
  }
  receive(frame: ServerFrame): void {
    this.events.onHeard();
    this.events.onFrame(frame);
  }
  welcome(me = ME): void {
    this.sent.push(this.events.hello());
    this.events.onOpen();
    this.receive({ t: 'welcome', me, serverTime: new Date(Date.now() + 5_000).toISOString() });
  }
}

function connect(token: string | null = 'secret') {
  const sockets: Wire[] = [];
  const streams: Wire[] = [];
  const listeners = new Map<string, () => void>();
  const target = {
    addEventListener: (name: string, listener: () => void) => listeners.set(name, listener),
    removeEventListener: (name: string) => listeners.delete(name),
  };
  const connection = createConnection({
    api: createApi({ baseUrl: 'https://desk.example', token: () => token, locale: () => 'en' }),
    personId: ME.id,
    openWebSocket(events) {
      sockets.push(new Wire(events));
      return sockets.at(-1)!;
    },
    openFallback(events) {
      streams.push(new Wire(events));
      return streams.at(-1)!;
    },
    random: () => 0.5,
    page: { window: target, document: { ...target, visibilityState: 'visible' } } as never,
  });
  return { connection, sockets, streams, listeners, state: () => connection.getSnapshot().state };
}

const handlers = () => ({ onEvent: vi.fn(), onReset: vi.fn(), onLive: vi.fn(), onTyping: vi.fn() });
const TICKET = '00000000-0000-4000-8000-0000000000aa';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('createConnection', () => {
  it('says hello, resumes every subscription from where it was, and knows the server’s clock', () => {
    const { connection, sockets } = connect();
    const ticket = handlers();
    connection.watchTicket(TICKET, 4, ticket);
    sockets[0]!.welcome();
    expect(sockets[0]!.sent).toEqual([
      { t: 'hello', protocol: 1, locale: 'en', token: 'secret' },
      { t: 'subscribe', id: 1, topic: 'ticket', ticketId: TICKET, since: 4 },
    ]);
    expect(connection.getSnapshot()).toMatchObject({ state: 'live', clockOffsetMs: 5_000, me: ME });
    sockets[0]!.receive({ t: 'event', id: 1, event: { seq: 5 } as never });
    sockets[0]!.receive({ t: 'live', id: 1, upTo: 5 });
    // A hole: the mark must not move past what has not been seen.
    sockets[0]!.receive({ t: 'event', id: 1, event: { seq: 9 } as never });
    sockets[0]!.events.onClose(CLOSE.restarting);
    vi.advanceTimersByTime(1_000);
    sockets[1]!.welcome();
    expect(sockets[1]!.sent[1]).toMatchObject({ t: 'subscribe', id: 1, since: 5 });
    expect(ticket.onEvent).toHaveBeenCalledTimes(2);
    connection.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on under nobody else’s session', () => {
    const { connection, sockets } = connect(null);
    connection.watchTicket(TICKET, 4, handlers());
    sockets[0]!.welcome({ ...ME, id: '00000000-0000-4000-8000-000000000002' });
    expect(connection.getSnapshot()).toMatchObject({ state: 'refused', me: null });
    expect(sockets[0]!.isClosed).toBe(true);
    expect(sockets[0]!.sent.map(({ t }) => t)).toEqual(['hello']);
    expect(vi.getTimerCount()).toBe(0);
    connection.close();
  });

  it('tells what has become stale to who listens, and no longer once they stopped', () => {
    const { connection, sockets } = connect();
    const heard = vi.fn();
    const stop = connection.onStale(heard);
    sockets[0]!.welcome();
    sockets[0]!.receive({ t: 'stale', what: 'pages' });
    stop();
    sockets[0]!.receive({ t: 'stale', what: 'on_call' });
    expect(heard.mock.calls).toEqual([['pages']]);
    connection.close();
  });

  it('tells how a ticket’s calls go to who follows it, and asks for it again after a cut', () => {
    const { connection, sockets } = connect();
    const onWatching = vi.fn();
    connection.watchCalls(TICKET, { onWatching });
    sockets[0]!.welcome();
    expect(sockets[0]!.sent[1]).toEqual({ t: 'subscribe', id: 1, topic: 'watching', ticketId: TICKET, since: 0 });
    sockets[0]!.receive({ t: 'watching', ticketId: TICKET, watching: { live: true } as never });
    sockets[0]!.receive({ t: 'watching', ticketId: ME.id, watching: { live: false } as never });
    expect(onWatching.mock.calls).toEqual([[{ live: true }]]);
    sockets[0]!.events.onClose(CLOSE.restarting);
    vi.advanceTimersByTime(1_000);
    sockets[1]!.welcome();
    expect(sockets[1]!.sent[1]).toMatchObject({ t: 'subscribe', topic: 'watching', since: 0 });
    connection.close();
  });

  it('never gives up, and waits longer each time up to the cap', () => {
    const { connection, sockets, streams, state } = connect();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 40; attempt += 1) {
      const wire = [...sockets, ...streams].find((one) => !one.isClosed && state() === 'connecting');
      wire!.isClosed = true;
      wire!.events.onClose(1006);
      const { retryAt } = connection.getSnapshot();
      waits.push(retryAt! - Date.now());
      expect(state()).toBe('waiting');
      vi.advanceTimersByTime(waits.at(-1)!);
    }
    expect(waits[1]!).toBeGreaterThan(waits[0]!);
    expect(Math.max(...waits)).toBeLessThanOrEqual(15_000);
    expect(waits.at(-1)).toBeGreaterThan(5_000);
    connection.close();
  });

  it('takes the other way where WebSockets never open, and goes back when they do', () => {
    const { connection, sockets, streams } = connect();
    sockets[0]!.events.onClose(1006);
    vi.advanceTimersByTime(1_000);
    sockets[1]!.events.onClose(1006);
    vi.advanceTimersByTime(1_000);
    expect(streams).toHaveLength(1);
    streams[0]!.welcome();
    expect(connection.getSnapshot()).toMatchObject({ state: 'live', transport: 'fallback' });
    // It keeps looking whether WebSockets work by now; sound and safe on the fallback meanwhile.
    streams[0]!.events.onHeard();
    for (let second = 0; second < 61; second += 1) {
      vi.advanceTimersByTime(1_000);
      streams[0]!.events.onHeard();
    }
    expect(sockets).toHaveLength(3);
    sockets[2]!.events.onOpen();
    expect(streams[0]!.isClosed).toBe(true);
    sockets[3]!.welcome();
    expect(connection.getSnapshot()).toMatchObject({ state: 'live', transport: 'websocket' });
    connection.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('finds out that the other end is gone though nothing was closed', () => {
    const { connection, sockets, state } = connect();
    sockets[0]!.welcome();
    vi.advanceTimersByTime(10_000);
    expect(sockets[0]!.sent.at(-1)).toMatchObject({ t: 'ping' });
    sockets[0]!.receive({ t: 'pong', sentAt: 0, serverTime: '' });
    vi.advanceTimersByTime(30_000);
    expect(state()).toBe('live');
    vi.advanceTimersByTime(10_000);
    expect(sockets[0]!.isClosed).toBe(true);
    expect(state()).not.toBe('live');
    connection.close();
  });

  it('asks for a sign of life when the network changed, and tries at once when it is back', () => {
    const { connection, sockets, listeners, state } = connect();
    sockets[0]!.welcome();
    listeners.get('offline')!();
    vi.advanceTimersByTime(5_000);
    expect(sockets[0]!.isClosed).toBe(true);
    expect(state()).toBe('waiting');
    listeners.get('online')!();
    expect(state()).toBe('connecting');
    sockets[1]!.welcome();
    listeners.get('online')!();
    sockets[1]!.receive({ t: 'pong', sentAt: 0, serverTime: '' });
    vi.advanceTimersByTime(5_000);
    expect(state()).toBe('live');
    connection.close();
    expect(listeners.size).toBe(0);
  });

  it('stops where the session is over, until one signed in again', () => {
    const { connection, sockets, state } = connect();
    sockets[0]!.events.onClose(CLOSE.unauthenticated);
    expect(state()).toBe('refused');
    vi.advanceTimersByTime(120_000);
    expect(sockets).toHaveLength(1);
    connection.retryNow();
    sockets[1]!.welcome();
    expect(state()).toBe('live');
    const error = { code: 'protocol_too_old', message: 'Reload', retry: false } as const;
    sockets[1]!.receive({ t: 'refused', error });
    expect(connection.getSnapshot()).toMatchObject({ state: 'refused', refusal: error });
    connection.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks again for what the server could not begin, each time later, and not for what is not to be had', () => {
    const { connection, sockets } = connect();
    sockets[0]!.welcome();
    connection.watchTicket(TICKET, 4, handlers());
    const gone = connection.watchTicket(ME.id, 0, handlers());
    const refuse = (id: number, code: 'internal' | 'not_found', retry: boolean) =>
      sockets[0]!.receive({ t: 'refused', id, error: { code, message: code, retry } });
    refuse(2, 'not_found', false);
    for (const waitMs of [375, 750, 1_500]) {
      sockets[0]!.sent.length = 0;
      refuse(1, 'internal', true);
      vi.advanceTimersByTime(waitMs - 1);
      expect(sockets[0]!.sent).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(sockets[0]!.sent).toEqual([{ t: 'subscribe', id: 1, topic: 'ticket', ticketId: TICKET, since: 4 }]);
    }
    // Begun, it is forgotten how often it was refused; cut, everything is asked for anyway.
    sockets[0]!.receive({ t: 'live', id: 1, upTo: 4 });
    refuse(1, 'internal', true);
    sockets[0]!.sent.length = 0;
    vi.advanceTimersByTime(375);
    expect(sockets[0]!.sent).toHaveLength(1);
    refuse(1, 'internal', true);
    gone.close();
    connection.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('starts a subscription anew under another number, deaf to what the old one still brings', () => {
    const { connection, sockets } = connect();
    sockets[0]!.welcome();
    const ticket = handlers();
    const subscription = connection.watchTicket(TICKET, 0, ticket);
    subscription.resumeFrom(7);
    expect(sockets[0]!.sent.slice(-2)).toEqual([
      { t: 'unsubscribe', id: 1 },
      { t: 'subscribe', id: 2, topic: 'ticket', ticketId: TICKET, since: 7 },
    ]);
    sockets[0]!.receive({ t: 'event', id: 1, event: { seq: 1 } as never });
    expect(ticket.onEvent).not.toHaveBeenCalled();
    sockets[0]!.receive({ t: 'event', id: 2, event: { seq: 8 } as never });
    expect(ticket.onEvent).toHaveBeenCalledTimes(1);
    subscription.close();
    sockets[0]!.receive({ t: 'event', id: 2, event: { seq: 9 } as never });
    expect(ticket.onEvent).toHaveBeenCalledTimes(1);
    connection.close();
  });
});
