import { randomUUID } from 'node:crypto';
import { SYSTEM_ACTOR, type TicketClock, type TicketEventBody } from '@alongside/contracts';
import {
  type ClockBasis,
  type LoggedEvent,
  momentBody,
  movedCalendars,
  type TicketClockState,
  ticketClockAt,
  touchesClock,
  unrecorded,
} from '@alongside/desk';
import type { TicketEventRow, TicketRow } from './tables.ts';

/** What is about to happen to a ticket, before the clock has had its word. */
export type Telling = {
  /** As it was before all of this. */
  before: Pick<TicketRow, 'id' | 'state' | 'contactId' | 'clock' | 'publicClock'>;
  /** What is on record. */
  log: readonly LoggedEvent[];
  basis: ClockBasis;
  /** What is to be recorded now, in order. */
  happened: readonly TicketEventRow[];
  now: Date;
};

/** The same, told to its end. */
export type Told = {
  /** All there is to record, in order; without its numbers. */
  events: TicketEventRow[];
  clock: TicketClock | null;
  /** After the last event customers know of. */
  publicClock: TicketClock | null;
  /** When the clock has the next thing to say. */
  nextMomentAt: Date | null;
};

/**
 * Tells what happened to a ticket together with what its clock said between: warnings, breaches and moved deadlines
 * come before whatever happened after their instants, however late they are noticed. Each event gets the clock after it.
 * @param isPublic whether customers hear of an event
 */
export function tellWithClock(
  { before, log, basis, happened, now }: Telling,
  isPublic: (body: TicketEventBody) => boolean,
): Told {
  const told: LoggedEvent[] = [...log];
  const events: TicketEventRow[] = [];
  let { clock, publicClock } = before;
  let place = { stateAfter: before.state, contactAfter: before.contactId };
  // Instants never step back here, even where the server's clock did: the order of the log is how it happened.
  let lastMs = Math.max(0, ...log.map(({ at }) => Date.parse(at)));
  let caughtUpMs = 0;

  const record = (event: TicketEventRow, after: TicketClock | null) => {
    clock = after;
    if (isPublic(event.body)) publicClock = after;
    event.clockAfter = after;
    events.push(event);
    told.push(logged(event));
    lastMs = Math.max(lastMs, event.at.getTime());
  };
  const recordAsClock = (body: TicketEventBody, at: Date, after: TicketClock | null) => {
    const row = { id: randomUUID(), ticketId: before.id, seq: 0, publicSeq: null, messageId: null, clockAfter: null };
    record({ ...row, at, actor: SYSTEM_ACTOR, type: body.type, body, ...place }, after);
  };
  /** Has the clock say what came before an instant. What falls on the instant itself waits: answered then is in time. */
  const catchUp = (until: Date): TicketClockState => {
    const untilMs = Math.max(until.getTime(), lastMs);
    const present = ticketClockAt(told, basis, new Date(untilMs).toISOString());
    const moments = unrecorded(told, present.state.moments)
      .filter(({ at }) => Date.parse(at) < untilMs)
      .map((moment) => ({ at: moment.at, body: momentBody(moment, present.state.cycles, now.toISOString()) }));
    const moves = movedCalendars(clock, present.clock).flatMap((calendarId) => {
      const version = basis.calendars.findLast(
        (saved) => saved.calendarId === calendarId && Date.parse(saved.validFrom) <= untilMs,
      );
      const calendar = { id: calendarId, version: version?.version ?? 0 };
      return version ? [{ at: version.validFrom, body: { type: 'clock.moved', calendar } as const }] : [];
    });
    for (const { at, body } of [...moves, ...moments].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)))
      recordAsClock(body, new Date(at), body.type === 'clock.moved' ? present.clock : clock);
    caughtUpMs = untilMs;
    return present;
  };

  for (const event of happened) {
    if (told.length > 0 && event.at.getTime() > caughtUpMs) catchUp(event.at);
    if (touchesClock(event.type)) {
      const then = new Date(Math.max(lastMs, event.at.getTime())).toISOString();
      record(event, ticketClockAt([...told, logged(event)], basis, then).clock);
    } else record(event, clock);
    place = { stateAfter: event.stateAfter, contactAfter: event.contactAfter };
  }
  const end = catchUp(now);
  const next = unrecorded(told, end.state.moments)[0] ?? end.state.next;
  return { events, clock, publicClock, nextMomentAt: next ? new Date(next.at) : null };
}

function logged({ seq, at, actor, body }: TicketEventRow): LoggedEvent {
  return { seq, at: at.toISOString(), by: actor, body };
}
