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
  const spansBelow = (enter: number, leave: number) =>
    troubleSpans(samples, 'audioLevel', {
      trouble: 'below',
      enter,
      leave,
      minSamples: 2,
      minMs: 2_000,
      maxGapMs: MAX_GAP_MS,
      isQuiet: (atMs) => quiet(atMs) || unsent(atMs),
    });
  // Apart, and not by the mean of the silence: the sample in which a microphone dies holds the last of what it brought.
  const nothing = spansBelow(SILENCE.none, SILENCE.none);
  const heardMs = heardAt(track);
  let ended = 0;
  return spansBelow(SILENCE.enter, SILENCE.leave).flatMap((silence) => {
    const none = longest(nothing.filter((one) => one.fromMs >= silence.fromMs && one.toMs <= silence.toMs));
    const isNone = none !== null && lengthMs(none) >= LEAST_MS.none;
    const span = isNone ? none : silence;
    const wasHeard = heardMs.some((atMs) => atMs < span.fromMs);
    const isHabit = ended >= HABIT;
    if (wasHeard && none && heardMs.some((atMs) => atMs > silence.toMs)) ended += 1;
    if (isHabit) return [];
    // Nearly silent between words is a person who listens.
    if (!isNone && (heardMs.length > 0 || lengthMs(span) < LEAST_MS.nearlySilent)) return [];
    return [{ span, isNone, wasHeard }];
  });
}

const lengthMs = ({ fromMs, toMs }: Span): number => toMs - fromMs;

const longest = (spans: readonly Span[]): Span | null =>
  spans.reduce<Span | null>((best, one) => (best && lengthMs(best) >= lengthMs(one) ? best : one), null);

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
