import type { Session, Track } from '../../model/session.ts';
import { isServers } from '../ends.ts';
import { eventsOf } from '../events.ts';
import { quietTimes } from '../quiet.ts';
import type { Found, Rule } from '../rule.ts';
import { ofTrack } from '../subjects.ts';

/** However still a screen stands, its first picture comes at once. */
const LEAST_MS = 3_500;

/** What began with the window that is looked at may have shown its first picture before it. */
const BEGINNING_MS = 2_500;

/** A screen is shared, and never a picture of it comes. */
export const screenWithoutFrames: Rule = {
  id: 'screen-without-frames',
  area: 'video',
  explains: ['low-frame-rate'],
  thresholds: { leastMs: LEAST_MS },
  find: (session) => session.tracks.flatMap((track) => emptyScreen(session, track)),
};

function emptyScreen(session: Session, track: Track): Found[] {
  const { samples } = track;
  if (track.direction !== 'send' || track.kind !== 'video' || track.source !== 'screen') return [];
  // It counts no frames, and what comes to it late was late on its sender's way.
  if (isServers(session, track)) return [];
  const isQuiet = quietTimes(session, track);
  // Of several layers one shows it.
  const layers = session.tracks.filter(
    ({ connectionId, mid, id }) =>
      id === track.id || (connectionId === track.connectionId && mid !== null && mid === track.mid),
  );
  const isShown = eventsOf(session, 'first_frame').some(({ trackId }) => layers.some(({ id }) => id === trackId));
  const fromMs = samples.atMs(0);
  if (samples.length < 2 || isShown || fromMs < session.fromMs + BEGINNING_MS) return [];
  let lastMs = fromMs;
  for (let index = 0; index < samples.length; index++) {
    if ((samples.value('framesPerSecond', index) ?? 0) > 0) return [];
    // A layer that is off shows nothing, and says nothing of the others.
    if (isQuiet(samples.atMs(index))) return [];
    lastMs = samples.atMs(index);
  }
  if (lastMs - fromMs < LEAST_MS) return [];
  return [
    {
      subject: ofTrack(track),
      fromMs,
      toMs: lastMs,
      severity: 'major',
      confidence: 0.9,
      evidence: [{ measure: 'durationMs', value: lastMs - fromMs, worst: null, threshold: LEAST_MS, trouble: 'above' }],
      facts: {},
    },
  ];
}
