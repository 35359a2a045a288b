import type { UplinkStream } from '../media/uplink-stream.ts';

/**
 * Lays one participant's clock on the engine's. All tracks of a participant use the same, so that their distance from
 * each other is exactly what its sender reports say; the way here is guessed once, from the quickest report.
 */
export class ParticipantClock {
  /** Engine's time (Unix ms) minus sender's. */
  #offsetMs: number | undefined;

  /** Takes a report into account. @param arrivalWallMs engine's Unix time when it came */
  onReport(ntpMs: number, arrivalWallMs: number): void {
    const offset = arrivalWallMs - ntpMs;
    if (this.#offsetMs === undefined || offset < this.#offsetMs) this.#offsetMs = offset;
  }

  /** The engine's Unix time at the sender's; undefined before the first report. */
  wallMs(senderMs: number): number | undefined {
    return this.#offsetMs === undefined ? undefined : senderMs + this.#offsetMs;
  }
}

/** Distance in ms of media time between two packets, maybe of different layers; by the sender's clock where it is known. */
export function mediaDistanceMs(
  from: { stream: UplinkStream; timestamp: number; arrivalMs: number },
  to: { stream: UplinkStream; timestamp: number; arrivalMs: number },
  clockRate: number,
): number {
  const elapsedMs = to.arrivalMs - from.arrivalMs;
  let distanceMs: number | undefined;
  if (from.stream === to.stream) distanceMs = (((to.timestamp - from.timestamp) | 0) * 1_000) / clockRate;
  else {
    const begin = from.stream.senderTimeMs(from.timestamp);
    const end = to.stream.senderTimeMs(to.timestamp);
    if (begin !== undefined && end !== undefined) distanceMs = end - begin;
  }
  // A time line that leaps without time having passed is a new one.
  if (distanceMs === undefined || (Math.abs(distanceMs) > 5_000 && Math.abs(distanceMs - elapsedMs) > 2_000)) {
    return Math.max(0, elapsedMs);
  }
  return distanceMs;
}
