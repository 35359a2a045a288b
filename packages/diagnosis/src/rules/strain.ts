import type { Session, Track } from '../model/session.ts';
import { meanOver } from './derived.ts';

/** From here on somebody notices that a device does not keep up. */
const LIMITS = { processorLimitedRatio: 0.2, playoutGlitchRatio: 0.02, freezeRatio: 0.05, framesKept: 0.6 };

/**
 * Whether a person's pictures or sound suffered in a stretch of time as they do where a device is too busy: a full
 * processor or an empty battery alone is no fault of a call.
 */
export function isStrained(session: Session, participantId: string, fromMs: number, toMs: number): boolean {
  return session.tracks.some((track) => track.participantId === participantId && isTrackStrained(track, fromMs, toMs));
}

function isTrackStrained({ samples, source }: Track, fromMs: number, toMs: number): boolean {
  const mean = (field: Parameters<typeof meanOver>[1]) => meanOver(samples, field, fromMs, toMs);
  if ((mean('processorLimitedRatio') ?? 0) > LIMITS.processorLimitedRatio) return true;
  if ((mean('playoutGlitchRatio') ?? 0) > LIMITS.playoutGlitchRatio) return true;
  if ((mean('freezeMs') ?? 0) > LIMITS.freezeRatio * 2_000) return true;
  const frames = mean('framesPerSecond');
  const brought = mean('sourceFramesPerSecond');
  const isActive = (mean('active') ?? 1) > 0.5;
  return source !== 'screen' && isActive && frames !== null && brought !== null && frames < brought * LIMITS.framesKept;
}
