import { createCell, type Store } from '@alongside/client';
import { type HostState, type OpenRequest, seal, type ToFrame, type ToHost, unseal } from '../protocol.ts';

/** The host page as the frame knows it. */
export type HostLink = Store<HostState | null> & {
  /** False when the page was opened by itself, not in a frame. */
  readonly framed: boolean;
  send(message: ToHost): void;
  /** What the host page asked to begin with, once; null when there is nothing new. */
  takeRequest(): OpenRequest | null;
  /** Told when there is a request to take. */
  onRequest(listener: () => void): () => void;
  /** Told once the person is to be forgotten, at once when that was asked before anyone listened. */
  onForget(listener: () => void): () => void;
  /** Told of each thing a watching page wants of us. */
  onWatch(listener: (message: WatchMessage) => void): () => void;
};

export type WatchMessage = Extract<ToFrame, { type: 'watch' }>;

const STANDALONE: HostState = {
  locale: null,
  theme: 'system',
  color: null,
  identity: null,
  facts: { pageUrl: '', pageTitle: '', screen: '', appVersion: null, custom: {} },
  watched: null,
  visible: true,
  entered: true,
  mode: 'panel',
  full: true,
};

/**
 * Talks to the page that embeds this one. Its origin comes in the frame's address; a page that lies about it can
 * neither hear us (the browser delivers to the named origin only) nor be heard.
 */
export function createHostLink(page: Window): HostLink {
  const origin = new URLSearchParams(page.location.hash.slice(1)).get('host') ?? '';
  const framed = page.parent !== page && origin !== '';
  const state = createCell<HostState | null>(framed ? null : STANDALONE);
  const requests = new Set<() => void>();
  const forgets = new Set<() => void>();
  const watchers = new Set<(message: WatchMessage) => void>();
  let request: OpenRequest | null = null;
  let isForgotten = false;

  function send(message: ToHost): void {
    if (framed) page.parent.postMessage(seal(message), origin);
  }

  page.addEventListener('message', (event) => {
    const message = framed ? unseal<ToFrame>(event, page.parent, origin) : null;
    if (!message) return;
    switch (message.type) {
      case 'host':
        state.set(message.state);
        break;
      case 'open':
        request = message.request;
        for (const listener of [...requests]) listener();
        break;
      case 'watch':
        for (const listener of [...watchers]) listener(message);
        break;
      case 'forget':
        isForgotten = true;
        for (const listener of [...forgets]) listener();
        break;
    }
  });

  function listen<L>(listeners: Set<L>, listener: L): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  send({ type: 'ready' });
  return {
    subscribe: state.subscribe,
    getSnapshot: state.getSnapshot,
    framed,
    send,
    takeRequest() {
      const taken = request;
      request = null;
      return taken;
    },
    onRequest: (listener) => listen(requests, listener),
    onForget(listener) {
      // A frame loaded only to forget is told so together with its first state, before it has drawn anything.
      if (isForgotten) listener();
      return listen(forgets, listener);
    },
    onWatch: (listener) => listen(watchers, listener),
  };
}
