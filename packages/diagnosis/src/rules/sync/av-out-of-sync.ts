import type { Series } from '../../model/series.ts';
import type { Session, Track } from '../../model/session.ts';
import { derivedOf, foundOf, MAX_GAP_MS } from '../derived.ts';
import { quietTimes } from '../quiet.ts';
import type { Found, Rule } from '../rule.ts';
import { troubleSpans } from '../spans.ts';

/**
 * How far the sound may be ahead of its picture, or behind, before it is no longer acceptable: 90 and 185 ms; it is
 * noticed from 45 and 125 ms on (ITU-R BT.1359-1, annex 1; EBU R 37 asks 40 and 60 of what is sent to transmitters).
 */
const SOUND_EARLY = { enter: 90, leave: 45, major: 200, critical: 500 };
const SOUND_LATE = { enter: -185, leave: -125, major: -350, critical: -800 };

/**
 * Browsers tell what is played when only of streams they keep in step. Of others it is reckoned from how long each waits
 * in its buffer, which was within 50 ms of the truth where both were known; and sound alone may wait long on a busy device.
 */
const RECKONED_EARLY = { enter: 350, leave: 220, major: 450, critical: 900 };
const RECKONED_LATE = { enter: -1_000, leave: -700, major: -1_000, critical: -2_000 };
const RECKONED_TRUST = 0.85;

/** Browsers pull the two together by at most 80 ms a second (stream_synchronization.cc, `kMaxChangeMs`). */
const MIN_MS = 7_500;

/** Readings of one instant come together, ms. */
const TOGETHER_MS = 1_000;

/** Somebody's lips and words do not fit. */
export const avOutOfSync: Rule = {
  id: 'av-out-of-sync',
  area: 'sync',
  explains: [],
  thresholds: { soundEarlyMs: SOUND_EARLY.enter, soundLateMs: SOUND_LATE.enter, leastMs: MIN_MS },
  find: (session) =>
    session.tracks.flatMap((track) => {
      const isLips = track.direction === 'receive' && track.kind === 'video' && track.source !== 'screen';
      if (!isLips) return [];
      const sound = soundOf(session, track);
      if (sound === null) return [];
      const isTold = track.samples.has('soundLeadMs');
      return isTold
        ? apart(session, track, told(track), 1)
        : apart(session, track, reckoned(track, sound), RECKONED_TRUST);
    }),
};

function apart(session: Session, track: Track, leads: Series<'value'>, trust: number): Found[] {
  const isQuiet = quietTimes(session, track);
  const [early, late] = trust === 1 ? [SOUND_EARLY, SOUND_LATE] : [RECKONED_EARLY, RECKONED_LATE];
  return [early, late].flatMap((thresholds) => {
    const trouble = thresholds === early ? ('above' as const) : ('below' as const);
    const { enter, leave } = thresholds;
    const options = { trouble, enter, leave, minSamples: 3, minMs: MIN_MS, maxGapMs: MAX_GAP_MS, isQuiet };
    return troubleSpans(leads, 'value', options).map((span) =>
      foundOf(track, span, {
        measure: 'soundLeadMs',
        threshold: enter,
        trouble,
        steps: thresholds,
        facts: {
          order: trouble === 'above' ? 'sound-early' : 'sound-late',
          apart: `${Math.round(Math.abs(span.mean))} ms`,
        },
        trust,
      }),
    );
  });
}

/** A picture that stands still is behind for that reason alone. */
const told = ({ samples }: Track) =>
  derivedOf(samples, (index) =>
    (samples.value('framesPerSecond', index) ?? 1) <= 0 ? null : samples.value('soundLeadMs', index),
  );

const reckoned = ({ samples }: Track, sound: Track) =>
  derivedOf(samples, (index) => {
    const atMs = samples.atMs(index);
    const nth = sound.samples.indexAt(atMs - TOGETHER_MS / 2);
    const pictureMs = samples.value('bufferMs', index);
    const soundMs = sound.samples.value('bufferMs', nth);
    const isTogether = Math.abs(sound.samples.atMs(nth) - atMs) <= TOGETHER_MS;
    if (pictureMs === null || soundMs === null || !isTogether) return null;
    return pictureMs + (samples.value('decodeMs', index) ?? 0) - soundMs;
  });

/**
 * The sound of whoever is seen. Where nobody says who sends what, more than one sound and one picture may be several
 * people's, whose clocks and ways differ.
 */
function soundOf({ tracks }: Session, track: Track): Track | null {
  const heardHere = tracks.filter(
    ({ connectionId, direction, samples }) =>
      direction === 'receive' && connectionId === track.connectionId && samples.has('bufferMs'),
  );
  const isAlone = track.senderId === null && heardHere.length === 2;
  const sounds = heardHere.filter(
    ({ kind, senderId, source }) =>
      kind === 'audio' && source !== 'screen' && (isAlone || (senderId !== null && senderId === track.senderId)),
  );
  return sounds.length === 1 ? sounds[0]! : null;
}
