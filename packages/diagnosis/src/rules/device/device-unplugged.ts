import type { Session } from '../../model/session.ts';
import { eventsOf } from '../events.ts';
import type { Found, Rule } from '../rule.ts';
import { ofTrack } from '../subjects.ts';

/** The list of devices changes in the same moment; whoever chooses another one needs some seconds. ms. */
const TOGETHER_MS = 5_000;
const RECOVERED_MS = 15_000;

/** Whatever ends a call ends its devices too, ms. */
const END_MS = 3_000;

/** A microphone or camera ended by itself in the midst of a call: unplugged, out of battery, taken away. */
export const deviceUnplugged: Rule = {
  id: 'device-unplugged',
  area: 'device',
  explains: [
    'silent-microphone',
    'frozen-camera',
    'black-camera',
    'low-frame-rate',
    'one-way-audio',
    'wrong-microphone',
  ],
  thresholds: { togetherMs: TOGETHER_MS, recoveredMs: RECOVERED_MS },
  find: (session) => eventsOf(session, 'track_ended').flatMap((event) => unplugged(session, event)),
};

function unplugged(
  session: Session,
  { trackId, atMs, participantId }: { trackId: string; atMs: number; participantId: string },
): Found[] {
  const track = session.tracks.find(({ id }) => id === trackId);
  // Whoever stops sharing a screen does so by the browser's own button.
  if (track?.direction !== 'send' || track.source === 'screen') return [];
  if (session.toMs - atMs < END_MS) return [];
  const isListChanged = eventsOf(session, 'devices_changed').some(
    (event) => event.participantId === participantId && Math.abs(event.atMs - atMs) <= TOGETHER_MS,
  );
  const what = track.kind === 'audio' ? 'microphone' : 'camera';
  const again = eventsOf(session, 'capture_started').find(
    (event) =>
      event.participantId === participantId &&
      (event.what === what || event.what === 'unknown') &&
      event.atMs > atMs &&
      event.atMs - atMs <= RECOVERED_MS,
  );
  return [
    {
      subject: ofTrack(track),
      fromMs: atMs,
      toMs: again?.atMs ?? session.toMs,
      severity: again ? 'minor' : 'critical',
      confidence: isListChanged ? 0.97 : 0.85,
      evidence: [],
      facts: { device: what },
    },
  ];
}
