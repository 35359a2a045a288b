import type { Session, Track } from '../../model/session.ts';
import { SILENCE } from './silence.ts';

/** Of what was concealed, so much more was silence; nothing of it was lost on the way. */
const SILENT = { timesAudible: 2, least: 0.1, lossRatio: 0.01 };

/**
 * When a sender leaves out its pauses: what is invented then is silence, but for the edges of each pause, and the buffer
 * stretches what nobody hears. So it is where all that is played, invented or not, is below the noise of a room. Packets
 * that are lost, and those that come late, are holes in speech.
 */
export function withinPauses(_session: Session, { samples }: Track): (atMs: number) => boolean {
  return (atMs) => {
    const index = samples.indexAt(atMs);
    if (samples.value('bitrateBps', index) === 0) return true;
    const silent = samples.value('silentConcealedRatio', index) ?? 0;
    const audible = samples.value('concealedRatio', index) ?? 0;
    const isLost = (samples.value('lossRatio', index) ?? 0) > SILENT.lossRatio;
    if (isUnheard(samples.value('audioLevel', index), samples.value('lossRatio', index))) return true;
    return !isLost && silent > SILENT.least && silent > audible * SILENT.timesAudible;
  };
}

/**
 * @param level of what was played, invented or not
 * @returns whether nobody hears it, though all of it came: there is nothing in it that could be missing
 */
export const isUnheard = (level: number | null, lossRatio: number | null): boolean =>
  level !== null && level < SILENCE.enter && (lossRatio ?? 0) <= SILENT.lossRatio;
