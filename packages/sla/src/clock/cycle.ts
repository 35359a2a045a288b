import { writeInstant } from '../input.ts';
import type { Span } from '../spans.ts';
import type { PolicyVersion, Priority, Target } from './events.ts';
import type { Hours } from './hours.ts';
import type { Cycle, Moment, Pause, PauseReason } from './state.ts';

/** What a budget counts against: how much, on which hours, from when on, and when it warns. */
export type Terms = { hours: Hours; budgetMs: number; warnAtShare: number };

/** Who is promised it: shown with the cycle. */
export type Holder = { policy: PolicyVersion; priority: Priority };

/** A moment with its instant as a number. */
export type TimedMoment = { atMs: number; moment: Moment };

const isoOrNull = (ms: number | null) => (ms === null ? null : writeInstant(ms));

/**
 * One cycle while the log is told. Only what is left is kept, and brought up from event to event: where the due instant
 * lies is asked when it was passed, and at the end.
 */
export class RunningCycle {
  readonly target: Target;
  readonly n: number;
  readonly moments: TimedMoment[] = [];
  startMs: number;
  endedMs: number | null = null;
  breachedMs: number | null = null;
  pausedMs: number | null = null;
  pauseReason: PauseReason | null = null;
  holder: Holder;
  private outcome: 'met' | 'cancelled' | null = null;
  private readonly pauses: (Span & { reason: PauseReason })[] = [];
  private terms: Terms;
  private countedFromMs: number;
  /** Business time left at `sinceMs`; negative past a breach. */
  private leftMs: number;
  private sinceMs: number;
  /** Business time from `sinceMs` to the warning; null = none comes any more. */
  private leftToWarningMs: number | null = null;
  private warnedMs: number | null = null;

  constructor(target: Target, n: number, atMs: number, holder: Holder, terms: Terms) {
    this.target = target;
    this.n = n;
    this.startMs = atMs;
    this.holder = holder;
    this.terms = terms;
    this.countedFromMs = atMs;
    this.leftMs = terms.budgetMs;
    this.sinceMs = atMs;
    this.adopt(terms, atMs, terms.budgetMs, atMs);
  }

  get id(): string {
    return `${this.target}:${this.n}`;
  }

  get isOpen(): boolean {
    return this.endedMs === null;
  }

  get isUnbroken(): boolean {
    return this.endedMs === null && this.breachedMs === null;
  }

  /** Whether it ended by being satisfied, in time or late, and a reopening may go on with it (R14). */
  get wasSatisfied(): boolean {
    return this.outcome === 'met';
  }

  /**
   * Lets the clock say what it had to say before an instant (R4, R21): what falls on the instant itself waits for the
   * events there, for satisfied at the due instant is met.
   */
  settleBefore(atMs: number): void {
    this.settle(atMs, atMs - 1);
  }

  /** Lets the clock say what it had to say up to an instant after which nothing is known. */
  settleAt(atMs: number): void {
    this.settle(atMs, atMs);
  }

  /** The next moment if nothing else happens; the cycle is settled at `nowMs`. */
  next(nowMs: number): TimedMoment | null {
    if (!this.isUnbroken || this.pausedMs !== null) return null;
    const { dueMs, warnMs } = this.ahead(nowMs);
    if (warnMs !== null) return this.momentAt('warning', warnMs);
    return dueMs === null ? null : this.momentAt('breach', dueMs);
  }

  /** Brings the pause to what the ticket's state asks for; null = runs (R15). */
  setPause(reason: PauseReason | null, atMs: number): void {
    if (!this.isOpen || reason === this.pauseReason) return;
    if (this.pausedMs !== null) {
      this.closePause(atMs);
      this.sinceMs = atMs;
    } else this.advance(atMs);
    this.pausedMs = reason === null ? null : atMs;
    this.pauseReason = reason;
  }

  /** Ends it: satisfied, or asked for no longer. One that was breached stays breached (R4). */
  end(outcome: 'met' | 'cancelled', atMs: number): void {
    if (!this.isOpen) return;
    if (this.pausedMs !== null) {
      this.closePause(atMs);
      this.pausedMs = null;
      this.pauseReason = null;
      this.sinceMs = atMs;
    } else this.advance(atMs);
    this.endedMs = atMs;
    this.outcome = outcome;
  }

  /** Goes on after a reopening: the time since its end did not count (R5, R14). */
  reopen(atMs: number): void {
    if (this.endedMs === null) return;
    if (atMs > this.endedMs) this.pauses.push({ fromMs: this.endedMs, toMs: atMs, reason: 'solved' });
    this.endedMs = null;
    this.outcome = null;
    this.sinceMs = atMs;
  }

  /** A raise or a switch of the plan: the earlier of the present due and a full new budget from now (R16, R18). */
  tighten(holder: Holder, terms: Terms, atMs: number): void {
    this.holder = holder;
    const present = this.dueFrom(atMs);
    const fresh = terms.hours.dueMs(atMs, terms.budgetMs, atMs);
    if (fresh !== null && (present === null || fresh < present)) this.adopt(terms, atMs, terms.budgetMs, atMs);
  }

  /** A lowered priority: the later of the present due and the new budget from the start, pauses removed (R17). */
  loosen(holder: Holder, terms: Terms, atMs: number): void {
    this.holder = holder;
    const present = this.dueFrom(atMs);
    if (present === null) return;
    const leftMs = terms.budgetMs - terms.hours.elapsedMs(this.startMs, atMs, this.pausesTo(atMs));
    if (leftMs <= 0) return;
    const fromStart = terms.hours.dueMs(atMs, leftMs, atMs);
    if (fromStart === null || fromStart > present) this.adopt(terms, this.startMs, leftMs, atMs);
  }

  /** An earlier start is inherited (R19). Due before the merge, it is breached at that instant; it was never kept. */
  startEarlier(startMs: number, atMs: number): void {
    if (startMs >= this.startMs || !this.isUnbroken) return;
    this.startMs = startMs;
    const { hours, budgetMs } = this.terms;
    const pauses = this.pausesTo(atMs);
    const dueMs = hours.dueMs(startMs, budgetMs, atMs, pauses);
    const present = this.dueFrom(atMs);
    if (dueMs === null || (present !== null && dueMs >= present)) return;
    this.adopt(this.terms, startMs, budgetMs - hours.elapsedMs(startMs, atMs, pauses), atMs);
    if (dueMs < atMs) this.breach(dueMs);
  }

  /** As it stands at `nowMs`, for the outside. */
  toCycle(nowMs: number): Cycle {
    if (this.isOpen && this.pausedMs === null) this.advance(nowMs);
    const { hours, budgetMs } = this.terms;
    const isPaused = this.isUnbroken && this.pausedMs !== null;
    const { dueMs, warnMs } = this.ahead(nowMs);
    return {
      id: this.id,
      target: this.target,
      n: this.n,
      priority: this.holder.priority,
      policyId: this.holder.policy.id,
      calendarId: hours.calendarId,
      startAt: writeInstant(this.startMs),
      countedFrom: writeInstant(this.countedFromMs),
      budgetMs,
      dueAt: isoOrNull(dueMs),
      warnAt: isoOrNull(warnMs ?? this.warnedMs),
      state: this.breachedMs !== null ? 'breached' : (this.outcome ?? (isPaused ? 'paused' : 'running')),
      breachedAt: isoOrNull(this.breachedMs),
      endedAt: isoOrNull(this.endedMs),
      pauses: this.pauses.map(
        ({ fromMs, toMs, reason }): Pause => ({ from: writeInstant(fromMs), to: writeInstant(toMs), reason }),
      ),
      pausedSince: isoOrNull(this.pausedMs),
      pauseReason: this.pauseReason,
      leftMs: this.breachedMs !== null ? 0 : Math.max(0, this.leftMs),
      usedMs: budgetMs - this.leftMs,
    };
  }

  private settle(atMs: number, lastMs: number): void {
    if (!this.isUnbroken) return;
    const { hours } = this.terms;
    // What was reached at the very start of a pause was reached (R3).
    const usedMs = this.pausedMs === null ? hours.elapsedMs(this.sinceMs, atMs) : 0;
    const reachedMs = (leftMs: number) => (leftMs <= usedMs ? hours.dueMs(this.sinceMs, leftMs, atMs)! : null);
    const dueMs = reachedMs(this.leftMs);
    const warnMs = this.leftToWarningMs === null ? null : reachedMs(this.leftToWarningMs);
    // With the due instant there is nothing left to warn of.
    if (warnMs !== null && warnMs <= lastMs && (dueMs === null || warnMs < dueMs)) {
      this.say('warning', warnMs);
      this.warnedMs = warnMs;
      this.leftToWarningMs = null;
    }
    if (dueMs !== null && dueMs <= lastMs) this.breach(dueMs);
    if (this.pausedMs === null) this.spend(usedMs, atMs);
  }

  /** Due instant and warning as they stand: of an ended cycle as at its end, of a paused one unknown. */
  private ahead(nowMs: number): { dueMs: number | null; warnMs: number | null } {
    if (this.breachedMs !== null) return { dueMs: this.breachedMs, warnMs: null };
    if (this.endedMs !== null) return { dueMs: this.dueFrom(this.endedMs), warnMs: null };
    if (this.pausedMs !== null) return { dueMs: null, warnMs: null };
    const dueMs = this.dueFrom(nowMs);
    if (this.leftToWarningMs === null) return { dueMs, warnMs: null };
    const warnMs = this.terms.hours.dueMs(nowMs, this.leftToWarningMs, nowMs);
    return { dueMs, warnMs: warnMs !== null && (dueMs === null || warnMs < dueMs) ? warnMs : null };
  }

  /** When it is due if it runs on from an instant up to which it is settled, or during whose pause it is asked. */
  private dueFrom(atMs: number): number | null {
    return this.terms.hours.dueMs(atMs, Math.max(0, this.leftMs), atMs);
  }

  private say(kind: Moment['kind'], atMs: number): void {
    this.moments.push(this.momentAt(kind, atMs));
  }

  private momentAt(kind: Moment['kind'], atMs: number): TimedMoment {
    return { atMs, moment: { at: writeInstant(atMs), kind, cycleId: this.id, target: this.target } };
  }

  private breach(dueMs: number): void {
    this.breachedMs = dueMs;
    this.leftToWarningMs = null;
    this.say('breach', dueMs);
  }

  /** Puts the cycle under other terms from an instant on; what it has said stays said. */
  private adopt(terms: Terms, countedFromMs: number, leftMs: number, atMs: number): void {
    this.terms = terms;
    this.countedFromMs = countedFromMs;
    this.leftMs = leftMs;
    this.sinceMs = atMs;
    // The warning's place in the new budget; one that is past comes at once, unless the cycle has warned before (R21).
    const toWarningMs = leftMs - (terms.budgetMs - Math.round(terms.budgetMs * terms.warnAtShare));
    if (toWarningMs >= 0) this.leftToWarningMs = toWarningMs;
    else this.leftToWarningMs = this.warnedMs === null && leftMs > 0 ? 0 : null;
  }

  /** Brings what is left up to an instant; only while it runs. */
  private advance(atMs: number): void {
    if (atMs > this.sinceMs) this.spend(this.terms.hours.elapsedMs(this.sinceMs, atMs), atMs);
  }

  private spend(usedMs: number, atMs: number): void {
    this.leftMs -= usedMs;
    if (this.leftToWarningMs !== null) this.leftToWarningMs -= usedMs;
    this.sinceMs = atMs;
  }

  private closePause(atMs: number): void {
    if (this.pausedMs !== null && atMs > this.pausedMs)
      this.pauses.push({ fromMs: this.pausedMs, toMs: atMs, reason: this.pauseReason! });
  }

  private pausesTo(atMs: number): Span[] {
    return this.pausedMs === null ? this.pauses : [...this.pauses, { fromMs: this.pausedMs, toMs: atMs }];
  }
}
