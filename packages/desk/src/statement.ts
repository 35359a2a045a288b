import {
  type AttainmentCount,
  type CreditTier,
  type LocalisedText,
  type Money,
  type Month,
  type PlanVersion,
  PRIORITIES,
  type Priority,
  type Statement,
  type StatementExclusion,
  type StatementRow,
  type StatementTicket,
  TARGETS,
  type Target,
} from '@alongside/contracts';
import {
  type CalendarVersion,
  type ClockEvent,
  type ClockState,
  type Cycle,
  creditsOwed,
  evaluate,
  type PolicyVersion,
} from '@alongside/sla';
import { inForceAt, monthAt, monthSpan, nextMonth, type ZoneSince } from './statement-month.ts';

/** A ticket as far as a statement looks at it. */
export type StatementLog = {
  /** As it was when the statement was made up. */
  ticket: StatementTicket;
  /** All of them; what came later is left out here. */
  events: ClockEvent[];
  /** What was written when it was taken out of the figures, by the `seq` of that event. */
  notes: ReadonlyMap<number, string>;
  /** When those of them were written that are dated before, by their `seq` (`writtenLater`). */
  writtenAt: ReadonlyMap<number, string>;
};

/** A state of the contract, in force from an instant until the next state. `planId` null = ended. */
export type ContractState = ZoneSince & { planId: string | null; monthlyFee: Money | null };

export type StatementPlan = Pick<PlanVersion, 'id' | 'planId' | 'version' | 'validFrom' | 'content'>;

/** All that a statement follows from. */
export type StatementInput = {
  organisation: { id: string; name: string };
  issuer: string;
  month: Month;
  /** ISO. Only the running month depends on it. */
  now: string;
  /** Every state there was, in any order. */
  contracts: readonly ContractState[];
  /** At least the versions the tickets name, and all versions of the contract's plans. */
  plans: readonly StatementPlan[];
  calendars: CalendarVersion[];
  tickets: readonly StatementLog[];
};

/**
 * The statement of an organisation and month. A pure function of the logs: asked for again, whenever and wherever, a
 * month that is over gives the same.
 *
 * The rules, told in docs/guides/statements.md:
 * - Every ticket is judged as its log stood at the last instant of the month; of the running month, as it stands now.
 *   What was recorded later, an exclusion too, or a split that is dated back, belongs to later statements.
 * - A target is decided when it is answered in time, or else at its due instant. It is in the statement of the month in
 *   which it was decided, and in no other, also where the past was judged anew later.
 * - What is excluded at that last instant is listed with its reason and counted in neither number.
 * - Fee, plan and tiers are those in force at that last instant; the fee is not prorated.
 * @returns null for a month that has not begun
 */
export function makeStatement(input: StatementInput): Statement | null {
  const span = monthSpan(input.month, input.contracts);
  if (input.now < span.from) return null;
  const provisional = input.now < span.to;
  const madeUpTo = provisional ? input.now : lastInstantBefore(span.to);
  const policy = input.plans.map(policyOf);
  const judged = input.tickets.map((log) => judge(log, { ...input, policy }, span.from, madeUpTo));
  const rows = judged.flatMap((each) => each.decided).toSorted(byDecision);
  const counted = rows.map(({ row }) => row);
  const attainment = attainmentOf(counted);
  const contract = contractAt(input, madeUpTo);
  const tiers = contract?.version.content.creditTiers ?? [];
  return {
    organisation: input.organisation,
    issuer: input.issuer,
    month: input.month,
    ...span,
    madeUpTo,
    provisional,
    contract: contract && {
      planId: contract.version.planId,
      planName: contract.version.content.name,
      planVersion: contract.version.version,
      monthlyFee: contract.monthlyFee,
    },
    attainment,
    credits: creditsFor(tiers, attainment.overall, contract?.monthlyFee ?? null),
    rows: counted,
    exclusions: judged
      .flatMap(({ exclusion }) => exclusion ?? [])
      .toSorted((a, b) => compare(a.at, b.at) || a.ticket.number - b.ticket.number),
  };
}

/** What a customer may read of it: the team's words about an exclusion stay with the team. */
export function statementForCustomer(statement: Statement): Statement {
  return { ...statement, exclusions: statement.exclusions.map((exclusion) => ({ ...exclusion, note: '' })) };
}

/**
 * A percentage of an amount, rounded half up to the smallest unit, in exact decimal arithmetic.
 * @param percent as written in the contract: 12.5
 */
export function percentOf(amountMinor: number, percent: number): number {
  const [digits, exponent] = percent.toExponential().split('e') as [string, string];
  const [whole, fraction = ''] = digits.split('.') as [string, string?];
  // percent = mantissa × 10^-scale
  const mantissa = BigInt(whole + fraction);
  const scale = fraction.length - Number(exponent);
  const numerator = BigInt(amountMinor) * mantissa * 10n ** BigInt(Math.max(0, -scale));
  const denominator = 100n * 10n ** BigInt(Math.max(0, scale));
  return Number((2n * numerator + denominator) / (2n * denominator));
}

/** A split and a merge tell of before they were made: what a statement said by then stays as it is. */
function eventsAsOf({ events, writtenAt }: StatementLog, instant: string): ClockEvent[] {
  return events.filter(({ seq, at }) => (writtenAt.get(seq) ?? at) <= instant);
}

type Decided = { row: StatementRow; decidedAt: string };
type Judged = { decided: Decided[]; exclusion: StatementExclusion | null };
type Standing = 'counted' | 'excluded' | null;

function judge(
  log: StatementLog,
  input: StatementInput & { policy: PolicyVersion[] },
  from: string,
  madeUpTo: string,
): Judged {
  const { policy, calendars } = input;
  const evaluated = (now: string) => evaluate({ events: eventsAsOf(log, now), policy, calendars, now });
  const now = evaluated(madeUpTo);
  const cuts = new Set(exclusionEvents(log, madeUpTo).map(({ at }) => at));
  const decidedNow = now.cycles.filter((cycle) => standing(now, cycle, cuts) !== null);
  const told = toldBefore(decidedNow, input, from, evaluated, cuts);
  const decided = decidedNow.flatMap((cycle): Decided[] => {
    const is = standing(now, cycle, cuts)!;
    // Counted once, it stays where it was counted; excluded, it is told of once, and counts when it was put back.
    if (told.has(`${cycle.id} counted`) || told.has(`${cycle.id} ${is}`)) return [];
    const decidedAt = cycle.state === 'breached' ? cycle.breachedAt! : cycle.endedAt!;
    return [{ decidedAt, row: rowOf(log, input, cycle, is === 'excluded' ? now.excluded : null) }];
  });
  return { decided, exclusion: exclusionOf(log, now, decided.length, from, madeUpTo) };
}

/**
 * How earlier statements told of these cycles. Each month's end is looked at: what was decided at one of them can be
 * open at the next one, after a reopening, a recalculation or an exclusion.
 */
function toldBefore(
  cycles: readonly Cycle[],
  { contracts, month }: StatementInput,
  from: string,
  evaluated: (now: string) => ClockState,
  cuts: ReadonlySet<string>,
): ReadonlySet<string> {
  const told = new Set<string>();
  const begun = cycles.map(({ startAt }) => startAt).filter((startAt) => startAt < from);
  if (begun.length === 0) return told;
  const first = monthAt(begun.toSorted()[0]!, contracts);
  for (let earlier = first; earlier < month; earlier = nextMonth(earlier)) {
    const before = evaluated(lastInstantBefore(monthSpan(earlier, contracts).to));
    for (const cycle of before.cycles) told.add(`${cycle.id} ${standing(before, cycle, cuts)}`);
  }
  return told;
}

/** Whether a cycle is decided, and whether it counts. Excluding a ticket cuts off what ran; that is told as excluded. */
function standing(state: ClockState, cycle: Cycle, cuts: ReadonlySet<string>): Standing {
  const isDecided = cycle.state === 'met' || cycle.state === 'breached';
  if (state.excluded === null) return isDecided ? 'counted' : null;
  const isCut = cycle.state === 'cancelled' && cycle.endedAt !== null && cuts.has(cycle.endedAt);
  return isDecided || isCut ? 'excluded' : null;
}

function rowOf(log: StatementLog, input: StatementInput, cycle: Cycle, because: ClockState['excluded']): StatementRow {
  return {
    ticket: log.ticket,
    cycleId: cycle.id,
    target: cycle.target,
    priority: cycle.priority,
    plan: { versionId: cycle.policyId, name: planName(input, cycle.policyId) },
    startAt: cycle.startAt,
    budgetMs: cycle.budgetMs,
    dueAt: cycle.dueAt,
    actualAt: cycle.state === 'cancelled' ? null : cycle.endedAt,
    outcome: because === null ? (cycle.state as 'met' | 'breached') : 'excluded',
    because,
    usedMs: cycle.usedMs,
    pausedMs: cycle.pauses.reduce((sum, pause) => sum + Date.parse(pause.to) - Date.parse(pause.from), 0),
    pauses: cycle.pauses.map(({ from, to, reason }) => ({ from, to, reason })),
  };
}

function exclusionEvents(log: StatementLog, madeUpTo: string) {
  return eventsAsOf(log, madeUpTo).filter(
    (event) => event.type === 'excluded' && event.excluded && event.at <= madeUpTo,
  );
}

/** Listed where targets are excluded with it, and in the month in which it was excluded. */
function exclusionOf(
  log: StatementLog,
  { excluded }: ClockState,
  targets: number,
  from: string,
  madeUpTo: string,
): StatementExclusion | null {
  if (excluded === null) return null;
  const event = exclusionEvents(log, madeUpTo)
    .filter((candidate) => candidate.type === 'excluded' && candidate.reason === excluded)
    .toSorted((a, b) => compare(a.at, b.at) || a.seq - b.seq)
    .at(-1);
  if (!event || (targets === 0 && event.at < from)) return null;
  return { ticket: log.ticket, because: excluded, at: event.at, note: log.notes.get(event.seq) ?? '', targets };
}

function attainmentOf(rows: readonly StatementRow[]): Statement['attainment'] {
  const count = (wanted: (row: StatementRow) => boolean): AttainmentCount => {
    const counted = rows.filter((row) => row.outcome !== 'excluded' && wanted(row));
    return { met: counted.filter(({ outcome }) => outcome === 'met').length, total: counted.length };
  };
  const occurring = <T extends AttainmentCount>(counts: T[]) => counts.filter(({ total }) => total > 0);
  const at = (priority: Priority, target: Target) => count((row) => row.priority === priority && row.target === target);
  return {
    overall: count(() => true),
    byPriority: PRIORITIES.map((priority) => ({ priority, ...count((row) => row.priority === priority) })),
    byTarget: TARGETS.map((target) => ({ target, ...count((row) => row.target === target) })),
    cells: occurring(
      PRIORITIES.flatMap((priority) => TARGETS.map((target) => ({ priority, target, ...at(priority, target) }))),
    ),
  };
}

function creditsFor(
  tiers: readonly CreditTier[],
  attainment: AttainmentCount,
  fee: Money | null,
): Statement['credits'] {
  const percent = creditsOwed(tiers, attainment);
  return {
    tiers: tiers.toSorted((a, b) => b.below - a.below),
    percent,
    amount: fee && { currency: fee.currency, amountMinor: percentOf(fee.amountMinor, percent) },
  };
}

function contractAt(
  { contracts, plans }: StatementInput,
  at: string,
): { version: StatementPlan; monthlyFee: Money | null } | null {
  const state = inForceAt(contracts, at);
  if (!state || state.planId === null) return null;
  const versions = plans.filter(({ planId }) => planId === state.planId);
  // Before a plan's first version, that one.
  const version = inForceAt(versions, at) ?? versions.toSorted((a, b) => a.version - b.version)[0];
  return version ? { version, monthlyFee: state.monthlyFee } : null;
}

function policyOf({ id, content }: StatementPlan): PolicyVersion {
  const { assistantCounts, pausesOnHold, warnAtShare } = content;
  // The shapes agree but for "undefined", which JSON never holds.
  const priorities = content.priorities as PolicyVersion['priorities'];
  return { id, priorities, assistantCounts, pausesOnHold, warnAtShare };
}

function planName({ plans }: StatementInput, versionId: string): LocalisedText {
  return plans.find(({ id }) => id === versionId)!.content.name;
}

/** Months are half-open: what happens at the very end belongs to the next one. */
export function lastInstantBefore(end: string): string {
  return new Date(Date.parse(end) - 1).toISOString();
}

function byDecision(a: Decided, b: Decided): number {
  return (
    compare(a.decidedAt, b.decidedAt) ||
    a.row.ticket.number - b.row.ticket.number ||
    TARGETS.indexOf(a.row.target) - TARGETS.indexOf(b.row.target) ||
    Number(a.row.cycleId.split(':')[1]) - Number(b.row.cycleId.split(':')[1])
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
