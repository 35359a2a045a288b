import {
  CLOSE,
  type ClientFrame,
  type ServerFrame,
  SOCKET_PROTOCOL,
  SOCKET_SILENCE_MS,
  type Stale,
} from '@alongside/contracts';
import type { Api } from './api.ts';
import { backoffMs } from './backoff.ts';
import type {
  Connection,
  ConnectionStatus,
  InboxHandlers,
  Subscription,
  TicketHandlers,
  WatchingHandlers,
} from './connection-types.ts';
import { createCell } from './store.ts';
import { openFallback, openWebSocket, type Transport, type TransportEvents } from './transport.ts';

/** An attempt that has not been welcomed after this long is given up, ms. */
const WELCOME_TIMEOUT_MS = 10_000;
/** When the network or the page's visibility changed, an answer is expected within this, ms. */
const PROBE_TIMEOUT_MS = 5_000;
/** Attempts at a WebSocket that never opened before the fallback is tried. */
const BLOCKED_AFTER = 2;
/** How often a page on the fallback looks whether WebSockets work by now, ms. */
const UPGRADE_PROBE_MS = 60_000;

/** Seams for tests; the page's own by default. */
export type ConnectionOptions = {
  api: Api;
  /** Whose page it is; the browser's cookie may have become another's. */
  personId?: string;
  openWebSocket?: (events: TransportEvents) => Transport;
  openFallback?: (events: TransportEvents) => Transport;
  random?: () => number;
  /** Where `online`, `offline` and `visibilitychange` are heard; null for none. */
  page?: PageEvents | null;
};

type PageEvents = {
  window: Pick<Window, 'addEventListener' | 'removeEventListener'>;
  document: Pick<Document, 'addEventListener' | 'removeEventListener' | 'visibilityState'>;
};

type Watch =
  | { topic: 'ticket'; id: number; ticketId: string; since: number; handlers: TicketHandlers }
  | { topic: 'inbox'; id: number; since: number; handlers: InboxHandlers }
  | { topic: 'watching'; id: number; ticketId: string; since: number; handlers: WatchingHandlers };

/**
 * Opens the page's live connection and keeps it: it never gives up while the session is good. After `close()` no timer,
 * listener or socket is left.
 */
export function createConnection(options: ConnectionOptions): Connection {
  const { api } = options;
  const random = options.random ?? Math.random;
  const openWire = options.openWebSocket ?? ((events) => openWebSocket(socketUrl(api), events));
  const openStream = options.openFallback ?? ((events) => openFallback(api, events));
  const page = options.page === undefined ? browserPage() : options.page;

  const status = createCell<ConnectionStatus>({
    state: 'connecting',
    retryAt: null,
    transport: 'websocket',
    refusal: null,
    me: null,
    clockOffsetMs: 0,
  });
  const watches = new Map<number, Watch>();
  /** Subscriptions refused on this connection that are asked for again. */
  const refusals = new Map<number, { failed: number; timer: ReturnType<typeof setTimeout> }>();
  const staleListeners = new Set<(what: Stale) => void>();
  let nextId = 1;
  let closed = false;
  let transport: Transport | null = null;
  let failures = 0;
  let neverOpened = 0;
  let lastHeard = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let welcomeTimer: ReturnType<typeof setTimeout> | undefined;
  let probeTimer: ReturnType<typeof setTimeout> | undefined;
  let pingTimer: ReturnType<typeof setInterval> | undefined;
  let upgradeTimer: ReturnType<typeof setTimeout> | undefined;
  let upgradeProbe: Transport | null = null;

  function patch(change: Partial<ConnectionStatus>): void {
    status.set({ ...status.getSnapshot(), ...change });
  }

  function connect(): void {
    clearTimers();
    transport?.close();
    const fallback = status.getSnapshot().transport === 'fallback';
    patch({ state: 'connecting', retryAt: null, refusal: null });
    let opened = false;
    const attempt = (fallback ? openStream : openWire)({
      hello,
      onOpen() {
        opened = true;
        neverOpened = 0;
      },
      onHeard() {
        lastHeard = Date.now();
        clearTimeout(probeTimer);
        probeTimer = undefined;
      },
      onFrame,
      onClose(code) {
        if (!opened) noteBlocked(fallback);
        onClosed(code);
      },
    });
    transport = attempt;
    welcomeTimer = setTimeout(() => drop(opened ? null : fallback), WELCOME_TIMEOUT_MS);
  }

  function hello(): ClientFrame {
    const token = api.token();
    return { t: 'hello', protocol: SOCKET_PROTOCOL, locale: api.locale(), ...(token ? { token } : {}) };
  }

  /** @param neverOpenedOn which wire never opened (true: the fallback), or null when it did open */
  function drop(neverOpenedOn: boolean | null): void {
    if (neverOpenedOn !== null) noteBlocked(neverOpenedOn);
    transport?.close();
    onClosed(1006);
  }

  // A server that is down looks like one whose WebSockets are blocked; so the two wires take turns until one opens.
  function noteBlocked(fallback: boolean): void {
    neverOpened += 1;
    if (fallback) patch({ transport: 'websocket' });
    else if (neverOpened >= BLOCKED_AFTER) patch({ transport: 'fallback' });
  }

  function onClosed(code: number): void {
    clearTimers();
    transport = null;
    if (closed || status.getSnapshot().state === 'refused') return;
    if (code === CLOSE.unauthenticated) {
      patch({ state: 'refused', retryAt: null });
      return;
    }
    failures += 1;
    // A frame the server could not read, or too many of them, would be so again at once.
    const isOurFault = code === CLOSE.badFrame || code === CLOSE.tooMany;
    wait(backoffMs(isOurFault ? Math.max(failures, 6) : failures, random()));
  }

  function wait(delayMs: number): void {
    patch({ state: 'waiting', retryAt: Date.now() + delayMs });
    retryTimer = setTimeout(connect, delayMs);
  }

  function onWelcome(frame: Extract<ServerFrame, { t: 'welcome' }>): void {
    clearTimeout(welcomeTimer);
    failures = 0;
    if (options.personId !== undefined && frame.me.id !== options.personId && !api.token()) {
      clearTimers();
      transport?.close();
      transport = null;
      patch({ state: 'refused', retryAt: null });
      return;
    }
    patch({
      state: 'live',
      retryAt: null,
      refusal: null,
      me: frame.me,
      clockOffsetMs: Date.parse(frame.serverTime) - Date.now(),
    });
    for (const watch of watches.values()) transport?.send(subscribeFrame(watch));
    pingTimer = setInterval(beat, SOCKET_SILENCE_MS / 3);
    if (status.getSnapshot().transport === 'fallback') upgradeTimer = setTimeout(tryUpgrade, UPGRADE_PROBE_MS);
  }

  function beat(): void {
    if (Date.now() - lastHeard > SOCKET_SILENCE_MS) drop(null);
    else transport?.send({ t: 'ping', sentAt: Date.now() });
  }

  /** Asks for a sign of life now, instead of finding out after half a minute of silence. */
  function probe(): void {
    if (status.getSnapshot().state !== 'live' || probeTimer !== undefined) return;
    transport?.send({ t: 'ping', sentAt: Date.now() });
    probeTimer = setTimeout(() => drop(null), PROBE_TIMEOUT_MS);
  }

  function tryUpgrade(): void {
    upgradeProbe = openWire({
      hello,
      onOpen() {
        upgradeProbe?.close();
        upgradeProbe = null;
        patch({ transport: 'websocket' });
        connect();
      },
      onClose() {
        upgradeProbe = null;
        upgradeTimer = setTimeout(tryUpgrade, UPGRADE_PROBE_MS);
      },
      onFrame() {},
      onHeard() {},
    });
  }

  function onFrame(frame: ServerFrame): void {
    switch (frame.t) {
      case 'welcome':
        onWelcome(frame);
        return;
      case 'refused':
        onRefused(frame);
        return;
      case 'pong':
        return;
      case 'stale':
        for (const listener of [...staleListeners]) listener(frame.what);
        return;
      case 'typing':
      case 'marks':
      case 'presence':
      case 'watching':
        onEphemeral(frame);
        return;
    }
    const watch = watches.get(frame.id);
    if (!watch) return;
    if (frame.t === 'live') {
      refusals.delete(watch.id);
      watch.since = Math.max(watch.since, frame.upTo);
      watch.handlers.onLive?.();
    } else if (frame.t === 'reset') {
      watch.since = frame.upTo;
      watch.handlers.onReset?.();
    } else if (watch.topic === 'ticket') {
      if (frame.t !== 'event') return;
      // Only a frame without a hole moves the mark: what the holder missed must be asked for again.
      if (frame.event.seq === watch.since + 1) watch.since = frame.event.seq;
      watch.handlers.onEvent(frame.event);
    } else if (watch.topic === 'inbox' && (frame.t === 'inbox' || frame.t === 'gone')) {
      watch.since = Math.max(watch.since, frame.position);
      if (frame.t === 'inbox') watch.handlers.onTicket(frame.ticket, frame.position);
      else watch.handlers.onGone(frame.ticketId, frame.position);
    }
  }

  function onRefused(frame: Extract<ServerFrame, { t: 'refused' }>): void {
    if (frame.id !== undefined) {
      const watch = watches.get(frame.id);
      if (!frame.error.retry) watches.delete(frame.id);
      else if (watch) askAgain(watch);
      watch?.handlers.onRefused?.(frame.error);
      return;
    }
    transport?.close();
    if (frame.error.retry) {
      patch({ refusal: frame.error });
      onClosed(CLOSE.tooMany);
      return;
    }
    clearTimers();
    transport = null;
    patch({ state: 'refused', retryAt: null, refusal: frame.error });
  }

  /** The server could not begin it just now; nothing would come of it until the next cut. */
  function askAgain(watch: Watch): void {
    const failed = (refusals.get(watch.id)?.failed ?? 0) + 1;
    const timer = setTimeout(
      () => {
        if (watches.get(watch.id) === watch) transport?.send(subscribeFrame(watch));
      },
      backoffMs(failed, random()),
    );
    refusals.set(watch.id, { failed, timer });
  }

  function onEphemeral(frame: Extract<ServerFrame, { t: 'typing' | 'marks' | 'presence' | 'watching' }>): void {
    for (const watch of [...watches.values()]) {
      if (watch.topic === 'inbox' || watch.ticketId !== frame.ticketId) continue;
      if (watch.topic === 'watching') {
        if (frame.t === 'watching') watch.handlers.onWatching(frame.watching);
      } else if (frame.t === 'watching') continue;
      else if (frame.t === 'typing') watch.handlers.onTyping?.(frame);
      else if (frame.t === 'marks') watch.handlers.onMarks?.(frame);
      else watch.handlers.onPresence?.(frame);
    }
  }

  function add(make: (id: number) => Watch): Subscription {
    let watch = make(nextId++);
    watches.set(watch.id, watch);
    if (status.getSnapshot().state === 'live') transport?.send(subscribeFrame(watch));
    return {
      resumeFrom(position) {
        const isLive = status.getSnapshot().state === 'live';
        if (watches.delete(watch.id) && isLive) transport?.send({ t: 'unsubscribe', id: watch.id });
        // A new number, so that frames of the old subscription still on their way are not mistaken for the new one's.
        watch = { ...watch, id: nextId++, since: position };
        watches.set(watch.id, watch);
        if (isLive) transport?.send(subscribeFrame(watch));
      },
      close() {
        if (!watches.delete(watch.id)) return;
        if (status.getSnapshot().state === 'live') transport?.send({ t: 'unsubscribe', id: watch.id });
      },
    };
  }

  function clearTimers(): void {
    clearTimeout(retryTimer);
    clearTimeout(welcomeTimer);
    clearTimeout(probeTimer);
    clearTimeout(upgradeTimer);
    clearInterval(pingTimer);
    for (const { timer } of refusals.values()) clearTimeout(timer);
    refusals.clear();
    probeTimer = undefined;
    upgradeProbe?.close();
    upgradeProbe = null;
  }

  function retryNow(): void {
    if (closed) return;
    const { state } = status.getSnapshot();
    if (state === 'live') {
      probe();
    } else if (state !== 'connecting') {
      failures = 0;
      connect();
    }
  }

  const onOnline = () => {
    if (status.getSnapshot().state !== 'refused') retryNow();
  };
  const onOffline = () => probe();
  const onVisibility = () => {
    if (page?.document.visibilityState === 'visible') onOnline();
  };
  page?.window.addEventListener('online', onOnline);
  page?.window.addEventListener('offline', onOffline);
  page?.document.addEventListener('visibilitychange', onVisibility);
  connect();

  return {
    subscribe: status.subscribe,
    getSnapshot: status.getSnapshot,
    watchTicket: (ticketId, since, handlers) => add((id) => ({ topic: 'ticket', id, ticketId, since, handlers })),
    watchInbox: (since, handlers) => add((id) => ({ topic: 'inbox', id, since, handlers })),
    watchCalls: (ticketId, handlers) => add((id) => ({ topic: 'watching', id, ticketId, since: 0, handlers })),
    send(frame) {
      if (status.getSnapshot().state !== 'live' || !transport) return false;
      transport.send(frame);
      return true;
    },
    onStale(listener) {
      staleListeners.add(listener);
      return () => staleListeners.delete(listener);
    },
    retryNow,
    close() {
      closed = true;
      clearTimers();
      transport?.close();
      transport = null;
      watches.clear();
      staleListeners.clear();
      page?.window.removeEventListener('online', onOnline);
      page?.window.removeEventListener('offline', onOffline);
      page?.document.removeEventListener('visibilitychange', onVisibility);
    },
  };
}

function subscribeFrame(watch: Watch): ClientFrame {
  const { id, since } = watch;
  if (watch.topic === 'inbox') return { t: 'subscribe', id, topic: 'inbox', since };
  const { ticketId } = watch;
  return watch.topic === 'ticket'
    ? { t: 'subscribe', id, topic: 'ticket', ticketId, since }
    : { t: 'subscribe', id, topic: 'watching', ticketId, since: 0 };
}

/** Where the socket is, seen from a page. */
function socketUrl(api: Api): string {
  const url = new URL('/api/socket', api.baseUrl || location.href);
  if (api.side) url.searchParams.set('as', api.side);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

function browserPage(): PageEvents | null {
  return typeof window === 'undefined' || typeof document === 'undefined' ? null : { window, document };
}
