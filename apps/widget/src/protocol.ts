import type { SampleBatch, SamplesReply, WatchedAbout } from '@alongside/contracts';

/**
 * What the loader (in the host page) and the frame (on the desk's origin) say to each other by postMessage.
 * The loader tells its whole state each time something in it changes, so that no order of messages can go wrong.
 */
export const PROTOCOL_VERSION = 1;

/** How much of the host page the frame takes: a panel, a small card while a call goes on, a big stage for a call. */
export type PanelMode = 'panel' | 'bar' | 'stage';

export type WidgetTheme = 'system' | 'light' | 'dark';

/** What the host page tells about itself. Everything in it is shown to the customer before it is sent. */
export type HostFacts = {
  pageUrl: string;
  pageTitle: string;
  appVersion: string | null;
  /** The page's own screen and window; the frame's would mislead. */
  screen: string;
  custom: Record<string, string>;
};

/** A call of the host page's own that it watches; told to the customer before it goes with a request. */
export type WatchedFact = {
  sessionId: string;
  about: WatchedAbout;
  /** Since and until when, ms since 1970; null while it goes on. */
  startedMs: number;
  endedMs: number | null;
};

/** What the page that watches wants of the frame, which has the visitor's session. */
export type WatchRequest =
  | { what: 'start'; about: WatchedAbout }
  | { what: 'send'; batch: SampleBatch; keepalive: boolean };

/** The frame's answer; `retry` says whether the same may succeed later. */
export type WatchAnswer =
  | { ok: true; reply: Pick<SamplesReply, 'goOn'> & Partial<Pick<SamplesReply, 'sendEveryMs'>> }
  | { ok: false; retry: boolean };

/** The loader's state as the frame sees it. */
export type HostState = {
  /** A language of the desk's, as the host page asks for it; null leaves it to the visitor's browser. */
  locale: string | null;
  theme: WidgetTheme;
  /** The host's brand colour as #rrggbb. */
  color: string | null;
  /** Signed identity (JWT) of the person, made by the host's back end. */
  identity: string | null;
  facts: HostFacts;
  /** The call a request may be about; null where none is watched, or it was long ago. */
  watched: WatchedFact | null;
  visible: boolean;
  /** Somebody opened it: it did not come back open with the page, nor forward by itself to ring. */
  entered: boolean;
  mode: PanelMode;
  /** The frame covers the whole screen (phones). */
  full: boolean;
};

/** Where to begin when the host page opens the widget. */
export type OpenRequest = { description?: string; topic?: string };

export type ToFrame =
  | { type: 'host'; state: HostState }
  | { type: 'open'; request: OpenRequest }
  | { type: 'watch'; id: number; sessionId: string; request: WatchRequest }
  /** The person signed out of the host page: forget them here too. */
  | { type: 'forget' };

export type ToHost =
  | { type: 'ready' }
  | { type: 'close' }
  /** Minimise, restore, enlarge. A hidden frame that asks for a mode is shown: it has something to say (a ring). */
  | { type: 'mode'; mode: PanelMode /** Of the card, CSS px. */; barHeight?: number }
  | { type: 'unread'; count: number }
  /** The visitor has conversations: worth loading the frame on the next page, so that answers are noticed. */
  | { type: 'returning' }
  /** The page may have moved on without a reload: tell the facts again. */
  | { type: 'facts' }
  | { type: 'watch-answer'; id: number; answer: WatchAnswer }
  /** The customer lets the measurements of this call go with their request. */
  | { type: 'watch-release'; sessionId: string }
  /** The answer to `forget`. */
  | { type: 'forgotten' }
  | { type: 'event'; name: HostEventName; detail: Record<string, string | number | boolean> };

/** What a host page can listen to. `open`, `close` and `unread` come from the loader itself. */
export type HostEventName = 'ready' | 'open' | 'close' | 'unread' | 'ticket' | 'call' | 'identity-rejected';

type Sealed<M> = M & { alongside: typeof PROTOCOL_VERSION };

/** A message as it crosses the border of the two documents. */
export function seal<M extends ToFrame | ToHost>(message: M): Sealed<M> {
  return { ...message, alongside: PROTOCOL_VERSION };
}

/**
 * A message of the other document, or null for anything else that arrives at this window.
 * @param event what arrived
 * @param from the one window it may come from
 * @param origin the one origin that window may have now
 */
export function unseal<M extends ToFrame | ToHost>(
  event: Pick<MessageEvent, 'data' | 'origin' | 'source'>,
  from: MessageEventSource | null | undefined,
  origin: string,
): M | null {
  if (!from || event.source !== from || event.origin !== origin || origin === 'null') return null;
  const data: unknown = event.data;
  if (typeof data !== 'object' || data === null) return null;
  const { alongside, type } = data as Record<string, unknown>;
  return alongside === PROTOCOL_VERSION && typeof type === 'string' ? (data as M) : null;
}
