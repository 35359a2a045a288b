import type { Watching } from '@alongside/contracts';
import { findActiveCall } from '../calls/queries.ts';
import type { Db } from '../platform/database/database.ts';
import type { Log } from '../platform/log/logger.ts';
import type { Sockets } from '../platform/realtime/sockets.ts';
import { watchableTicket } from './access.ts';
import type { Watched } from './deps.ts';
import { GrowingSession } from './growing-session.ts';
import { judged, lastSamplesOf } from './judged.ts';
import { participantsOf } from './people.ts';
import { presentWatching } from './present.ts';
import { findBatches, findBatchIds, findWatchedSessionsOf } from './queries.ts';
import { storedBatch } from './stored-batch.ts';

/** The team sees the last minutes of a call, ms. */
const WINDOW_MS = 5 * 60_000;
/** Batches come every two seconds from each who measures, at moments of their own: so soon after one it is judged. */
const EVERY_MS = 1_000;
/** What is found goes to the team at once, the graphs of a call in which nothing changed so often, ms. */
const TELL_EVERY_MS = 2_000;
/** Timers are early and late by a little, ms. */
const TIMER_SLACK_MS = 200;
/** Several processes write: a row may become visible after one that was written later, ms. */
const LOOK_BACK_MS = 15_000;
/** A page that says nothing for so long does not go on, ms. */
const SILENT_MS = 60_000;

/** A call or watched session that may still bring samples. */
type LiveSource = Watched & { startMs: number; label: string };

type Follower = {
  growing: GrowingSession;
  lookedMs: number;
  source: LiveSource;
  /** What was found when it was judged last. */
  found: string;
  toldMs: number;
  /** What was judged and not told yet. */
  untold: Watching | null;
};

export type LiveWatching = {
  isLookedAt(sourceId: string): boolean;
  /** Looks for news of every ticket somebody looks at, and tells them. Runs by itself; tests call it. */
  look(): Promise<void>;
  stop(): void;
};

type Deps = { db: Db; sockets: Pick<Sockets, 'registerTopic' | 'readersAt' | 'publish'>; log: Log; now(): Date };

/**
 * Lets the team see how calls go, over the live connections: samples are read and judged only of tickets that somebody
 * looks at, from the rows, so that it does not matter which process received them and when it was started.
 */
export function startLiveWatching({ db, sockets, log, now }: Deps): LiveWatching {
  /** By ticket, then by source. */
  const tickets = new Map<string, Map<string, Follower>>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | null = null;

  sockets.registerTopic({
    name: 'watching',
    placeOf: (frame) => frame.ticketId.toLowerCase(),
    placesOf: () => [],
    async authorise(reader, frame) {
      await watchableTicket(db, reader, frame.ticketId);
    },
    replay: async () => ({ frames: [], upTo: 0 }),
    present: async () => null,
    onReadersChanged(ticketId) {
      const isLookedAt = sockets.readersAt('watching', ticketId).length > 0;
      // Made anew for whoever comes: they get all there is at once.
      tickets.delete(ticketId);
      if (isLookedAt) tickets.set(ticketId, new Map());
      if (tickets.size === 0) {
        clearInterval(timer);
        timer = undefined;
        return;
      }
      timer ??= setInterval(() => void look(), EVERY_MS).unref();
      if (isLookedAt) void look();
    },
  });

  function look(): Promise<void> {
    looking ??= lookAtAll().finally(() => {
      looking = null;
    });
    return looking;
  }

  async function lookAtAll(): Promise<void> {
    for (const [ticketId, followers] of tickets) {
      try {
        await lookAt(ticketId, followers);
      } catch (error) {
        log.warn({ err: error, ticketId }, 'what is measured of a call could not be told');
      }
    }
  }

  async function lookAt(ticketId: string, followers: Map<string, Follower>): Promise<void> {
    const sources = await liveSources(db, ticketId, now());
    for (const source of sources)
      if (!followers.has(source.id))
        followers.set(source.id, {
          source,
          growing: new GrowingSession(source.startMs, WINDOW_MS),
          lookedMs: now().getTime() - WINDOW_MS,
          found: '',
          toldMs: Number.NEGATIVE_INFINITY,
          untold: null,
        });
    for (const [id, follower] of followers) {
      const isLive = sources.some((source) => source.id === id);
      const isNews = await readNew(db, follower, now().getTime());
      if (isNews || !isLive) follower.untold = await watchingOf(db, ticketId, follower, isLive);
      tell(ticketId, follower);
      if (!isLive) followers.delete(id);
    }
  }

  function tell(ticketId: string, follower: Follower): void {
    const watching = follower.untold;
    if (!watching) return;
    const found = foundIn(watching);
    const isDue = Math.abs(now().getTime() - follower.toldMs) >= TELL_EVERY_MS - TIMER_SLACK_MS;
    if (found === follower.found && watching.live && !isDue) return;
    sockets.publish('watching', ticketId, () => ({ t: 'watching', ticketId, watching }));
    Object.assign(follower, { found, toldMs: now().getTime(), untold: null });
  }

  return {
    isLookedAt: (sourceId) => [...tickets.values()].some((followers) => followers.has(sourceId)),
    look,
    stop() {
      clearInterval(timer);
      tickets.clear();
    },
  };
}

const foundIn = ({ diagnosis: { state, causes } }: Watching): string =>
  JSON.stringify([state, causes.map(({ finding: { rule, subject, severity } }) => [rule, subject, severity])]);

async function liveSources(db: Db, ticketId: string, now: Date): Promise<LiveSource[]> {
  const call = await findActiveCall(db, ticketId);
  const sessions = await findWatchedSessionsOf(db, ticketId);
  const going = sessions.filter(
    ({ endedAt, lastSampleAt }) =>
      endedAt === null && lastSampleAt !== null && now.getTime() - lastSampleAt.getTime() < SILENT_MS,
  );
  return [
    ...(call?.state === 'live'
      ? [{ kind: 'call' as const, id: call.id, startMs: call.startedAt.getTime(), label: '' }]
      : []),
    // A page may have watched for long before it says so.
    ...going.map(({ id, about }) => ({ kind: 'watched' as const, id, startMs: 0, label: about.label })),
  ];
}

/** @returns whether there were any */
async function readNew(db: Db, follower: Follower, nowMs: number): Promise<boolean> {
  const { growing, source } = follower;
  const ids = await findBatchIds(db, source, new Date(follower.lookedMs - LOOK_BACK_MS));
  const rows = await findBatches(
    db,
    ids.filter((id) => !growing.has(id)),
  );
  follower.lookedMs = nowMs;
  const isNews = growing.add(rows.map(storedBatch));
  if (isNews) growing.forget(nowMs);
  return isNews;
}

async function watchingOf(db: Db, ticketId: string, { growing, source }: Follower, isLive: boolean): Promise<Watching> {
  const participants = await participantsOf(db, source);
  const session = growing.build((id) => participants.find((one) => one.id === id)?.name ?? null);
  const diagnosis = judged(session, { participants, isLive });
  return presentWatching({ source, ticketId, isLive, diagnosis, lastSampleMs: lastSamplesOf(session, diagnosis) });
}
