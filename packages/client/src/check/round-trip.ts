import type { CheckRoundTrip } from '@alongside/contracts';
import { SessionBuilder, StatsIngest } from '@alongside/diagnosis';
import type { LocalTrackPublication, RemoteTrack, Room } from 'livekit-client';
import { type LiveKit, loadLiveKit } from '../call/livekit.ts';
import type { CheckLive } from './check-state.ts';
import { createMadeUpMedia, type MadeUpMedia } from './made-up-media.ts';
import { RECEIVING, SENDING, seriesOf, summariseRoundTrip } from './round-trip-summary.ts';
import { pause, within } from './waiting.ts';

const ROUND_TRIP_S = 10;
const CONNECT_MS = 10_000;
/** How much the picture may take, from each second on, bit/s: what gets through of it is what the way carries. */
const RAMP: readonly [fromS: number, bps: number][] = [
  [0, 300_000],
  [2, 800_000],
  [4, 1_600_000],
  [6, 2_500_000],
];
/** Nothing arrived so long after it was sent: nothing will, s. */
const NOTHING_S = 5;

export type RoundTripOptions = {
  url: string;
  tokens: { send: string; receive: string };
  /** Told each second. */
  onMeasured: (live: CheckLive, share: number) => void;
  signal: AbortSignal;
};

const failed = (failure: NonNullable<CheckRoundTrip['failure']>): CheckRoundTrip => ({
  failure,
  protocol: null,
  relayed: false,
  measuredMs: 0,
  rttMs: null,
  jitterMs: null,
  lossRatio: null,
  concealedRatio: null,
  freezeMs: null,
  upBps: null,
  downBps: null,
  upSeriesBps: [],
  downSeriesBps: [],
  findings: [],
});

/**
 * Sends ten seconds of made-up sound and picture to the media server and receives it again, over two connections of a room
 * of one's own, as a call would; the picture takes more and more, to learn what the way carries.
 * @throws the signal's reason when it is cancelled
 */
export async function runRoundTrip({ url, tokens, onMeasured, signal }: RoundTripOptions): Promise<CheckRoundTrip> {
  const lk = await loadLiveKit();
  const sender = new lk.Room({ adaptiveStream: false, dynacast: false, stopLocalTrackOnUnpublish: false });
  const receiver = new lk.Room({ adaptiveStream: false, dynacast: false });
  const heard: HTMLMediaElement[] = [];
  const tracks: RemoteTrack[] = [];
  let media: MadeUpMedia | null = null;
  receiver.on(lk.RoomEvent.TrackSubscribed, (track) => {
    tracks.push(track);
    // Played, or browsers decode nothing; without a sound.
    const element = track.attach();
    element.muted = true;
    heard.push(element);
  });
  try {
    signal.throwIfAborted();
    const entering = Promise.all([enter(sender, url, tokens.send), enter(receiver, url, tokens.receive)]);
    const entered = await within(CONNECT_MS, entering, signal);
    if (!entered?.every(Boolean)) return failed('signal');
    media = createMadeUpMedia();
    const published = await within(CONNECT_MS, publish(lk, sender, media), signal).catch((thrown: unknown) => {
      signal.throwIfAborted();
      return thrown instanceof Error ? null : Promise.reject(thrown);
    });
    if (!published) return failed('media');
    return await measure({ published, tracks, onMeasured, signal });
  } finally {
    media?.stop();
    for (const element of heard) element.srcObject = null;
    await Promise.all([sender.disconnect(false), receiver.disconnect(false)]).catch(() => {});
  }
}

async function enter(room: Room, url: string, token: string): Promise<boolean> {
  return room.connect(url, token, { maxRetries: 0 }).then(
    () => true,
    () => false,
  );
}

async function publish(lk: LiveKit, room: Room, media: MadeUpMedia): Promise<LocalTrackPublication[]> {
  const { Source } = lk.Track;
  const first = RAMP[0]![1];
  return Promise.all([
    room.localParticipant.publishTrack(media.audio, { source: Source.Microphone, dtx: false }),
    room.localParticipant.publishTrack(media.video, {
      source: Source.Camera,
      simulcast: false,
      videoCodec: 'vp8',
      videoEncoding: { maxBitrate: first, maxFramerate: 15 },
    }),
  ]);
}

async function measure({
  published,
  tracks,
  onMeasured,
  signal,
}: Pick<RoundTripOptions, 'onMeasured' | 'signal'> & {
  published: readonly LocalTrackPublication[];
  tracks: readonly RemoteTrack[];
}): Promise<CheckRoundTrip> {
  const builder = new SessionBuilder('live');
  const sending = new StatsIngest(builder, SENDING, SENDING);
  const receiving = new StatsIngest(builder, RECEIVING, RECEIVING);
  for (let second = 0; second <= ROUND_TRIP_S; second++) {
    const step = RAMP.find(([fromS]) => fromS === second);
    if (step) await letTake(published, step[1]);
    await take(
      sending,
      published.map(({ track }) => track),
    );
    await take(receiving, tracks);
    const session = builder.build();
    const live = { upSeriesBps: seriesOf(session, 'send'), downSeriesBps: seriesOf(session, 'receive') };
    onMeasured(live, second / ROUND_TRIP_S);
    if (second === NOTHING_S && !live.downSeriesBps.some((bps) => bps > 0))
      return { ...summariseRoundTrip(session), failure: 'nothing_received' };
    if (second < ROUND_TRIP_S) await pause(1_000, signal);
  }
  return { ...summariseRoundTrip(builder.build()), failure: null };
}

async function letTake(published: readonly LocalTrackPublication[], bps: number): Promise<void> {
  const sender = published.find(({ kind }) => kind === 'video')?.track?.sender;
  if (!sender) return;
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) encoding.maxBitrate = bps;
  await sender.setParameters(parameters).catch(() => {});
}

type Measured = { getRTCStatsReport(): Promise<RTCStatsReport | undefined> };

/** Reads all streams of one connection; what several reports repeat is the same, and counted once. */
async function take(ingest: StatsIngest, tracks: readonly (Measured | undefined)[]): Promise<void> {
  const atMs = performance.timeOrigin + performance.now();
  const reports = await Promise.all(tracks.map((track) => track?.getRTCStatsReport().catch(() => undefined)));
  const stats = new Map<string, Record<string, unknown>>();
  for (const report of reports)
    report?.forEach((stat: Record<string, unknown> & { id: string }) => {
      stats.set(stat.id, stat);
    });
  ingest.report(atMs, [...stats.values()]);
}
