import type { Session, SessionBuilder, Track, TrackField } from '@alongside/diagnosis';
import { createPictureProbe } from './picture-probe.ts';
import { quietly } from './quietly.ts';
import { createSoundProbe } from './sound-probe.ts';

type Values = Partial<Record<TrackField, number | null>>;

/** The camera is looked at so long before the next reading of the statistics, for that to tell what is seen now, ms. */
const LOOK_BEFORE_MS = 500;

/** Measures what no statistic tells, and adds it to the rows of the moment. */
export type Probes = {
  /**
   * @param session as it stands after a reading
   * @param trackOf the browser's track of one of the model's
   */
  measure(session: Session, atMs: number, trackOf: (trackId: string) => MediaStreamTrack | null): void;
  stop(): void;
};

/**
 * @param builder where the rows are
 * @param everyMs how often statistics are read
 */
export function createProbes(builder: SessionBuilder, everyMs: number): Probes {
  const sound = createSoundProbe();
  const camera = createPictureProbe();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let seen: { track: MediaStreamTrack; values: Values } | null = null;

  function amend(tracks: readonly Track[], atMs: number, values: Values): void {
    if (Object.keys(values).length === 0) return;
    for (const track of tracks) {
      const { samples } = builder.track(track);
      // Only what was measured now: a stream that is gone has no row of this moment.
      if (samples.length > 0 && samples.atMs(samples.length - 1) === atMs) samples.amend(atMs, values);
    }
  }

  return {
    measure(session, atMs, trackOf) {
      const current = session.tracks.filter(
        ({ samples }) => samples.length > 0 && samples.atMs(samples.length - 1) === atMs,
      );
      const sent = current.filter(({ direction, source }) => direction === 'send' && source !== 'screen');
      const voices = sent.filter(({ kind }) => kind === 'audio');
      const heard = current.filter(({ direction, kind }) => direction === 'receive' && kind === 'audio');
      const isTrack = (track: MediaStreamTrack | null) => track !== null;
      sound.follow(
        voices.map(({ id }) => trackOf(id)).find(isTrack) ?? null,
        heard.map(({ id }) => trackOf(id)).filter(isTrack),
      );
      const found = sound.read();
      amend(voices.slice(0, 1), atMs, found.sent);
      // Of several who are heard together nobody can say which one returns it.
      if (heard.length === 1) amend(heard, atMs, found.received);

      const pictures = sent.filter(({ kind, source }) => kind === 'video' && source === 'camera');
      if (seen)
        amend(
          pictures.filter(({ id }) => trackOf(id) === seen?.track),
          atMs,
          seen.values,
        );
      seen = null;
      const own = pictures.map(({ id }) => trackOf(id)).find(isTrack);
      clearTimeout(timer);
      if (!own) return;
      timer = setTimeout(() => {
        quietly(() => camera.look(own))?.then(
          (values) => {
            if (values) seen = { track: own, values };
          },
          // No picture came in time, or the browser keeps it to itself.
          () => {},
        );
      }, everyMs - LOOK_BEFORE_MS);
    },
    stop() {
      clearTimeout(timer);
      sound.stop();
      camera.stop();
    },
  };
}
