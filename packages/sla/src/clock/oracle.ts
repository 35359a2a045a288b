import type { Calendar } from '../calendar.ts';
import { MINUTE, oracleIsOpen } from '../testing.ts';
import { type ClockEvent, type ClockInput, type PolicyVersion, type Priority, TARGETS, type Target } from './events.ts';

/** What the oracle knows of a cycle, in whole minutes. */
export type OracleCycle = {
  id: string;
  target: Target;
  startMs: number;
  budgetMinutes: number;
  usedMinutes: number;
  calendarId: string | null;
  warned: boolean;
  warnAfterMinutes: number | null;
  pausedMinutes: Set<number>;
  pause: string | null;
  breachedMs: number | null;
  endedMs: number | null;
  outcome: 'met' | 'cancelled' | null;
  priority: Priority;
  policyId: string;
};
type OracleMoment = { ms: number; kind: 'warning' | 'breach'; id: string };

/**
 * Judges a log the slow way: minute by minute, asking the wall clock of each, counting. Everything in it lies on whole
 * minutes. It knows no recalculation and no exclusion.
 */
export class MinuteOracle {
  readonly cycles: OracleCycle[] = [];
  readonly moments: OracleMoment[] = [];
  private readonly input: ClockInput;
  private readonly events: ClockEvent[];
  private readonly open = new Map<string, boolean>();
  private policy: PolicyVersion | null = null;
  private priority: Priority = 'P2';
  private state = 'open';
  private awaiting: 'first' | 'next' | 'nothing' = 'nothing';
  private spoken = false;
  private wroteSolved = false;

  constructor(input: ClockInput) {
    this.input = input;
    this.events = [...input.events].sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.seq - b.seq);
  }

  /** Steps from the first event to `untilMs`, both included. */
  run(untilMs: number): void {
    for (let ms = Date.parse(this.events[0]!.at); ms <= untilMs; ms += MINUTE) {
      for (const event of this.events) if (Date.parse(event.at) === ms) this.happen(event, ms);
      this.look(ms);
      if (ms < untilMs) this.count(ms);
    }
  }

  /** Goes on without events to the next moment; null if none comes within the minutes. */
  firstMomentAfter(ms: number, minutes: number): number | null {
    const before = this.moments.length;
    for (let step = 0; step < minutes; step += 1) {
      this.count(ms + step * MINUTE, ms);
      this.look(ms + (step + 1) * MINUTE);
      if (this.moments.length > before) return ms + (step + 1) * MINUTE;
    }
    return null;
  }

  private look(ms: number): void {
    for (const cycle of this.cycles.filter(isUnbroken)) {
      if (cycle.usedMinutes >= cycle.budgetMinutes) {
        cycle.breachedMs = ms;
        this.moments.push({ ms, kind: 'breach', id: cycle.id });
      } else if (cycle.warnAfterMinutes !== null && cycle.usedMinutes >= cycle.warnAfterMinutes) {
        cycle.warnAfterMinutes = null;
        cycle.warned = true;
        this.moments.push({ ms, kind: 'warning', id: cycle.id });
      }
    }
  }

  private count(ms: number, knownMs = ms): void {
    for (const cycle of this.cycles) {
      if (cycle.endedMs !== null && cycle.outcome !== null) continue;
      if (cycle.pause) cycle.pausedMinutes.add(ms);
      else if (this.isOpen(cycle.calendarId, ms, knownMs)) cycle.usedMinutes += 1;
    }
  }

  private isOpen(calendarId: string | null, ms: number, knownMs: number): boolean {
    if (calendarId === null) return true;
    const versions = this.input.calendars
      .filter((version) => version.calendarId === calendarId)
      .sort((a, b) => a.version - b.version);
    const inForce =
      versions.findLast(({ validFrom }) => Date.parse(validFrom) <= Math.min(ms, knownMs)) ?? versions[0]!;
    const key = `${calendarId} ${inForce.version} ${ms}`;
    const known = this.open.get(key) ?? oracleIsOpen(inForce.calendar as Calendar, ms);
    this.open.set(key, known);
    return known;
  }

  private happen(event: ClockEvent, ms: number): void {
    const solvedBefore = this.isSolved();
    switch (event.type) {
      case 'opened':
        this.policy = this.input.policy.find(({ id }) => id === event.policyId) ?? null;
        this.priority = event.priority;
        if (event.by === 'customer') this.awaiting = 'first';
        if (event.by === 'engineer' || (event.by === 'assistant' && this.policy?.assistantCounts)) this.spoken = true;
        this.begin(ms);
        break;
      case 'message':
        if (event.visibility === 'internal' || event.by === 'autoresponder') break;
        if (event.by === 'customer') {
          if (solvedBefore) this.wroteSolved = true;
          else if (this.awaiting === 'nothing') this.awaiting = 'next';
          this.begin(ms);
        } else if (event.by === 'engineer' || this.policy?.assistantCounts) this.answer(ms);
        break;
      case 'call_answered':
        this.answer(ms);
        break;
      case 'priority': {
        const [from, to] = [Number(this.priority[1]), Number(event.to[1])];
        this.priority = event.to;
        if (from !== to) this.change(ms, to < from);
        break;
      }
      case 'policy':
        if (event.policyId === (this.policy?.id ?? null)) break;
        this.policy = this.input.policy.find(({ id }) => id === event.policyId) ?? null;
        this.change(ms, true);
        break;
      case 'merged':
        for (const target of event.answered ? (['resolve'] as const) : (['first_response', 'resolve'] as const))
          this.inherit(this.openCycle(target), Date.parse(event.startAt), ms);
        break;
      case 'state':
        this.state = event.to;
        if (!solvedBefore && this.isSolved()) this.solve(ms);
        if (solvedBefore && !this.isSolved()) this.reopen(event.by, ms);
        break;
      default:
        throw new Error('the oracle does not know this event');
    }
    for (const cycle of this.cycles) cycle.pause = cycle.endedMs === null ? this.pauseFor(cycle.target) : null;
  }

  private answer(ms: number): void {
    this.awaiting = 'nothing';
    this.wroteSolved = false;
    this.finish('first_response', 'met', ms);
    this.finish('next_response', 'met', ms);
    if (this.isSolved()) return;
    this.spoken = true;
    if (this.openCycle('update')?.startMs !== ms) this.finish('update', 'met', ms);
    this.begin(ms);
  }

  private solve(ms: number): void {
    this.awaiting = 'nothing';
    this.spoken = false;
    for (const target of ['first_response', 'next_response', 'update'] as const) this.finish(target, 'cancelled', ms);
    this.finish('resolve', 'met', ms);
  }

  private reopen(by: string, ms: number): void {
    const last = this.cycles.filter(({ target }) => target === 'resolve').at(-1);
    if (last?.outcome === 'met' && this.budget('resolve') !== undefined) {
      for (let minute = last.endedMs!; minute < ms; minute += MINUTE) last.pausedMinutes.add(minute);
      last.endedMs = null;
      last.outcome = null;
      const isSwitched = last.policyId !== this.policy!.id;
      if ((isSwitched || last.priority !== this.priority) && last.breachedMs === null)
        this.renew(last, ms, isSwitched || this.priority < last.priority);
    }
    if (by === 'customer' || this.wroteSolved) this.awaiting = 'next';
    this.wroteSolved = false;
    this.begin(ms);
  }

  private change(ms: number, isTighter: boolean): void {
    for (const cycle of this.cycles.filter(isUnbroken)) {
      if (this.budget(cycle.target) === undefined) this.finish(cycle.target, 'cancelled', ms);
      else this.renew(cycle, ms, isTighter);
    }
    this.begin(ms);
  }

  private renew(cycle: OracleCycle, ms: number, isTighter: boolean): void {
    const budgetMinutes = this.budget(cycle.target)!;
    const calendarId = this.policy!.priorities[this.priority].calendarId;
    cycle.priority = this.priority;
    cycle.policyId = this.policy!.id;
    const used = isTighter ? 0 : this.usedBetween(calendarId, cycle.startMs, ms, cycle.pausedMinutes);
    const present = this.stepToDue(cycle.calendarId, ms, cycle.budgetMinutes - cycle.usedMinutes);
    const fresh = this.stepToDue(calendarId, ms, budgetMinutes - used);
    if (isTighter ? fresh < present : fresh > present) this.adopt(cycle, calendarId, budgetMinutes, used);
  }

  private inherit(cycle: OracleCycle | undefined, startMs: number, ms: number): void {
    if (!cycle || !isUnbroken(cycle) || startMs >= cycle.startMs) return;
    cycle.startMs = startMs;
    const used = this.usedBetween(cycle.calendarId, startMs, ms, cycle.pausedMinutes);
    if (used <= cycle.usedMinutes) return;
    this.adopt(cycle, cycle.calendarId, cycle.budgetMinutes, used);
    if (used < cycle.budgetMinutes) return;
    let [count, due] = [0, startMs];
    while (count < cycle.budgetMinutes) {
      if (!cycle.pausedMinutes.has(due) && this.isOpen(cycle.calendarId, due, ms)) count += 1;
      due += MINUTE;
    }
    if (due >= ms) return;
    cycle.breachedMs = due;
    this.moments.push({ ms: due, kind: 'breach', id: cycle.id });
  }

  private adopt(cycle: OracleCycle, calendarId: string | null, budgetMinutes: number, used: number): void {
    cycle.calendarId = calendarId;
    cycle.budgetMinutes = budgetMinutes;
    cycle.usedMinutes = used;
    const warnAfter = budgetMinutes * this.policy!.warnAtShare;
    cycle.warnAfterMinutes = used > warnAfter && cycle.warned ? null : warnAfter;
  }

  private usedBetween(calendarId: string | null, fromMs: number, toMs: number, without: Set<number>): number {
    let used = 0;
    for (let ms = fromMs; ms < toMs; ms += MINUTE) if (!without.has(ms) && this.isOpen(calendarId, ms, toMs)) used += 1;
    return used;
  }

  // A month ahead is for ever here: the budgets are hours.
  private stepToDue(calendarId: string | null, fromMs: number, leftMinutes: number): number {
    let [left, ms] = [leftMinutes, fromMs];
    while (left > 0 && ms < fromMs + 31 * 1_440 * MINUTE) {
      if (this.isOpen(calendarId, ms, fromMs)) left -= 1;
      ms += MINUTE;
    }
    return left > 0 ? Number.POSITIVE_INFINITY : ms;
  }

  private begin(ms: number): void {
    const owed: Record<Target, boolean> = {
      first_response: this.awaiting === 'first',
      next_response: this.awaiting === 'next',
      update: this.spoken,
      resolve: !this.isSolved(),
    };
    for (const target of TARGETS) {
      const budgetMinutes = this.budget(target);
      if (!owed[target] || budgetMinutes === undefined || this.openCycle(target)) continue;
      const n = this.cycles.filter((cycle) => cycle.target === target).length + 1;
      this.cycles.push({
        id: `${target}:${n}`,
        target,
        startMs: ms,
        budgetMinutes,
        usedMinutes: 0,
        calendarId: this.policy!.priorities[this.priority].calendarId,
        warned: false,
        warnAfterMinutes: budgetMinutes * this.policy!.warnAtShare,
        pausedMinutes: new Set(),
        pause: null,
        breachedMs: null,
        endedMs: null,
        outcome: null,
        priority: this.priority,
        policyId: this.policy!.id,
      });
    }
  }

  private finish(target: Target, outcome: 'met' | 'cancelled', ms: number): void {
    const cycle = this.openCycle(target);
    if (cycle) Object.assign(cycle, { endedMs: ms, outcome, pause: null });
  }

  private openCycle(target: Target): OracleCycle | undefined {
    return this.cycles.find((cycle) => cycle.target === target && cycle.endedMs === null);
  }

  private budget(target: Target): number | undefined {
    const budgetMs = this.policy?.priorities[this.priority].targetsMs[target];
    return budgetMs === undefined ? undefined : budgetMs / MINUTE;
  }

  private pauseFor(target: Target): string | null {
    if (target === 'first_response' || target === 'next_response') return null;
    if (this.state === 'waiting_for_customer') return this.state;
    return this.state === 'on_hold' && this.policy?.pausesOnHold ? this.state : null;
  }

  private isSolved(): boolean {
    return this.state === 'solved' || this.state === 'closed';
  }
}

function isUnbroken(cycle: OracleCycle): boolean {
  return cycle.endedMs === null && cycle.breachedMs === null;
}
