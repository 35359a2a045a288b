import { type Session, SessionBuilder, type SessionEvent, StatsIngest, type Track } from '@alongside/diagnosis';
import { configurationOf, watchConnection } from './connection-watch.ts';
import { watchPage } from './page-watch.ts';
import { createProbes, type Probes } from './probes.ts';
import { quietly } from './quietly.ts';
import { type StreamStat, type TrackKnowledge, type TrackWatch, watchTracks } from './track-watch.ts';

/** How often statistics are read, ms. */
export const SAMPLE_EVERY_MS = 2_000;
/** What has not been taken by then is let go of, ms. */
const KEEP_MS = 60_000;
/** A statistic's time this far from the clock is by another clock, ms. */
const CLOCK_SLACK_MS = 5_000;
const NAME_LENGTH = 8;

type Stat = { readonly [member: string]: unknown };
type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Unsigned = SessionEvent extends infer E
  ? E extends SessionEvent
    ? Omit<E, 'atMs' | 'participantId'>
    : never
  : never;

/** Something the page tells that no statistic and no event of a connection does. */
export type Happening = Exclude<Unsigned, { connectionId: string }>;

/** The same of one connection. */
export type ConnectionTold = Omit<Extract<Unsigned, { type: 'description_failed' }>, 'connectionId'>;

export type SamplerOptions = TrackKnowledge & {
  /** Who measures, in the rows. */
  participantId: string;
  /** Tells who sends what is received on a track, where the page knows. */
  senderOf?(track: MediaStreamTrack): string | null;
  /** After each reading: what is measured and not yet taken; the newest samples are those at `atMs`. */
  onSample?(session: Session, atMs: number): void;
};

/** Reads the statistics of peer connections, and hears what happens to them, as rows of the diagnosis' model. */
export type Sampler = {
  /** From now on these are watched and no others; a connection that is closed goes by itself. */
  follow(connections: readonly RTCPeerConnection[]): void;
  tell(happening: Happening): void;
  /** The same of one of the connections. */
  tellOf(connection: RTCPeerConnection, happening: ConnectionTold): void;
  /** Reads once more now, besides every two seconds. */
  sample(): Promise<void>;
  /**
   * Hands over what there is, to be read at once, and forgets what was read.
   * @param read is given the session and what of it was read before; returns up to when it has read it now
   */
  take(read: (session: Session, afterMs: number) => number): void;
  /** Tells after each reading that there is something new. @returns ends it */
  onSampled(listener: () => void): () => void;
  stop(): void;
};

type Followed = {
  id: string;
  pc: RTCPeerConnection;
  ingest: StatsIngest;
  tracks: TrackWatch;
  stop: () => void;
};

/**
 * Starts to sample, at once and every two seconds. Nothing it does throws, blocks or changes a connection: it reads, and it
 * listens.
 */
export function createSampler(options: SamplerOptions): Sampler {
  const { participantId } = options;
  const builder = new SessionBuilder('live');
  // Another page, or this one after a reload, must not continue the same connection.
  const prefix = Math.random()
    .toString(36)
    .slice(2, 2 + NAME_LENGTH);
  const followed = new Map<RTCPeerConnection, Followed>();
  const page = watchPage((happening) => tell(happening));
  const probes: Probes = createProbes(builder, SAMPLE_EVERY_MS);
  let count = 0;
  let sampling: Promise<void> | null = null;
  let stopped = false;
  let takenMs = Number.NEGATIVE_INFINITY;
  const listeners = new Set<() => void>();

  const self = builder.participant(participantId);
  self.userAgent = quietly(() => navigator.userAgent.slice(0, 500)) ?? null;

  function tell(happening: Happening): void {
    if (!stopped) builder.event({ ...happening, atMs: nowMs(), participantId } as SessionEvent);
  }

  /** Later than all that was taken: what is told as earlier would count as taken with it. */
  function nowMs(): number {
    return Math.max(Date.now(), takenMs + 1);
  }

  function add(pc: RTCPeerConnection): void {
    count += 1;
    const id = `${prefix}-${count}`;
    const made = builder.connection(id, participantId);
    const apply = () => Object.assign(made, configurationOf(pc));
    apply();
    const stopWatching = watchConnection(pc, (happening) => {
      if (stopped) return;
      // It may have been configured anew since.
      if (happening.type === 'gathering_state') apply();
      builder.event({ ...happening, connectionId: id, atMs: nowMs(), participantId } as SessionEvent);
    });
    const tracks = watchTracks(pc, tell, options);
    const ingest = new StatsIngest(builder, id, participantId, { senderOf: (stat) => senderOf(pc, stat) });
    followed.set(pc, {
      id,
      pc,
      ingest,
      tracks,
      stop() {
        stopWatching();
        tracks.stop();
      },
    });
  }

  function senderOf(pc: RTCPeerConnection, stat: Stat): string | null {
    const received = quietly(() => pc.getReceivers())?.find(({ track }) => track.id === stat.trackIdentifier);
    return (received && quietly(() => options.senderOf?.(received.track))) ?? null;
  }

  function drop(one: Followed): void {
    followed.delete(one.pc);
    one.stop();
    builder.event({
      type: 'connection_state',
      state: 'closed',
      connectionId: one.id,
      atMs: nowMs(),
      participantId,
    });
  }

  async function sampleNow(): Promise<void> {
    for (const one of [...followed.values()]) if (one.pc.connectionState === 'closed') drop(one);
    const readings = await Promise.all(
      [...followed.values()].map(async (one) => {
        // Closed a moment ago, or a browser that refuses: this time there is nothing.
        const report = await quietly(() => one.pc.getStats())?.catch(() => null);
        return report ? [{ one, stats: listOf(report) }] : [];
      }),
    );
    if (stopped) return;
    const all = readings.flat();
    const atMs = Math.max(instantOf(all.flatMap(({ stats }) => stats)), takenMs + 1);
    for (const { one, stats } of all) {
      if (!followed.has(one.pc)) continue;
      one.ingest.report(atMs, stats);
      quietly(() => one.tracks.look(streamsOf(one.id, stats)));
    }
    self.device.append(atMs, page.reading());
    const session = builder.build();
    for (const { one } of all) quietly(() => describeTracks(one, session));
    quietly(() => probes.measure(session, atMs, trackOf));
    quietly(() => options.onSample?.(session, atMs));
    builder.forgetBefore(atMs - KEEP_MS);
    for (const listener of listeners) quietly(listener);
  }

  function trackOf(id: string): MediaStreamTrack | null {
    for (const { tracks } of followed.values()) {
      const found = tracks.trackOf(id);
      if (found) return found;
    }
    return null;
  }

  /** What statistics do not tell of a track. */
  function describeTracks(one: Followed, session: Session): void {
    for (const track of session.tracks as readonly Writable<Track>[]) {
      if (track.connectionId !== one.id) continue;
      const source = one.tracks.sourceOf(track.id);
      if (source !== null && source !== 'unknown') track.source = source;
      const received = track.direction === 'receive' ? one.tracks.trackOf(track.id) : null;
      if (received) track.senderId = quietly(() => options.senderOf?.(received)) ?? track.senderId;
    }
  }

  function sample(): Promise<void> {
    sampling ??= sampleNow()
      .catch(() => {})
      .finally(() => {
        sampling = null;
      });
    return sampling;
  }

  const timer = setInterval(() => void sample(), SAMPLE_EVERY_MS);
  return {
    follow(connections) {
      if (stopped) return;
      const wanted = new Set(connections);
      for (const [pc, one] of [...followed]) if (!wanted.has(pc)) drop(one);
      const fresh = [...wanted].filter((pc) => !followed.has(pc) && pc.connectionState !== 'closed');
      for (const pc of fresh) quietly(() => add(pc));
      // Rates need two readings: the first one now, not in two seconds.
      if (fresh.length > 0) void sample();
    },
    tell,
    tellOf(pc, happening) {
      const connectionId = followed.get(pc)?.id;
      if (stopped || connectionId === undefined) return;
      builder.event({ ...happening, connectionId, atMs: nowMs(), participantId });
    },
    sample,
    take(read) {
      takenMs = read(builder.build(), takenMs);
      if (Number.isFinite(takenMs)) builder.forgetBefore(takenMs);
    },
    onSampled(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      stopped = true;
      clearInterval(timer);
      listeners.clear();
      page.stop();
      probes.stop();
      for (const one of followed.values()) one.stop();
      followed.clear();
    },
  };
}

/** When a report was taken, by the browser's own word where that is by the same clock. */
function instantOf(stats: readonly Stat[]): number {
  const now = Date.now();
  const told = stats.find(({ type }) => type === 'outbound-rtp' || type === 'inbound-rtp')?.timestamp;
  return typeof told === 'number' && Math.abs(told - now) < CLOCK_SLACK_MS ? Math.round(told) : now;
}

function listOf(report: RTCStatsReport): Stat[] {
  const stats: Stat[] = [];
  report.forEach((stat: Stat) => {
    stats.push(stat);
  });
  return stats;
}

/** Which of the model's tracks belongs to which track of the page, as far as statistics say. */
function streamsOf(connectionId: string, stats: readonly Stat[]): Map<string, StreamStat> {
  const made = new Map(stats.filter(({ type }) => type === 'media-source').map((stat) => [stat.id, stat]));
  const streams = new Map<string, StreamStat>();
  for (const stat of stats) {
    if (stat.type !== 'inbound-rtp' && stat.type !== 'outbound-rtp') continue;
    const named = stat.type === 'inbound-rtp' ? stat : made.get(stat.mediaSourceId as string);
    // As `StatsIngest` names its tracks.
    streams.set(`${connectionId} ${stat.id}`, {
      type: stat.type,
      mid: typeof stat.mid === 'string' ? stat.mid : null,
      trackIdentifier: typeof named?.trackIdentifier === 'string' ? named.trackIdentifier : null,
    });
  }
  return streams;
}
