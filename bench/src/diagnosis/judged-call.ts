import { type Cause, decodeRows, judge, RULES, type Session, SessionBuilder } from '@alongside/diagnosis';
import type { RecordedCall } from './recorded-call.ts';

/** What the diagnosis said of a call, while it went on and in the end. */
export type JudgedCall = {
  /** Each time it was judged, and what was found. */
  live: { atMs: number; causes: Cause[] }[];
  /** Of the whole call. */
  causes: Cause[];
  session: Session;
};

/** As often as the server looks while somebody of the team does, ms. */
const EVERY_MS = 1_000;

/**
 * Judges a call every second by what had come until then, and once at its end: as the server puts it together and as
 * whoever looks at it would have been told.
 */
export function judgeCall({ beganMs, endedMs, batches }: RecordedCall): JudgedCall {
  const builder = new SessionBuilder('live');
  const waiting = [...batches];
  const takeUntil = (untilMs: number) => {
    while (waiting[0] && waiting[0].atMs <= untilMs) {
      const { participantId, batch } = waiting.shift()!;
      const userAgent = 'userAgent' in batch ? batch.userAgent : undefined;
      builder.participant(participantId).userAgent ??= userAgent ?? null;
      decodeRows(batch.rows, builder, { participantId, prefix: `${participantId} `, offsetMs: 0 });
    }
  };
  const live: JudgedCall['live'] = [];
  for (let atMs = beganMs + EVERY_MS; atMs < endedMs; atMs += EVERY_MS) {
    takeUntil(atMs);
    live.push({ atMs, causes: judge(builder.build(), RULES).causes });
  }
  takeUntil(Number.POSITIVE_INFINITY);
  const session = builder.build();
  return { live, causes: judge(session, RULES).causes, session };
}
