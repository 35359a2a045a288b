import type { Session, Track } from '../../model/session.ts';
import { MAX_GAP_MS } from '../derived.ts';
import { quietTimes } from '../quiet.ts';
import { type Span, troubleSpans } from '../spans.ts';
import { withoutMedia } from '../threshold-rule.ts';

/**
 * Linear, 0 to 1. The noise of a room lies above −66 dBFS (0.0005) with any microphone that is not muted, unless noise
 * suppression takes it out; a voice lies far above −50 dBFS (0.003) even at arm's length. Below one step of 16 bits
 * (0.00003) there is no microphone at all.
 */
export const SILENCE = { none: 0.000_01, enter: 0.0005, leave: 0.001, voice: 0.003 };

/** Who is nearly silent may just be listening, behind noise suppression: that needs longer. ms. */
const LEAST_MS = { none: 5_500, nearlySilent: 20_000 };

/** Some headsets and noise gates bring exact zeros whenever nobody speaks: so many silences that ended are its habit. */
const HABIT = 2;

/** A stretch in which a microphone brought nothing, or hardly anything. */
export type Silence = { span: Span; isNone: boolean; wasHeard: boolean };

/** @returns when what a microphone sends is silence that nobody asked for */
export function silencesOf(session: Session, track: Track): Silence[] {
  const { samples } = track;
  if (track.direction !== 'send' || track.kind !== 'audio' || !samples.has('audioLevel')) return [];
  if (!tellsMuting(session, track)) return [];
  const quiet = quietTimes(session, track);
  const unsent = withoutMedia(session, track);
  const spans = troubleSpans(samples, 'audioLevel', {
    trouble: 'below',
    enter: SILENCE.enter,
    leave: SILENCE.leave,
    minSamples: 2,
    minMs: 2_000,
    maxGapMs: MAX_GAP_MS,
    isQuiet: (atMs) => quiet(atMs) || unsent(atMs),
  });
  const heardMs = heardAt(track);
  let ended = 0;
  return spans.flatMap((span) => {
    const isNone = span.mean < SILENCE.none;
    const wasHeard = heardMs.some((atMs) => atMs < span.fromMs);
    const isHabit = ended >= HABIT;
    if (wasHeard && isNone && heardMs.some((atMs) => atMs > span.toMs)) ended += 1;
    if (isHabit || span.toMs - span.fromMs < (isNone ? LEAST_MS.none : LEAST_MS.nearlySilent)) return [];
    // Nearly silent between words is a person who listens.
    if (!isNone && heardMs.length > 0) return [];
    return [{ span, isNone, wasHeard }];
  });
}

/**
 * A dump does not tell who muted themselves, and whoever did sends the same zeros as a dead microphone. In a call that is
 * watched the page says so.
 */
const tellsMuting = ({ format, events }: Session, track: Track): boolean =>
  format === 'live' || events.some((event) => event.type === 'track_enabled' && event.trackId === track.id);

function heardAt({ samples }: Track): number[] {
  const heard: number[] = [];
  for (let index = 0; index < samples.length; index++)
    if ((samples.value('audioLevel', index) ?? 0) >= SILENCE.voice) heard.push(samples.atMs(index));
  return heard;
}
