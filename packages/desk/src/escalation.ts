import type {
  ActorKind,
  EscalationCause,
  EscalationEnd,
  EscalationPolicyContent,
  EscalationRule,
  EscalationStep,
  Priority,
  Target,
  TicketEventBody,
  TicketEventOf,
  TicketEventType,
  TicketState,
} from '@alongside/contracts';

/** What a policy's rules are held against. */
export type Circumstance = {
  cause: Exclude<EscalationCause, 'person'>;
  priority: Priority;
  topic: string | null;
  planId: string | null;
  /** Of a warning or breach: of which promise. */
  target: Target | null;
};

/** What is needed of a policy to choose one. */
export type Choosable = { place: number; enabled: boolean; content: Pick<EscalationPolicyContent, 'rules'> };

/** The policy for what happened: of those that match, the one with the lowest place. */
export function choosePolicy<P extends Choosable>(policies: readonly P[], circumstance: Circumstance): P | null {
  const matching = policies.filter(
    ({ enabled, content }) => enabled && content.rules.some((rule) => ruleHolds(rule, circumstance)),
  );
  return matching.sort((a, b) => a.place - b.place)[0] ?? null;
}

/** Whether every condition of a rule holds; an empty list is no condition. */
export function ruleHolds(rule: EscalationRule, circumstance: Circumstance): boolean {
  const { cause, priority, topic, planId, target } = circumstance;
  return (
    rule.causes.includes(cause) &&
    holds(rule.priorities, priority) &&
    holds(rule.topics, topic) &&
    holds(rule.planIds, planId) &&
    (!isOfPromise(cause) || holds(rule.targets, target))
  );
}

/** Whether a policy is for tickets of this priority at all. */
export function isForPriority(rules: readonly EscalationRule[], priority: Priority): boolean {
  return rules.some((rule) => holds(rule.priorities, priority));
}

/**
 * Whether something could happen that two policies at the same place would both be for: then nobody could say which one
 * runs, and saving the second is refused.
 */
export function policiesCollide(a: Choosable, b: Choosable): boolean {
  if (a.place !== b.place || !a.enabled || !b.enabled) return false;
  return a.content.rules.some((one) => b.content.rules.some((other) => rulesOverlap(one, other)));
}

function rulesOverlap(a: EscalationRule, b: EscalationRule): boolean {
  const shared = a.causes.filter((cause) => b.causes.includes(cause));
  return (
    meet(a.priorities, b.priorities) &&
    meet(a.topics, b.topics) &&
    meet(a.planIds, b.planIds) &&
    shared.some((cause) => !isOfPromise(cause) || meet(a.targets, b.targets))
  );
}

/** What an event of a ticket means for its chains. */
export type Effect =
  /** A policy that matches begins, unless one runs. */
  | { do: 'begin'; cause: Circumstance['cause']; target: Target | null }
  /** The priority changed: a running chain whose policy is not for it stops; one that is may begin. */
  | { do: 'judge_priority'; raised: boolean }
  | { do: 'stop'; because: Exclude<EscalationEnd, 'acknowledged' | 'priority' | 'person'> }
  /** What was stopped goes on. */
  | { do: 'resume' };

const DONE: ReadonlySet<TicketState> = new Set(['solved', 'closed']);

const EFFECTS: { [T in TicketEventType]?: (body: TicketEventOf<T>, by: ActorKind) => Effect | null } = {
  'ticket.opened': () => ({ do: 'begin', cause: 'opened', target: null }),
  'ticket.priority_set': ({ from, to }) => ({ do: 'judge_priority', raised: to < from }),
  'clock.warned': ({ target }) => ({ do: 'begin', cause: 'warning', target }),
  'clock.breached': ({ target }) => ({ do: 'begin', cause: 'breach', target }),
  // A note helps colleagues; the customer still waits.
  'message.posted': ({ visibility }, by) =>
    by === 'staff' && visibility === 'public' ? { do: 'stop', because: 'answered' } : null,
  'ticket.state_set'({ from, to }) {
    if (DONE.has(to)) return { do: 'stop', because: 'solved' };
    return DONE.has(from) ? { do: 'resume' } : null;
  },
  // A drill is out of the figures from its beginning and goes the whole way all the same.
  'ticket.exclusion_set': ({ excluded, because }) =>
    excluded && because !== 'drill' ? { do: 'stop', because: 'excluded' } : null,
  'ticket.merged_into': () => ({ do: 'stop', because: 'excluded' }),
};

/** The types of all events that can mean anything for a chain. */
export const EFFECTIVE_TYPES = Object.keys(EFFECTS) as TicketEventType[];

/**
 * @param body what happened
 * @param by who did it
 * @returns null when it is nothing to a chain
 */
export function effectOf(body: TicketEventBody, by: ActorKind): Effect | null {
  const effect = EFFECTS[body.type] as ((body: TicketEventBody, by: ActorKind) => Effect | null) | undefined;
  return effect?.(body, by) ?? null;
}

/** A chain as it was when it began: a later edit of its policy changes nothing. */
export type Chain = { steps: readonly EscalationStep[]; repeats: number; delayMs: number };

/** Where a chain stands: the step performed last, counted from 1 in rounds counted from 1; step 0 = none yet. */
export type ChainPlace = { step: number; round: number };

/** What comes next in a chain. */
export type NextStep = { place: ChainPlace; step: EscalationStep } | 'exhausted';

/** Before the first step. */
export const CHAIN_START: ChainPlace = { step: 0, round: 1 };

/** The step after a place; after the last one the chain begins anew as often as it repeats. */
export function stepAfter(chain: Chain, place: ChainPlace): NextStep {
  const isLast = isLastOfRound(chain, place);
  if (isLast && place.round > chain.repeats) return 'exhausted';
  const next = isLast ? { step: 1, round: place.round + 1 } : { step: place.step + 1, round: place.round };
  return { place: next, step: chain.steps[next.step - 1]! };
}

export function isLastOfRound(chain: Pick<Chain, 'steps'>, { step }: ChainPlace): boolean {
  return step >= chain.steps.length;
}

/** Where a chain that was stopped and begins again stands: its last step is paged once more. */
export function placeToResume({ step, round }: ChainPlace): ChainPlace {
  return { step: Math.max(0, step - 1), round };
}

/**
 * When the chain climbs on after a step.
 * @param isWaitedFor false when there is nobody who could acknowledge
 */
export function climbsAt(step: EscalationStep, isWaitedFor: boolean, now: Date): Date {
  return new Date(now.getTime() + (isWaitedFor ? step.waitMs : 0));
}

/** Due this long ago, a step was missed because the server was away, ms. */
export const LATE_AFTER_MS = 60_000;

/** Whether something is done so long after its instant that those it reaches must be told. */
export function isLate(dueAt: Date, now: Date): boolean {
  return now.getTime() - dueAt.getTime() > LATE_AFTER_MS;
}

/** Pauses before the further tries of a delivery, ms; after the last one it has failed. */
export const DELIVERY_RETRIES_MS: readonly number[] = [5_000, 15_000, 60_000, 180_000];

/**
 * When to try again after a failure.
 * @param attempts how often it was tried
 * @returns null when it is given up
 */
export function retryAt(attempts: number, now: Date): Date | null {
  const pauseMs = DELIVERY_RETRIES_MS[attempts - 1];
  return pauseMs === undefined ? null : new Date(now.getTime() + pauseMs);
}

/** How long a page waits for a console to show it before it counts as not delivered there, ms. */
export const CONSOLE_WITHIN_MS = 20_000;

/** How long after the last step a test page ends by itself, ms. */
export const TEST_PAGE_MS = 5 * 60_000;

function isOfPromise(cause: EscalationCause): boolean {
  return cause === 'warning' || cause === 'breach';
}

function holds<T>(wanted: readonly T[], found: T | null): boolean {
  return wanted.length === 0 || (found !== null && wanted.includes(found));
}

function meet<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === 0 || b.length === 0 || a.some((value) => b.includes(value));
}
