import type { Session, Track } from '../../model/session.ts';
import { derivedOf, MAX_GAP_MS } from '../derived.ts';
import { sentAs } from '../ends.ts';
import { quietTimes } from '../quiet.ts';
import type { Found, Rule } from '../rule.ts';
import { troubleSpans } from '../spans.ts';
import { ofTrack } from '../subjects.ts';
import { SILENCE } from './silence.ts';

/** Above it somebody speaks: −40 dBFS, linear. */
const SPEAKING = 0.01;

/** Two clocks and two rhythms of sampling: what one end sends may show up this much earlier or later at the other, ms. */
const SLACK_MS = 3_000;

const LEAST_MS = 6_000;

/**
 * One hears nothing of what another says. Told only where both ends measured: silence in itself is no fault, and a
 * listener who turned the volume down looks the same from one end alone.
 */
export const oneWayAudio: Rule = {
  id: 'one-way-audio',
  area: 'audio',
  explains: [],
  find: (session) => session.tracks.flatMap((track) => unheard(session, track)),
};

function unheard(session: Session, track: Track): Found[] {
  if (track.direction !== 'receive' || track.kind !== 'audio') return [];
  const senders = sentAs(session, track).map((sent) => ({ samples: sent.samples, isQuiet: quietTimes(session, sent) }));
  if (senders.length === 0) return [];
  const speaks = (atMs: number) => senders.some(({ samples, isQuiet }) => speaksAt(samples, isQuiet, atMs));
  const { samples } = track;
  const isHeard = (index: number): boolean | null => {
    const packets = samples.value('packets', index);
    const level = samples.value('audioLevel', index);
    if (packets === 0) return false;
    return level === null ? null : level >= SILENCE.enter;
  };
  const missing = derivedOf(samples, (index) => {
    const heard = isHeard(index);
    if (heard === null) return null;
    return !heard && speaks(samples.atMs(index)) ? 1 : 0;
  });
  return troubleSpans(missing, 'value', {
    trouble: 'above',
    enter: 0.5,
    leave: 0.5,
    minSamples: 2,
    minMs: LEAST_MS,
    maxGapMs: MAX_GAP_MS,
    isQuiet: quietTimes(session, track),
  }).map(({ fromMs, toMs }) => {
    let packets = 0;
    for (let index = samples.indexAt(fromMs + 1); index < samples.length && samples.atMs(index) <= toMs; index++)
      packets += samples.value('packets', index) ?? 0;
    return {
      subject: ofTrack(track),
      fromMs,
      toMs,
      severity: 'critical' as const,
      confidence: packets > 0 ? 0.75 : 0.9,
      evidence: [
        {
          measure: 'durationMs' as const,
          value: toMs - fromMs,
          worst: null,
          threshold: LEAST_MS,
          trouble: 'above' as const,
        },
      ],
      facts: { how: packets > 0 ? 'packets-but-silence' : 'no-packets' },
    };
  });
}

function speaksAt(samples: Track['samples'], isQuiet: (atMs: number) => boolean, atMs: number): boolean {
  let isSpeaking = false;
  for (let index = samples.indexAt(atMs - SLACK_MS); index < samples.length; index++) {
    const when = samples.atMs(index);
    if (when > atMs + SLACK_MS) break;
    // All of the time, or one end was measured while the other was not yet speaking.
    if (isQuiet(when) || (samples.value('packets', index) ?? 1) === 0) return false;
    const level = samples.value('audioLevel', index);
    if (level !== null && level < SPEAKING) return false;
    if (level !== null) isSpeaking = true;
  }
  return isSpeaking;
}
