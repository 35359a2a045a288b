import type { WatchedCall, WatchOptions, WatchTransport } from '@alongside/client';
import type { ToFrame, WatchAnswer, WatchedFact, WatchRequest } from '../protocol.ts';

/** What `Alongside('watch', …)` hands back at once, while the rest is still being loaded. */
export type Watched = {
  add(connection: RTCPeerConnection): void;
  remove(connection: RTCPeerConnection): void;
  /** What only the page knows, e.g. that `getUserMedia` failed. */
  tell(happening: Parameters<WatchedCall['tell']>[0]): void;
  stop(): void;
};

/** The calls of the host page that are watched. */
export type Watching = {
  watch(connections: RTCPeerConnection | readonly RTCPeerConnection[], options?: WatchOptions): Watched;
  /** The call a request would be about now. */
  fact(): WatchedFact | null;
  answer(id: number, answer: WatchAnswer): void;
  release(sessionId: string): void;
  stop(): void;
};

export type WatchingOptions = {
  /** Folder of `watch.js`, on the desk's origin. */
  address: URL;
  appVersion(): string | null;
  /** Says something to the frame; false when there is none yet that listens. */
  ask(message: Extract<ToFrame, { type: 'watch' }>): boolean;
  /** Samples are to be sent: somebody has to carry them. */
  onSending(): void;
  onChange(): void;
};

/** A frame that has not answered by then will not, ms. */
const ANSWER_TIMEOUT_MS = 20_000;
/** A call that ended longer ago is not what somebody asks for help with, ms. */
const RECENT_MS = 15 * 60_000;

type Module = {
  startWatchedCall(
    connections: RTCPeerConnection | readonly RTCPeerConnection[],
    transport: WatchTransport,
    options: WatchOptions,
  ): WatchedCall;
};

/** Watches calls of the host page. What measures is loaded with the first of them; a page without calls never has it. */
export function createWatching(options: WatchingOptions): Watching {
  const calls: WatchedCall[] = [];
  const asked = new Map<number, (answer: WatchAnswer) => void>();
  let nextId = 1;

  async function ask(sessionId: string, request: WatchRequest) {
    const id = nextId++;
    const answer = await new Promise<WatchAnswer>((resolve) => {
      const timer = setTimeout(() => resolve({ ok: false, retry: true }), ANSWER_TIMEOUT_MS);
      asked.set(id, (given) => {
        clearTimeout(timer);
        resolve(given);
      });
      if (!options.ask({ type: 'watch', id, sessionId, request })) asked.get(id)?.({ ok: false, retry: true });
    });
    asked.delete(id);
    if (answer.ok) return answer.reply;
    throw Object.assign(new Error('The samples could not be passed on.'), { retry: answer.retry });
  }

  const transport: WatchTransport = {
    start: ({ id, about }) => ask(id, { what: 'start', about }),
    async send(id, batch, { keepalive }) {
      const { goOn, sendEveryMs = 10_000 } = await ask(id, { what: 'send', batch, keepalive });
      return { goOn, sendEveryMs };
    },
  };

  return {
    watch(connections, wishes = {}) {
      // Outside the bundle: the loader stays small, and pages without calls never load it.
      const loaded = import(/* @vite-ignore */ new URL('watch.js', options.address).href) as Promise<Module>;
      const ready = loaded.then(({ startWatchedCall }) => {
        const appVersion = wishes.appVersion ?? options.appVersion();
        const call = startWatchedCall(connections, transport, { ...wishes, ...(appVersion ? { appVersion } : {}) });
        calls.push(call);
        if (call.isSending()) options.onSending();
        options.onChange();
        return call;
      });
      // Blocked by the page's policy, or cut off: the call goes on, unwatched.
      ready.catch((thrown) => console.warn('Alongside: the call is not watched.', thrown));
      const then = (run: (call: WatchedCall) => void) => void ready.then(run).catch(() => {});
      return {
        add: (connection) => then((call) => call.add(connection)),
        remove: (connection) => then((call) => call.remove(connection)),
        tell: (happening) => then((call) => call.tell(happening)),
        stop: () =>
          then((call) => {
            void call.stop();
            options.onChange();
          }),
      };
    },
    fact() {
      const recent = calls.filter((call) => Date.now() - (call.endedMs() ?? Date.now()) < RECENT_MS);
      const last = recent.findLast((call) => call.endedMs() === null) ?? recent.at(-1);
      if (!last) return null;
      const { sessionId, about, startedMs } = last;
      return { sessionId, about, startedMs, endedMs: last.endedMs() };
    },
    answer(id, answer) {
      asked.get(id)?.(answer);
    },
    release(sessionId) {
      void calls.find((call) => call.sessionId === sessionId)?.release();
    },
    stop() {
      for (const call of calls) void call.stop();
    },
  };
}
