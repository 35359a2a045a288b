import { RunningCycle, type Terms, type TimedMoment } from './cycle.ts';
import { type ClockEvent, type PolicyVersion, PRIORITIES, type Priority, TARGETS, type Target } from './events.ts';
import type { Hours } from './hours.ts';
import type { PauseReason } from './state.ts';

type Opening = Extract<ClockEvent, { type: 'opened' }>;
type StateChange = Extract<ClockEvent, { type: 'state' }>;
type Message = Extract<ClockEvent, { type: 'message' }>;

/** Where plans and hours are looked up. */
export type Books = { policy: (id: string) => PolicyVersion; hours: (calendarId: string | null) => Hours };

/** A ticket's promises while its log is told, event by event, in order. Rule numbers are those of SPEC.md. */
export class TicketClock {
  readonly cycles: RunningCycle[] = [];
  private readonly books: Books;
  private policy: PolicyVersion | null;
  private priority: Priority;
  private state: StateChange['to'] = 'open';
  /** The customer's word that waits for an answer: the opening, a later one, or none. */
  private turn: 'first' | 'next' | null = null;
  /** An engineer has spoken since the ticket was opened or reopened: word is owed while it stays open (R13). */
  private isWordOwed = false;
  /** The customer wrote while the ticket was solved: an answer is owed if it is reopened (R12). */
  private wroteWhileSolved = false;

  constructor(opening: Opening, atMs: number, books: Books) {
    this.books = books;
    this.policy = opening.policyId === null ? null : books.policy(opening.policyId);
    this.priority = opening.priority;
    if (opening.by === 'customer') this.turn = 'first';
    else this.isWordOwed = this.isAnswerer(opening.by);
    this.startWhatIsOwed(atMs);
  }

  /** Lets every cycle say what came before an instant. */
  settleBefore(atMs: number): void {
    for (const cycle of this.cycles) cycle.settleBefore(atMs);
  }

  /** Lets every cycle say what came up to the end of the story. */
  settleAt(nowMs: number): void {
    for (const cycle of this.cycles) cycle.settleAt(nowMs);
  }

  /** Takes in what happened at an instant, after settleBefore for it. */
  apply(event: ClockEvent, atMs: number): void {
    if (event.type === 'message') this.onMessage(event, atMs);
    else if (event.type === 'call_answered') this.onAnswer(atMs);
    else if (event.type === 'state') this.onState(event, atMs);
    else if (event.type === 'priority') this.onPriority(event.to, atMs);
    else if (event.type === 'policy') this.onPolicy(event.policyId, atMs);
    else if (event.type === 'merged') this.onMerged(Date.parse(event.startAt), event.answered ?? false, atMs);
  }

  /** The ticket leaves the figures: nothing is asked for any more (R20). */
  stop(atMs: number): void {
    for (const cycle of this.cycles) cycle.end('cancelled', atMs);
  }

  /** The moment that comes first if nothing else happens. */
  next(nowMs: number): TimedMoment | null {
    let first: TimedMoment | null = null;
    for (const cycle of this.cycles) {
      const next = cycle.next(nowMs);
      if (next && (first === null || inOrder(next, first) < 0)) first = next;
    }
    return first;
  }

  private onMessage({ by, visibility }: Message, atMs: number): void {
    if (visibility === 'internal') return;
    if (this.isAnswerer(by)) this.onAnswer(atMs);
    else if (by !== 'customer') return;
    else if (this.isSolved) this.wroteWhileSolved = true;
    else if (this.turn === null) this.beginNextTurn(atMs);
  }

  private onAnswer(atMs: number): void {
    this.turn = null;
    this.wroteWhileSolved = false;
    this.endOpen('first_response', 'met', atMs);
    this.endOpen('next_response', 'met', atMs);
    if (this.isSolved) return;
    this.isWordOwed = true;
    // Two answers at one instant are one.
    if (this.openOf('update')?.startMs === atMs) return;
    this.endOpen('update', 'met', atMs);
    this.start('update', atMs);
  }

  private onState({ to, by }: StateChange, atMs: number): void {
    const wasSolved = this.isSolved;
    this.state = to;
    if (this.isSolved && !wasSolved) this.onSolved(atMs);
    if (!this.isSolved && wasSolved) this.onReopened(by, atMs);
    this.setPauses(atMs);
  }

  private onSolved(atMs: number): void {
    this.turn = null;
    this.isWordOwed = false;
    for (const target of TARGETS) this.endOpen(target, target === 'resolve' ? 'met' : 'cancelled', atMs);
  }

  private onReopened(by: StateChange['by'], atMs: number): void {
    const resolve = this.cycles.findLast(({ target }) => target === 'resolve');
    if (resolve?.wasSatisfied && this.promised('resolve') !== undefined) {
      resolve.reopen(atMs);
      this.retermAfterReopening(resolve, atMs);
    } else this.start('resolve', atMs);
    if (by === 'customer' || this.wroteWhileSolved) this.beginNextTurn(atMs);
    this.wroteWhileSolved = false;
  }

  // A priority or plan that changed while the ticket was solved changes the cycle where it goes on.
  private retermAfterReopening(resolve: RunningCycle, atMs: number): void {
    const { policy, priority } = resolve.holder;
    if (policy !== this.policy) this.reterm(resolve, 'tighten', atMs);
    else if (priority !== this.priority)
      this.reterm(resolve, isRaise(priority, this.priority) ? 'tighten' : 'loosen', atMs);
  }

  private onPriority(to: Priority, atMs: number): void {
    if (to === this.priority) return;
    const how = isRaise(this.priority, to) ? 'tighten' : 'loosen';
    this.priority = to;
    this.retermAll(how, atMs);
  }

  private onPolicy(policyId: string | null, atMs: number): void {
    if (policyId === (this.policy?.id ?? null)) return;
    this.policy = policyId === null ? null : this.books.policy(policyId);
    this.retermAll('tighten', atMs);
    this.setPauses(atMs);
  }

  private onMerged(startMs: number, wasAnswered: boolean, atMs: number): void {
    if (!wasAnswered) this.openOf('first_response')?.startEarlier(startMs, atMs);
    this.openOf('resolve')?.startEarlier(startMs, atMs);
  }

  private retermAll(how: 'tighten' | 'loosen', atMs: number): void {
    for (const target of TARGETS) {
      const cycle = this.openOf(target);
      if (!cycle?.isUnbroken) continue;
      if (this.promised(target) === undefined) cycle.end('cancelled', atMs);
      else this.reterm(cycle, how, atMs);
    }
    this.startWhatIsOwed(atMs);
  }

  private reterm(cycle: RunningCycle, how: 'tighten' | 'loosen', atMs: number): void {
    if (!cycle.isUnbroken) return;
    cycle[how]({ policy: this.policy!, priority: this.priority }, this.termsOf(cycle.target)!, atMs);
  }

  /** Starts each promised target that is owed now and has no open cycle (R23). */
  private startWhatIsOwed(atMs: number): void {
    if (this.turn === 'first') this.start('first_response', atMs);
    if (this.turn === 'next') this.start('next_response', atMs);
    if (this.isWordOwed) this.start('update', atMs);
    if (!this.isSolved) this.start('resolve', atMs);
  }

  private beginNextTurn(atMs: number): void {
    this.turn = 'next';
    this.start('next_response', atMs);
  }

  private start(target: Target, atMs: number): void {
    const terms = this.termsOf(target);
    if (!terms || this.openOf(target)) return;
    const n = this.cycles.filter((cycle) => cycle.target === target).length + 1;
    const cycle = new RunningCycle(target, n, atMs, { policy: this.policy!, priority: this.priority }, terms);
    cycle.setPause(this.pauseOf(target), atMs);
    this.cycles.push(cycle);
  }

  private endOpen(target: Target, outcome: 'met' | 'cancelled', atMs: number): void {
    this.openOf(target)?.end(outcome, atMs);
  }

  private openOf(target: Target): RunningCycle | undefined {
    return this.cycles.find((cycle) => cycle.target === target && cycle.isOpen);
  }

  private setPauses(atMs: number): void {
    for (const cycle of this.cycles) cycle.setPause(this.pauseOf(cycle.target), atMs);
  }

  private pauseOf(target: Target): PauseReason | null {
    if (target !== 'update' && target !== 'resolve') return null;
    if (this.state === 'waiting_for_customer') return 'waiting_for_customer';
    return this.state === 'on_hold' && this.policy?.pausesOnHold ? 'on_hold' : null;
  }

  private promised(target: Target): number | undefined {
    return this.policy?.priorities[this.priority].targetsMs[target];
  }

  private termsOf(target: Target): Terms | null {
    const budgetMs = this.promised(target);
    if (this.policy === null || budgetMs === undefined) return null;
    const hours = this.books.hours(this.policy.priorities[this.priority].calendarId);
    return { hours, budgetMs, warnAtShare: this.policy.warnAtShare };
  }

  private get isSolved(): boolean {
    return this.state === 'solved' || this.state === 'closed';
  }

  // Without a plan nothing is promised, and who counts makes no difference until one is switched on: engineers do.
  private isAnswerer(by: Message['by']): boolean {
    return by === 'engineer' || (by === 'assistant' && (this.policy?.assistantCounts ?? false));
  }
}

function isRaise(from: Priority, to: Priority): boolean {
  return PRIORITIES.indexOf(to) < PRIORITIES.indexOf(from);
}

/** The order of moments: by instant; at one instant warnings first, then by target and cycle. */
export function inOrder(a: TimedMoment, b: TimedMoment): number {
  return (
    a.atMs - b.atMs ||
    Number(a.moment.kind === 'breach') - Number(b.moment.kind === 'breach') ||
    TARGETS.indexOf(a.moment.target) - TARGETS.indexOf(b.moment.target) ||
    (a.moment.cycleId < b.moment.cycleId ? -1 : 1)
  );
}
