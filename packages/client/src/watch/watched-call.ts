import type { SampleBatch, SampleRows, SamplesReply, WatchedAbout } from '@alongside/contracts';
import { newId } from '../ids.ts';
import { createCourier } from './courier.ts';
import { instrument } from './instrument.ts';
import { withoutAddresses } from './masking.ts';
import { quietly } from './quietly.ts';
import { createSampler, type Happening } from './sampler.ts';
import type { TrackKnowledge } from './track-watch.ts';

const SELF = 'self';

/** How samples get to the desk: by an `Api` (`watch`), or through the widget. */
export type WatchTransport = {
  /** Says that a page begins to watch a call; the same id again changes nothing. */
  start(session: { id: string; about: WatchedAbout }): Promise<{ goOn: boolean }>;
  send(
    sessionId: string,
    batch: SampleBatch,
    options: { keepalive: boolean },
  ): Promise<Pick<SamplesReply, 'goOn' | 'sendEveryMs'>>;
};

export type WatchOptions = {
  /** What you call this call, e.g. `Lesson 42`: the customer and the team read it. */
  label?: string;
  appVersion?: string;
  /** The address of the page, as the team may read it; the page's own without query and fragment unless told. */
  pageUrl?: string;
  /**
   * `always` sends while the call goes on. `with-ticket` keeps the last five minutes in the page and sends them only if the
   * person opens a ticket and lets them go with it. Where the browser asks not to be tracked (Global Privacy Control, Do
   * Not Track) it is `with-ticket` whatever is said here.
   */
  send?: 'always' | 'with-ticket';
  /** IP addresses of the two ends: `masked` drops their last part (unless told otherwise), `full` keeps them. */
  addresses?: 'masked' | 'full';
  /**
   * Also hear what the browser has no events for: failed `getUserMedia`, offers and answers, and the far end's candidates.
   * For that these functions are wrapped until the watching stops; nothing is wrapped unless you ask for it.
   */
  instrument?: boolean;
} & TrackKnowledge;

/** A call of one's own product that is being watched. */
export type WatchedCall = {
  /** By what a ticket names it (`watchedSessionId`). */
  readonly sessionId: string;
  readonly about: WatchedAbout;
  /** Another connection of the same call. */
  add(connection: RTCPeerConnection): void;
  remove(connection: RTCPeerConnection): void;
  /** Tells what only your program knows, e.g. that your signalling was cut or `getUserMedia` failed. */
  tell(happening: Happening): void;
  /** Since when it is watched, ms since 1970. */
  readonly startedMs: number;
  /** When the watching ended; null while it goes on. */
  endedMs(): number | null;
  /** Whether samples leave the page now. */
  isSending(): boolean;
  /** Sends what was held back, and what follows: the person agreed. Fulfilled when it is there, or cannot be now. */
  release(): Promise<void>;
  /** Ends the watching, as the end of all its connections does; they are not touched. What is left is sent. */
  stop(): Promise<void>;
};

/** The browser was told by the person that they do not wish to be followed. */
export function asksNotToBeTracked(): boolean {
  const { globalPrivacyControl, doNotTrack } = navigator as Navigator & { globalPrivacyControl?: boolean };
  return globalPrivacyControl === true || doNotTrack === '1';
}

/**
 * Watches a call of one's own product. Reads statistics and listens to events; it never throws, changes no connection and
 * leaves nothing behind when it is stopped.
 */
export function startWatchedCall(
  connections: RTCPeerConnection | readonly RTCPeerConnection[],
  transport: WatchTransport,
  options: WatchOptions = {},
): WatchedCall {
  const sessionId = newId();
  const about: WatchedAbout = {
    label: String(options.label ?? '').slice(0, 200),
    pageUrl: (options.pageUrl ?? `${location.origin}${location.pathname}`).slice(0, 2_000),
    ...(options.appVersion ? { appVersion: String(options.appVersion).slice(0, 120) } : {}),
  };
  const hold = options.send === 'with-ticket' || quietly(asksNotToBeTracked) === true;
  const watched = new Set(Array.isArray(connections) ? connections : [connections as RTCPeerConnection]);
  const sampler = createSampler({
    participantId: SELF,
    ...(options.sourceOf ? { sourceOf: options.sourceOf } : {}),
    ...(options.isOn ? { isOn: options.isOn } : {}),
    onSample() {
      if (watched.size > 0 && [...watched].every(({ connectionState }) => connectionState === 'closed')) void stop();
    },
  });
  const undo = options.instrument ? instrument(sampler, () => [...watched]) : null;
  let sending = !hold;
  let endedMs: number | null = null;
  let started: Promise<{ goOn: boolean }> | null = null;

  async function send(batch: SampleBatch, { keepalive }: { keepalive: boolean }) {
    started ??= transport.start({ id: sessionId, about });
    try {
      const { goOn } = await started;
      if (!goOn) return { goOn: false, sendEveryMs: 10_000 };
    } catch (thrown) {
      started = null;
      throw thrown;
    }
    return transport.send(sessionId, batch, { keepalive });
  }

  const courier = createCourier({
    sampler,
    participantId: SELF,
    stay: newId(),
    send,
    hold,
    ...(options.addresses === 'full' ? {} : { prepare: (rows: SampleRows) => withoutAddresses(rows) }),
    onOver: () => {
      sending = false;
      sampler.stop();
      undo?.();
    },
  });
  async function stop(): Promise<void> {
    endedMs ??= Date.now();
    undo?.();
    const sent = courier.stop().catch(() => {});
    sampler.stop();
    await sent;
  }

  sampler.follow([...watched]);
  undo?.look();

  return {
    sessionId,
    about,
    startedMs: Date.now(),
    endedMs: () => endedMs,
    add(connection) {
      watched.add(connection);
      sampler.follow([...watched]);
      undo?.look();
    },
    remove(connection) {
      watched.delete(connection);
      sampler.follow([...watched]);
    },
    tell: (happening) => void quietly(() => sampler.tell(happening)),
    isSending: () => sending,
    async release() {
      sending = true;
      await courier.release().catch(() => {});
    },
    stop,
  };
}
