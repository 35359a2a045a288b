import type { Session, Track } from '../../model/session.ts';
import { derivedOf, foundOf, MAX_GAP_MS } from '../derived.ts';
import { sentAs } from '../ends.ts';
import type { Evidence } from '../finding.ts';
import { quietTimes } from '../quiet.ts';
import type { Rule } from '../rule.ts';
import { type Span, troubleSpans } from '../spans.ts';

/**
 * How fast or slow a sound card runs. Crystals are off by 0.01 % at most; from 1 % on the listener's jitter buffer has to
 * stretch or squeeze all the time, and sound and picture part. Beyond 6 % it is another rate, no drift.
 */
const THRESHOLDS = { enter: 0.015, leave: 0.008, major: 0.015, critical: 0.04, another: 0.06 };

/**
 * Where pauses are left out, jitter buffers take out some of each pause's end: up to 1.7 % of what somebody hears who
 * listens to a voice with pauses (bench -- diagnosis, clean calls).
 */
const HEARD = { enter: 0.02, leave: 0.012 };

/** Browsers count sound in pieces of 10 ms: of several samples what is left of that is 0.1 %. */
const SMOOTHED = 3;

/**
 * A crystal is off by as much in each sample; a machine that loses some sound now and then is not. Where the device itself
 * is measured, so much of the mean of several samples is in the least of them, and none differs from it by more than what
 * browsers count in makes of it, one and a half times.
 */
const EVEN = { share: 0.5, apartMs: 15, apart: 0.004 };

/** At the device itself, three samples that are all off by as much need no more. */
const PLAIN = 0.03;

/** Packets that come unevenly, or not at all, make the buffer stretch too. */
const CALM = { jitterMs: 30, lossRatio: 0.02, concealedRatio: 0.02 };

/** A sound card's clock runs faster or slower than the clock on the wall. */
export const clockDrift: Rule = {
  id: 'clock-drift',
  area: 'sync',
  explains: ['time-stretched-audio', 'av-out-of-sync', 'choppy-audio'],
  thresholds: { ...THRESHOLDS, heard: HEARD.enter, plain: PLAIN },
  find: (session) =>
    session.tracks.flatMap((track) => {
      if (track.kind !== 'audio') return [];
      const isQuiet = quietTimes(session, track);
      const { enter, leave } = track.direction === 'send' ? THRESHOLDS : HEARD;
      return [steadyPart(track, 1), steadyPart(track, -1)].flatMap((off, nth) =>
        troubleSpans(off, 'value', {
          trouble: 'above',
          enter,
          leave,
          minSamples: 1,
          minMs: 0,
          maxGapMs: MAX_GAP_MS,
          isQuiet,
        }).flatMap((span) => {
          const side = nth === 0 ? 1 : -1;
          if (!isLasting(track, span, side) || isSentOtherwise(session, track, span, side)) return [];
          // A rate is told as it is: 1.03 seconds of sound in a second.
          const still = track.direction === 'send' ? 1 : 0;
          const found = foundOf(track, span, {
            measure: 'squeezedRatio',
            threshold: enter,
            trouble: 'above',
            steps: THRESHOLDS,
            facts: {
              pace: side === 1 ? 'runs-fast' : 'runs-slow',
              percent: `${Math.round(span.mean * 1_000) / 10}%`,
              whose: track.direction === 'send' ? 'own-sound-card' : 'other-sound-card',
            },
          });
          const evidence: Evidence = {
            measure: track.direction === 'send' ? 'soundTimeRatio' : 'squeezedRatio',
            value: still + side * span.mean,
            worst: still + side * span.worst,
            threshold: still + side * enter,
            trouble: side === 1 ? 'above' : 'below',
          };
          return [{ ...found, evidence: [evidence] }];
        }),
      );
    }),
};

/**
 * A busy machine makes and takes sound unevenly for a while; a crystal is off for good. Each is of three samples. Busy
 * machines lose sound and never make more than there was: what runs slow has to do so for longer.
 */
function isLasting({ direction }: Track, { fromMs, toMs, samples, mean }: Span, side: 1 | -1): boolean {
  const lastsMs = toMs - fromMs;
  if (direction === 'receive') return samples >= 3 && lastsMs >= 5_500;
  if (side === -1) return samples >= 4 && lastsMs >= 9_500;
  return mean >= PLAIN || (samples >= 2 && lastsMs >= 3_500);
}

/**
 * Whether the sender's own card is measured, and is not off to that side: then a listener's buffer only works off what it
 * held. On the whole, since a busy machine loses a piece of sound now and then.
 */
function isSentOtherwise(session: Session, track: Track, { fromMs, toMs }: Span, side: 1 | -1): boolean {
  return sentAs(session, track).some(({ samples }) => {
    const offs: number[] = [];
    for (let at = 0; at < samples.length; at++) {
      const ratio = samples.value('soundTimeRatio', at);
      if (ratio !== null && samples.atMs(at) >= fromMs && samples.atMs(at) <= toMs) offs.push(ratio - 1);
    }
    const mean = offs.reduce((sum, off) => sum + off, 0) / offs.length;
    return offs.length >= 2 && mean * side <= EVEN.apart;
  });
}

/**
 * By how much the sound of the last few samples is off, to one side all the time: at the sender by the sound its device
 * makes, at the receiver by what the jitter buffer takes out to keep up (or puts in).
 */
function steadyPart({ samples, direction }: Track, side: 1 | -1) {
  return derivedOf(samples, (index) => {
    if (index < SMOOTHED) return null;
    const offs: number[] = [];
    for (let at = index - SMOOTHED + 1; at <= index; at++) {
      const off = offAt(samples, direction, at);
      if (off === null || Math.abs(off) > THRESHOLDS.another) return null;
      // A device that keeps time for a sample has no drift; a buffer squeezes in steps, and none may fall into one.
      if (off * side < THRESHOLDS.leave / 2) return direction === 'send' ? 0 : null;
      offs.push(off * side);
    }
    const mean = offs.reduce((sum, off) => sum + off, 0) / SMOOTHED;
    const spanMs = (samples.atMs(index) - samples.atMs(index - SMOOTHED)) / SMOOTHED;
    if (direction === 'send' && !isEven(offs, mean, spanMs)) return null;
    return mean + (direction === 'send' ? 0 : side * filledPart(samples, index));
  });
}

function isEven(offs: readonly number[], mean: number, spanMs: number): boolean {
  const apart = Math.max(EVEN.apart, EVEN.apartMs / spanMs);
  return offs.every((off) => off >= mean * EVEN.share && Math.abs(off - mean) <= apart);
}

/** What a buffer gives back after a stall is no clock's: of each second so much went into it, or came out of it. */
function filledPart(samples: Track['samples'], index: number): number {
  const first = index - SMOOTHED;
  const [before, now] = [samples.value('bufferMs', first), samples.value('bufferMs', index)];
  return before === null || now === null ? 0 : (now - before) / (samples.atMs(index) - samples.atMs(first));
}

function offAt(samples: Track['samples'], direction: Track['direction'], index: number): number | null {
  if (direction === 'send') {
    const ratio = samples.value('soundTimeRatio', index);
    return ratio === null ? null : ratio - 1;
  }
  const isCalm = (['jitterMs', 'lossRatio', 'concealedRatio'] as const).every(
    (field) => (samples.value(field, index) ?? 0) <= CALM[field],
  );
  return isCalm ? samples.value('squeezedRatio', index) : null;
}
