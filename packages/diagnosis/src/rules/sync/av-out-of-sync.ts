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

/** Browsers pull the two together by at most 80 ms a second (stream_synchronization.cc, `kMaxChangeMs`). */
const MIN_MS = 6_000;

/** Somebody's lips and words do not fit. */
export const avOutOfSync: Rule = {
  id: 'av-out-of-sync',
  area: 'sync',
  explains: [],
  find: (session) => session.tracks.flatMap((track) => apart(session, track)),
};

function apart(session: Session, track: Track): Found[] {
  const { samples } = track;
  const isLips = track.direction === 'receive' && track.kind === 'video' && track.source !== 'screen';
  if (!isLips || !samples.has('soundLeadMs') || !isOfOnePerson(session, track)) return [];
  // A picture that stands still is behind for that reason alone.
  const leads = derivedOf(samples, (index) =>
    (samples.value('framesPerSecond', index) ?? 1) <= 0 ? null : samples.value('soundLeadMs', index),
  );
  const isQuiet = quietTimes(session, track);
  return [SOUND_EARLY, SOUND_LATE].flatMap((thresholds) => {
    const trouble = thresholds === SOUND_EARLY ? ('above' as const) : ('below' as const);
    const { enter, leave } = thresholds;
    return troubleSpans(leads, 'value', {
      trouble,
      enter,
      leave,
      minSamples: 3,
      minMs: MIN_MS,
      maxGapMs: MAX_GAP_MS,
      isQuiet,
    }).map((span) =>
      foundOf(track, span, {
        measure: 'soundLeadMs',
        threshold: enter,
        trouble,
        steps: thresholds,
        facts: {
          order: trouble === 'above' ? 'sound-early' : 'sound-late',
          apart: `${Math.round(Math.abs(span.mean))} ms`,
        },
      }),
    );
  });
}

/** Nobody says who sends what: of more than two streams they may be two people's, whose clocks differ. */
function isOfOnePerson({ tracks }: Session, track: Track): boolean {
  if (track.senderId !== null) return true;
  const received = tracks.filter(
    ({ connectionId, direction, samples }) =>
      direction === 'receive' && connectionId === track.connectionId && samples.has('playoutOffsetMs'),
  );
  return received.length === 2;
}
