import type { Track } from '../../model/session.ts';
import { derivedOf, foundOf } from '../derived.ts';
import { quietTimes } from '../quiet.ts';
import type { Rule } from '../rule.ts';
import { SILENCE } from './silence.ts';

/**
 * Speech at its nominal level (ITU-T P.56 and P.830: −26 dB below overload) peaks near −12 dBFS; 30 dB below that (0.008)
 * it is lost in the noise of the listener's room.
 */
const THRESHOLDS = { level: 0.006, major: 0.003, critical: 0 };

/** Opus sends 50 packets a second while its detector hears a voice, and 2 or 3 in pauses where it may leave them out. */
const PACKETS_A_SECOND = { speaking: 40, pausing: 20 };

const LEAST_SPEAKING_MS = 8_000;

/**
 * Of whoever only listens the detector takes a chair or a breath for a voice, a few seconds in each minute; who has
 * something to say speaks for longer (in a call of five people, taking turns, a fifth of the time).
 */
const SPEAKING_SHARE = 0.15;

/** Who speaks up now and then is heard. */
const LOUD_SHARE = 0.1;

/**
 * Somebody speaks, and hardly anything arrives of it: input level turned down, or the microphone far away. Only the
 * codec's own detector tells it from somebody who listens, so only where it leaves pauses out (DTX).
 */
export const quietMicrophone: Rule = {
  id: 'quiet-microphone',
  area: 'audio',
  explains: [],
  thresholds: { ...THRESHOLDS, speakingShare: SPEAKING_SHARE },
  find: (session) =>
    session.tracks.flatMap((track) => {
      const { samples } = track;
      if (track.direction !== 'send' || track.kind !== 'audio' || !samples.has('audioLevel')) return [];
      const isQuiet = quietTimes(session, track);
      const rates = derivedOf(samples, (index, spanMs) => {
        const packets = samples.value('packets', index);
        return packets === null || isQuiet(samples.atMs(index)) ? null : (packets * 1_000) / spanMs;
      });
      const speaking: number[] = [];
      let pauses = 0;
      let speakingMs = 0;
      let loud = 0;
      let measured = 0;
      let sum = 0;
      for (let index = 1; index < samples.length; index++) {
        const rate = rates.value('value', index);
        const level = samples.value('audioLevel', index);
        if (rate === null || level === null) continue;
        measured += 1;
        if (rate > 0 && rate < PACKETS_A_SECOND.pausing) pauses += 1;
        if (rate < PACKETS_A_SECOND.speaking || level < SILENCE.enter) continue;
        speaking.push(index);
        speakingMs += samples.atMs(index) - samples.atMs(index - 1);
        sum += level;
        if (level > THRESHOLDS.level) loud += 1;
      }
      const isListener = speakingMs < LEAST_SPEAKING_MS || speaking.length < measured * SPEAKING_SHARE;
      const isFew = pauses < 2 || isListener || loud > speaking.length * LOUD_SHARE;
      const mean = sum / speaking.length;
      if (isFew || mean > THRESHOLDS.level) return [];
      return [
        foundOf(track, spanOf(samples, speaking, mean), {
          measure: 'audioLevel',
          threshold: THRESHOLDS.level,
          trouble: 'below',
          steps: THRESHOLDS,
          trust: 0.8,
        }),
      ];
    }),
};

const spanOf = (samples: Track['samples'], indices: readonly number[], mean: number) => ({
  fromMs: samples.atMs(indices[0]! - 1),
  toMs: samples.atMs(indices.at(-1)!),
  samples: indices.length,
  mean,
  worst: indices.reduce((least, index) => Math.min(least, samples.value('audioLevel', index) ?? least), 1),
});
