import type { ActorKind, TicketEvent, TicketEventBody, TicketEventType } from '@alongside/contracts';
import type { ClockEvent, Speaker } from '@alongside/sla';

/** An entry of a ticket's log, as far as its clock reads it. */
export type LoggedEvent = Pick<TicketEvent, 'seq' | 'at' | 'by'> & { body: TicketEventBody };

/** The kinds of events a ticket's clock follows from, or that say what of it is on record. Nothing else needs to be read. */
export const CLOCK_EVENT_TYPES = [
  'ticket.opened',
  'message.posted',
  'ticket.state_set',
  'ticket.priority_set',
  'ticket.plan_set',
  'ticket.merged_from',
  'ticket.exclusion_set',
  'call.joined',
  'call.left',
  'call.finished',
  'clock.recalculated',
  'clock.warned',
  'clock.breached',
  'clock.moved',
] as const satisfies readonly TicketEventType[];

/** What the clock itself has said. */
const SAID: readonly TicketEventType[] = ['clock.warned', 'clock.breached', 'clock.moved'];
const READ: ReadonlySet<TicketEventType> = new Set(CLOCK_EVENT_TYPES.filter((type) => !SAID.includes(type)));

/** Whether a clock may stand differently because of such an event. */
export function touchesClock(type: TicketEventType): boolean {
  return READ.has(type);
}

/** Who speaks, for the clock: what the system says by itself answers nobody. */
const SPEAKERS: Record<ActorKind, Speaker> = {
  customer: 'customer',
  staff: 'engineer',
  assistant: 'assistant',
  system: 'autoresponder',
};

/**
 * What a ticket's log says to its clock.
 * @param log from its first event, in the order of `seq`; events of other kinds may be missing
 * @returns instants never step back, even where the clock of the server did: the log's order is how it happened
 */
export function clockEvents(log: readonly LoggedEvent[]): ClockEvent[] {
  const told: ClockEvent[] = [];
  const calls = new Calls();
  let last = '';
  for (const event of log) {
    if (!touchesClock(event.body.type)) continue;
    const at = event.at < last ? last : event.at;
    for (const happened of translate(event, calls)) told.push({ ...happened, at, seq: event.seq } as ClockEvent);
    if (event.body.type === 'ticket.merged_from' && event.body.unansweredSince !== null) {
      // Their word counts from when it was said, but never before something this ticket's clock has already judged.
      const [, said] = [last, event.body.unansweredSince, at].sort();
      told.push({ at: said!, seq: event.seq, type: 'message', by: 'customer', visibility: 'public' });
    }
    last = at;
  }
  return told;
}

/**
 * When those events of a log were written that are dated before: of a ticket that was split off all that was taken over,
 * of a merge since when somebody waits.
 * @param log with its `ticket.split_from`
 * @returns instants by `seq`
 */
export function writtenLater(log: readonly LoggedEvent[]): Map<number, string> {
  const split = log.find(({ body }) => body.type === 'ticket.split_from');
  const written = new Map<number, string>();
  for (const { seq, at, body } of log) {
    if (split && seq < split.seq) written.set(seq, split.at);
    else if (body.type === 'ticket.merged_from') written.set(seq, at);
  }
  return written;
}

/** When what a log tells of began: at its opening, or before it where an older ticket was merged in. */
export function startOf(events: readonly ClockEvent[]): string | null {
  const starts = events.flatMap((event) =>
    event.type === 'opened' ? event.at : event.type === 'merged' ? event.startAt : [],
  );
  return starts.sort()[0] ?? null;
}

/** Whether nobody waits for a first answer any more: an engineer gave it, or opened the ticket. */
export function wasAnswered(events: readonly ClockEvent[]): boolean {
  return events.some((event) => {
    if (event.type === 'opened') return event.by !== 'customer';
    if (event.type === 'message') return event.by === 'engineer' && event.visibility === 'public';
    return event.type === 'call_answered' || (event.type === 'merged' && event.answered === true);
  });
}

type Happened = ClockEvent extends infer E ? (E extends unknown ? Omit<E, 'at' | 'seq'> : never) : never;

function translate({ by, body }: LoggedEvent, calls: Calls): Happened[] {
  switch (body.type) {
    case 'ticket.opened': {
      const opened: Happened = {
        type: 'opened',
        policyId: body.plan?.versionId ?? null,
        priority: body.priority,
        by: SPEAKERS[by.kind],
      };
      return body.drill ? [opened, { type: 'excluded', reason: 'drill', excluded: true }] : [opened];
    }
    case 'message.posted':
      return [{ type: 'message', by: SPEAKERS[by.kind], visibility: body.visibility }];
    case 'ticket.state_set':
      return [{ type: 'state', to: body.to, by: by.kind === 'staff' ? 'engineer' : moverOf(by.kind) }];
    case 'ticket.priority_set':
      return [{ type: 'priority', to: body.to }];
    case 'ticket.plan_set':
      return [{ type: 'policy', policyId: body.to?.versionId ?? null }];
    case 'ticket.merged_from':
      return [{ type: 'merged', startAt: body.startAt, answered: body.answered }];
    case 'ticket.exclusion_set':
      return [{ type: 'excluded', reason: body.because, excluded: body.excluded }];
    case 'call.joined':
      return calls.join(body.callId, body.who) ? [{ type: 'call_answered' }] : [];
    case 'call.left':
      calls.leave(body.callId, body.who.id);
      return [];
    case 'call.finished':
      calls.finish(body.callId);
      return [];
    case 'clock.recalculated':
      return [{ type: 'recalculated' }];
    default:
      return [];
  }
}

function moverOf(kind: Exclude<ActorKind, 'staff'>): 'customer' | 'system' {
  return kind === 'customer' ? 'customer' : 'system';
}

/** Who is in which call: an engineer and the customer together are an answer, one of them alone is none. */
class Calls {
  readonly #present = new Map<string, Map<string, ActorKind>>();

  /** @returns whether the two sides meet by this */
  join(callId: string, who: { id: string; kind: ActorKind }): boolean {
    const people = this.#present.get(callId) ?? new Map<string, ActorKind>();
    const metBefore = haveMet(people);
    people.set(who.id, who.kind);
    this.#present.set(callId, people);
    return !metBefore && haveMet(people);
  }

  leave(callId: string, personId: string): void {
    this.#present.get(callId)?.delete(personId);
  }

  finish(callId: string): void {
    this.#present.delete(callId);
  }
}

function haveMet(people: ReadonlyMap<string, ActorKind>): boolean {
  const kinds = new Set(people.values());
  return kinds.has('staff') && kinds.has('customer');
}
