import type { ExclusionReason, Priority, Target, TicketState } from '@alongside/contracts';
import type { ClockState } from '@alongside/sla';
import { clockEvents, type LoggedEvent } from './clock-events.ts';

/** A turn of the conversation: somebody waited for an answer and got one. */
export type Turn = { kind: 'first' | 'next'; startAt: string; answeredAt: string; by: string };

/** A promise that was decided. `by` is who kept it; null = the one the ticket is assigned to answers for it. */
export type DecidedCycle = {
  cycleId: string;
  target: Target;
  priority: Priority;
  decidedAt: string;
  met: boolean;
  by: string | null;
};

/** What the team's report counts of one ticket. All instants ISO, all amounts whole milliseconds. */
export type TicketMeasure = {
  /** False: in no figure. */
  counted: boolean;
  organisationId: string | null;
  priority: Priority;
  topic: string | null;
  assigneeId: string | null;
  openedAt: string;
  turns: Turn[];
  /** Stretches in which it was neither solved nor closed; the last one may go on (`to` null). */
  openSpans: { from: string; to: string | null }[];
  firstSolvedAt: string | null;
  /** Null while it is open (again). */
  solvedAt: string | null;
  /** From opening to `solvedAt`, without waiting for the customer and without the time it lay solved. */
  resolveMs: number | null;
  /** Public messages of engineers and answered calls before it was first solved. */
  answersToSolve: number;
  /** How often it was reopened. */
  reopened: number;
  rating: { score: number; at: string } | null;
  decided: DecidedCycle[];
};

/**
 * What a ticket's log says to the report; see FIGURE_TEXTS in packages/contracts for how it is counted.
 * @param log all of it, by `seq`
 * @param clock of the same log, at the present
 * @throws Error on a log that does not begin with `ticket.opened`
 */
export function measureTicket(log: readonly LoggedEvent[], clock: ClockState): TicketMeasure {
  const first = log[0];
  if (first?.body.type !== 'ticket.opened') throw new Error('a log begins with ticket.opened');
  const { body } = first;
  const conversation = new Conversation(first.at, first.by.kind === 'customer');
  const answers = answersIn(log);
  const measure: TicketMeasure = {
    counted: true,
    organisationId: body.organisation?.id ?? null,
    priority: body.priority,
    topic: body.topic,
    assigneeId: null,
    openedAt: first.at,
    turns: [],
    openSpans: [],
    firstSolvedAt: null,
    solvedAt: null,
    resolveMs: null,
    answersToSolve: 0,
    reopened: 0,
    rating: null,
    decided: [],
  };
  const excluded = new Set<ExclusionReason>(body.drill ? ['drill'] : []);
  for (const event of log) {
    applyFacts(measure, excluded, event);
    conversation.take(event, answers.has(event.seq));
  }
  const { turns, openSpans, firstSolvedAt, reopened, answersToSolve } = conversation;
  const isSolved = conversation.isSolved;
  const solvedAt = isSolved ? conversation.lastSolvedAt : null;
  return {
    ...measure,
    counted: excluded.size === 0,
    turns,
    openSpans,
    firstSolvedAt,
    solvedAt,
    resolveMs: solvedAt === null ? null : conversation.workedMs,
    answersToSolve,
    reopened,
    decided: decidedOf(clock, conversation.answeredBy),
  };
}

function applyFacts(measure: TicketMeasure, excluded: Set<ExclusionReason>, { body, at }: LoggedEvent): void {
  switch (body.type) {
    case 'ticket.priority_set':
      measure.priority = body.to;
      return;
    case 'ticket.topic_set':
      measure.topic = body.to;
      return;
    case 'ticket.assigned':
      measure.assigneeId = body.to?.id ?? null;
      return;
    case 'ticket.contact_claimed':
      measure.organisationId = body.organisation?.id ?? null;
      return;
    case 'ticket.rated':
      measure.rating = { score: body.rating.score, at };
      return;
    case 'ticket.merged_into':
      excluded.add('merged');
      return;
    case 'ticket.exclusion_set':
      if (body.excluded) excluded.add(body.because);
      else excluded.delete(body.because);
      return;
    default:
      return;
  }
}

/** The sequence numbers of events that answer the customer: an engineer's public word, a call in which both are. */
function answersIn(log: readonly LoggedEvent[]): Set<number> {
  const answering = clockEvents(log).filter(
    (event) =>
      event.type === 'call_answered' ||
      (event.type === 'message' && event.by === 'engineer' && event.visibility === 'public'),
  );
  return new Set(answering.map(({ seq }) => seq));
}

/** Follows whose turn it is and how long the ticket was open, event by event. */
class Conversation {
  readonly turns: Turn[] = [];
  readonly openSpans: { from: string; to: string | null }[] = [];
  /** Who answered at an instant. */
  readonly answeredBy = new Map<string, string>();
  firstSolvedAt: string | null = null;
  lastSolvedAt: string | null = null;
  reopened = 0;
  answersToSolve = 0;
  /** Time in states in which it was ours to work on. */
  workedMs = 0;
  #state: TicketState = 'open';
  #stateSince: string;
  #waiting: { kind: Turn['kind']; since: string } | null;
  #wroteWhileSolved = false;
  /** By call, the engineer who came to it last. */
  readonly #engineers = new Map<string, string>();

  constructor(openedAt: string, byCustomer: boolean) {
    this.#stateSince = openedAt;
    this.openSpans.push({ from: openedAt, to: null });
    this.#waiting = byCustomer ? { kind: 'first', since: openedAt } : null;
  }

  get isSolved(): boolean {
    return isDone(this.#state);
  }

  take({ at, by, body }: LoggedEvent, isAnswer: boolean): void {
    if (body.type === 'call.joined' && body.who.kind === 'staff') this.#engineers.set(body.callId, body.who.id);
    if (isAnswer) this.#answer(at, body.type === 'call.joined' ? this.#engineers.get(body.callId)! : by.id);
    else if (body.type === 'message.posted' && body.visibility === 'public' && by.kind === 'customer') this.#asks(at);
    else if (body.type === 'ticket.state_set') this.#move(at, body.to, by.kind === 'customer');
    else if (body.type === 'ticket.merged_from') this.#merge(at, body);
  }

  /** The earlier start is kept; what they said over there waits for an answer here. */
  #merge(at: string, other: Extract<LoggedEvent['body'], { type: 'ticket.merged_from' }>): void {
    if (this.#waiting?.kind === 'first' && !other.answered && other.startAt < this.#waiting.since)
      this.#waiting.since = other.startAt;
    if (other.unansweredSince !== null) this.#asks(other.unansweredSince < at ? other.unansweredSince : at);
  }

  #answer(at: string, by: string): void {
    this.answeredBy.set(at, by);
    if (this.firstSolvedAt === null) this.answersToSolve += 1;
    this.#wroteWhileSolved = false;
    if (this.#waiting === null) return;
    this.turns.push({ kind: this.#waiting.kind, startAt: this.#waiting.since, answeredAt: at, by });
    this.#waiting = null;
  }

  #asks(at: string): void {
    if (this.isSolved) this.#wroteWhileSolved = true;
    else this.#waiting ??= { kind: 'next', since: at };
  }

  #move(at: string, to: TicketState, byCustomer: boolean): void {
    const wasDone = this.isSolved;
    if (this.#state === 'open' || this.#state === 'on_hold')
      this.workedMs += Date.parse(at) - Date.parse(this.#stateSince);
    this.#state = to;
    this.#stateSince = at;
    if (isDone(to) && !wasDone) {
      this.openSpans.at(-1)!.to = at;
      this.firstSolvedAt ??= at;
      this.lastSolvedAt = at;
      // What still waits for an answer was a thank-you, or was answered by the solve.
      this.#waiting = null;
      this.#wroteWhileSolved = false;
    }
    if (!isDone(to) && wasDone) {
      this.openSpans.push({ from: at, to: null });
      this.reopened += 1;
      if (byCustomer || this.#wroteWhileSolved) this.#waiting ??= { kind: 'next', since: at };
      this.#wroteWhileSolved = false;
    }
  }
}

function isDone(state: TicketState): boolean {
  return state === 'solved' || state === 'closed';
}

function decidedOf({ cycles }: ClockState, answeredBy: ReadonlyMap<string, string>): DecidedCycle[] {
  return cycles.flatMap((cycle): DecidedCycle[] => {
    const { id: cycleId, target, priority } = cycle;
    if (cycle.state === 'breached')
      return [{ cycleId, target, priority, decidedAt: cycle.breachedAt!, met: false, by: null }];
    if (cycle.state !== 'met') return [];
    const decidedAt = cycle.endedAt!;
    const by = target === 'resolve' ? null : (answeredBy.get(decidedAt) ?? null);
    return [{ cycleId, target, priority, decidedAt, met: true, by }];
  });
}
