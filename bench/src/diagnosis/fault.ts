import type { Cause } from '@alongside/diagnosis';
import type { Browser, Page } from 'playwright-core';
import type { Lab, Seat } from './lab.ts';
import type { JoinOptions } from './pages/call-page.ts';
import type { Random } from './random.ts';

/** One of the two in a call. */
export type Person = {
  /** As the diagnosis names them. */
  id: 'a' | 'b';
  seat: Seat;
  browser: Browser;
  page: Page;
};

/** A call that goes on, for a fault to be put into it. */
export type FaultyCall = {
  lab: Lab;
  /** Whose fault it is. */
  faulty: Person;
  /** The other one. */
  sound: Person;
  random: Random;
  /** Is undone when the call is over, whatever became of it. */
  afterwards(work: () => unknown): void;
};

/** What the right answer is: one of these rules, of this person, in this direction where the finding tells one. */
export type Expected = {
  rules: readonly string[];
  who: 'faulty' | 'sound' | 'either';
  direction?: 'send' | 'receive';
  /** Of the finding's facts, where the rule tells more kinds than one: name → what may be said. */
  facts?: Facts;
  /** What may be said of them while it is not sure yet: then it is found, but not right in the end. */
  undecided?: Facts;
};

type Facts = Readonly<Record<string, readonly (string | number)[]>>;

/** One kind of fault and how it is brought about. */
export type FaultClass = {
  id: string;
  /** For the table of the docs. */
  about: Readonly<Record<'en' | 'zh-CN', string>>;
  expected: Expected;
  /** Switches of the faulty one's browser, which is one of its own then. */
  browserArgs?(lab: Lab): string[];
  /** Runs in the faulty one's page before everything else. */
  pageScript?: string;
  /** Changes how the faulty one enters: the fault is there from the beginning. */
  enter?(options: JoinOptions, call: Omit<FaultyCall, 'sound'>): Promise<void> | void;
  /** Puts the fault into a call that goes on. Without it the call is faulty from its beginning. */
  inject?(call: FaultyCall): Promise<void>;
  /** Nobody has touched the faulty one's page. */
  untouched?: boolean;
  /** The same, too weak to be a fault: for traces just short of one. */
  mild?(call: FaultyCall): Promise<void>;
  /** How long it is watched at least, ms, where it cannot be seen sooner. */
  watchMs?: number;
  /** The call may not come about, or not with sound and picture both ways. */
  mayNotFlow?: boolean;
};

/** Whether a cause is the right answer, given who has the fault. */
export function isRight({ finding }: Cause, expected: Expected, faultyId: string): boolean {
  const { rules, who, direction, facts = {} } = expected;
  const { participantId, direction: found } = finding.subject;
  if (!rules.includes(finding.rule)) return false;
  if (who !== 'either' && (participantId === faultyId) !== (who === 'faulty')) return false;
  if (direction !== undefined && found !== null && found !== direction) return false;
  return Object.entries(facts).every(([name, values]) => values.includes(finding.facts[name] ?? ''));
}

/** Whether a cause names the fault, though it may not be sure yet of which kind it is. */
export function isFound(cause: Cause, expected: Expected, faultyId: string): boolean {
  const { facts, undecided } = expected;
  return (
    isRight(cause, expected, faultyId) ||
    (undecided !== undefined && isRight(cause, { ...expected, facts: { ...facts, ...undecided } }, faultyId))
  );
}
