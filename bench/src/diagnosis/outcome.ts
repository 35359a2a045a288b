import type { Cause } from '@alongside/diagnosis';
import { type FaultClass, isFound, isRight } from './fault.ts';
import type { JudgedCall } from './judged-call.ts';
import type { RecordedCall } from './recorded-call.ts';

/** What a call with a fault in it was taken for. */
export type FaultOutcome = {
  /** The class that was injected. */
  fault: string;
  call: string;
  faultyId: string;
  /** The class its first cause would be right for, another rule's id, or `nothing`. */
  takenFor: string;
  /** At which place of the verdict the right cause stands, from 1; null: at none. */
  rank: number | null;
  /** From the onset to the first judgement that names it at any place, ms. */
  foundMs: number | null;
  /** The first three causes, for people. */
  top: string[];
  /** Share of the time in which something on this machine waited for a processor. */
  starvedRatio: number;
  stolenRatio: number | null;
};

/** What was said of a call in which nothing was wrong. */
export type CleanOutcome = { call: string; minutes: number; alarms: string[] } & Pick<
  FaultOutcome,
  'starvedRatio' | 'stolenRatio'
>;

export const NOTHING = 'nothing';

/** A cause in a few words: rule, whose, which direction. */
export const causeText = ({ finding: { rule, subject } }: Cause): string =>
  [rule, subject.participantId, subject.direction, subject.kind].filter((part) => part !== null).join(' ');

/** @param faults all classes there are */
export function faultOutcome(
  { name: call, faultyId: whose, onsetMs, starvedRatio, stolenRatio = null }: RecordedCall,
  fault: FaultClass,
  faults: readonly FaultClass[],
  { causes, live }: JudgedCall,
): FaultOutcome {
  const faultyId = whose ?? '';
  const found = live.find(
    (judged) =>
      judged.atMs >= (onsetMs ?? 0) && judged.causes.some((cause) => isFound(cause, fault.expected, faultyId)),
  );
  const rank = causes.findIndex((cause) => isRight(cause, fault.expected, faultyId));
  const first = causes[0];
  // Several classes may have one answer: it counts as the one that was injected.
  const takenFor = !first
    ? NOTHING
    : rank === 0
      ? fault.id
      : (faults.find((other) => other !== fault && isRight(first, other.expected, faultyId))?.id ?? first.finding.rule);
  return {
    fault: fault.id,
    call,
    takenFor,
    rank: rank < 0 ? null : rank + 1,
    faultyId,
    foundMs: found ? found.atMs - (onsetMs ?? 0) : null,
    top: causes.slice(0, 3).map(causeText),
    starvedRatio,
    stolenRatio,
  };
}

/** Whoever looks at the call sees each cause once, however long it stays. */
export function cleanOutcome(
  { name: call, beganMs, endedMs, starvedRatio, stolenRatio = null }: RecordedCall,
  { live, causes }: JudgedCall,
): CleanOutcome {
  const alarms = new Set([...live.flatMap((judged) => judged.causes), ...causes].map(causeText));
  return { call, minutes: (endedMs - beganMs) / 60_000, alarms: [...alarms], starvedRatio, stolenRatio };
}
