import type { Session, Track } from '../../model/session.ts';
import { derivedOf, MAX_GAP_MS, meanOver } from '../derived.ts';
import { isServers, sentAs } from '../ends.ts';
import { quietTimes } from '../quiet.ts';
import type { Found, Rule } from '../rule.ts';
import { type Span, troubleSpans } from '../spans.ts';
import { ofTrack } from '../subjects.ts';
import { SILENCE } from './silence.ts';

/** Above it somebody speaks: −40 dBFS, linear. */
const SPEAKING = 0.01;

/**
 * Two clocks and two rhythms of sampling: what one end sends may show up this much later at the other, and earlier by the
 * length of a sample, ms.
 */
const SLACK_MS = { later: 3_000, earlier: 2_000 };

/** What is said within two samples is heard by then, with all that lies between two ends. */
const LEAST_MS = 3_500;

/**
 * One hears nothing of what another says. Told only where both ends measured: silence in itself is no fault, and a
 * listener who turned the volume down looks the same from one end alone.
 */
export const oneWayAudio: Rule = {
  id: 'one-way-audio',
  area: 'audio',
  explains: [],
  thresholds: { speaking: SPEAKING, silence: SILENCE.enter, leastMs: LEAST_MS },
  find: (session) => session.tracks.flatMap((track) => [...unheard(session, track), ...unsent(session, track)]),
};

/**
 * Even a muted microphone sends a packet every 400 ms (RFC 7587, section 3.1.3); none at all, though nobody turned it off
 * and it was sent before, has been taken off its sender. A dump does not tell what the page meant by it.
 */
function unsent(session: Session, track: Track): Found[] {
  const { samples } = track;
  if (track.direction !== 'send' || track.kind !== 'audio' || session.format !== 'live') return [];
  // A server passes on what it is sent: what it does not get is missing on its sender's way.
  if (isServers(session, track)) return [];
  const others = session.tracks.filter(
    ({ connectionId, id }) => connectionId === track.connectionId && id !== track.id,
  );
  let wasSent = false;
  const missing = derivedOf(samples, (index, spanMs) => {
    const packets = samples.value('packets', index);
    if (packets === null) return null;
    if (packets > 0) wasSent = true;
    const atMs = samples.atMs(index);
    const isAlive = others.some((other) => (meanOver(other.samples, 'packets', atMs - spanMs, atMs) ?? 0) > 0);
    return packets === 0 && wasSent && isAlive ? 1 : 0;
  });
  return missingIn(missing, quietTimes(session, track)).map((span) => found(track, span, 'not-sent', 0.85));
}

function unheard(session: Session, track: Track): Found[] {
  if (track.direction !== 'receive' || track.kind !== 'audio') return [];
  const { samples } = track;
  const isQuiet = quietTimes(session, track);
  for (const sent of sentAs(session, track)) {
    const spans = missingIn(unheardWords(session, sent, samples), isQuiet);
    if (spans.length === 0) continue;
    return spans.map((span) => {
      const packets = meanOver(samples, 'packets', span.fromMs + 1, span.toMs) ?? 0;
      return packets > 0 ? found(track, span, 'packets-but-silence', 0.75) : found(track, span, 'no-packets', 0.9);
    });
  }
  return [];
}

/** By the samples of what is sent: 1 where somebody speaks and is not heard, 0 where they are; who pauses tells nothing. */
function unheardWords(session: Session, sent: Track, received: Track['samples']): ReturnType<typeof derivedOf> {
  const isQuiet = quietTimes(session, sent);
  const { samples } = sent;
  return derivedOf(samples, (index) => {
    const atMs = samples.atMs(index);
    const isSent = (samples.value('packets', index) ?? 1) > 0;
    if (!isSent || isQuiet(atMs) || (samples.value('audioLevel', index) ?? 0) < SPEAKING) return null;
    const heard = isHeardAround(received, atMs);
    return heard === null ? null : Number(!heard);
  });
}

/** @returns null where nobody knows, or does not know yet */
function isHeardAround(samples: Track['samples'], atMs: number): boolean | null {
  let last = Number.NaN;
  for (let index = samples.indexAt(atMs - SLACK_MS.earlier); index < samples.length; index++) {
    if (samples.atMs(index) > atMs + SLACK_MS.later) break;
    last = samples.atMs(index);
    if (samples.value('packets', index) === 0) continue;
    const level = samples.value('audioLevel', index);
    if (level === null) return null;
    if (level >= SILENCE.enter) return true;
  }
  return last > atMs ? false : null;
}

const missingIn = (missing: ReturnType<typeof derivedOf>, isQuiet: (atMs: number) => boolean): Span[] =>
  troubleSpans(missing, 'value', {
    trouble: 'above',
    enter: 0.5,
    leave: 0.5,
    minSamples: 2,
    minMs: LEAST_MS,
    maxGapMs: MAX_GAP_MS,
    isQuiet,
  });

const found = (track: Track, { fromMs, toMs }: Span, how: string, confidence: number): Found => ({
  subject: ofTrack(track),
  fromMs,
  toMs,
  severity: 'critical',
  confidence,
  evidence: [{ measure: 'durationMs', value: toMs - fromMs, worst: null, threshold: LEAST_MS, trouble: 'above' }],
  facts: { how },
});
