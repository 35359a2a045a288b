import type {
  ActorRef,
  Call,
  CallQuality,
  TicketChange,
  TicketEvent,
  TicketEventOf,
  TicketHead,
  TicketView,
  TimelineEntry,
} from '@alongside/contracts';
import { endRecordingsOf, foldRecording } from './call-recording.ts';
import { lastMessageOf } from './message-preview.ts';

/** How an event stands to a view: the one that comes next, one already in it, or one after a hole. */
export type EventPlace = 'next' | 'seen' | 'gap';

/** @param view null before the ticket's first event */
export function placeOf(view: TicketView | null, event: TicketEvent): EventPlace {
  const expected = (view?.ticket.seq ?? 0) + 1;
  if (event.seq === expected) return 'next';
  return event.seq < expected ? 'seen' : 'gap';
}

/**
 * The one fold of the timeline, run by server and browsers alike:
 * fold(snapshot before, events a reader receives) = fresh snapshot for that reader.
 *
 * Pure: returns a new view and leaves the given one untouched; unchanged parts are shared.
 * @param view the reader's view, or null before the first event
 * @param event the reader's next event; one already seen changes nothing
 * @throws Error on a hole in the sequence or a log that does not begin with `ticket.opened`; the caller fetches anew
 */
export function foldTicket(view: TicketView | null, event: TicketEvent): TicketView {
  const place = placeOf(view, event);
  if (place === 'gap') throw new Error(`event ${event.seq} follows ${view?.ticket.seq ?? 0}: there is a hole between`);
  if (view === null) {
    if (event.body.type !== 'ticket.opened') throw new Error(`a log begins with ticket.opened, not ${event.body.type}`);
    return openView(event, event.body);
  }
  if (place === 'seen') return view;

  const ticket: TicketHead = {
    ...view.ticket,
    seq: event.seq,
    publicSeq: event.publicSeq ?? view.ticket.publicSeq,
    updatedAt: event.at,
    clock: event.clock,
  };
  const next: TicketView = { ticket, context: view.context, may: event.may, entries: view.entries };
  const { body } = event;
  switch (body.type) {
    case 'ticket.opened':
      throw new Error('a ticket is opened once');
    case 'message.posted':
      next.entries = [
        ...view.entries,
        {
          kind: 'message',
          ...entryOf(event, body.messageId),
          visibility: body.visibility,
          body: body.body,
          files: body.files,
        },
      ];
      if (body.visibility === 'public') {
        ticket.lastMessage = lastMessageOf(event.by, event.at, body);
        ticket.unansweredSince = unansweredAfterMessage(ticket.unansweredSince, event);
      }
      return next;
    case 'ticket.state_set':
      ticket.state = body.to;
      ticket.unansweredSince = unansweredAfterState(ticket.unansweredSince, event, body);
      return withChange(next, event, { what: 'state', from: body.from, to: body.to, automatic: body.automatic });
    case 'ticket.priority_set':
      ticket.priority = body.to;
      return withChange(next, event, {
        what: 'priority',
        from: body.from,
        to: body.to,
        reason: body.reason ?? '',
      });
    case 'ticket.topic_set':
      ticket.topic = body.to;
      return withChange(next, event, { what: 'topic', from: body.from, to: body.to });
    case 'ticket.subject_set':
      ticket.subject = body.to;
      return withChange(next, event, { what: 'subject', from: body.from, to: body.to });
    case 'ticket.assigned':
      ticket.assignee = body.to;
      return withChange(next, event, {
        what: 'assignee',
        from: body.from?.name ?? null,
        to: body.to?.name ?? null,
        routing: body.routing ?? null,
      });
    case 'ticket.contact_claimed':
      ticket.contact = body.contact;
      ticket.organisation = body.organisation;
      return withChange(next, event, { what: 'contact', from: body.from.name, to: body.contact.name });
    case 'ticket.rated':
      ticket.rating = body.rating;
      return withChange(next, event, { what: 'rating', rating: body.rating });
    case 'call.started': {
      const call = startCall(event, body);
      ticket.activeCall = call;
      next.entries = [...view.entries, { kind: 'call', ...entryOf(event, body.callId), call }];
      return next;
    }
    case 'call.joined':
      return withCall(next, body.callId, (call) => joinCall(call, body.who, event.at));
    case 'call.left':
      return withCall(next, body.callId, (call) => leaveCall(call, body.who, event.at, body.quality));
    case 'call.finished':
      return withCall(next, body.callId, (call) => finishCall(call, event.at, body));
    case 'call.recording_asked':
    case 'call.recording_agreed':
    case 'call.recording_started':
    case 'call.recording_ended':
    case 'call.recording_ready':
    case 'call.recording_deleted':
      return withCall(next, body.callId, (call) => foldRecording(call, event.by, event.at, body));
    case 'ticket.exclusion_set':
      ticket.excluded = body.excluded ? body.because : null;
      return withChange(next, event, { what: 'recorded', body });
    case 'ticket.merged_into':
      ticket.mergedInto = body.into;
      return withChange(next, event, { what: 'recorded', body });
    case 'ticket.merged_from':
      ticket.unansweredSince = earlier(ticket.unansweredSince, body.unansweredSince);
      return withChange(next, event, { what: 'recorded', body });
    case 'clock.warned':
    case 'clock.breached':
    case 'clock.moved':
    case 'clock.recalculated':
    case 'ticket.plan_set':
    case 'ticket.split_off':
    case 'ticket.split_from':
    case 'ticket.call_requested':
    case 'call.addresses_failed':
    case 'diagnosis.recorded':
    case 'check.attached':
    case 'escalation.started':
    case 'escalation.stepped':
    case 'escalation.acknowledged':
    case 'escalation.stopped':
    case 'escalation.exhausted':
    case 'page.delivered':
    case 'page.seen':
    case 'drill.ended':
    case 'routing.suggested':
    case 'routing.waiting':
      return withChange(next, event, { what: 'recorded', body });
    default:
      return ignoreUnknown(next, body);
  }
}

/**
 * Folds events one after another.
 * @param view where to start; null for an empty log
 * @returns null only when there is neither a view nor an event
 */
export function foldTicketEvents(view: TicketView | null, events: Iterable<TicketEvent>): TicketView | null {
  let folded = view;
  for (const event of events) folded = foldTicket(folded, event);
  return folded;
}

/** When the customer began to wait, after a public message: only a person of the team answers it. */
export function unansweredAfterMessage(before: string | null, event: Pick<TicketEvent, 'by' | 'at'>): string | null {
  if (event.by.kind === 'staff') return null;
  return event.by.kind === 'customer' ? (before ?? event.at) : before;
}

/** When the customer began to wait, after a change of state: a done ticket keeps nobody waiting, a reopening does. */
export function unansweredAfterState(
  before: string | null,
  event: Pick<TicketEvent, 'by' | 'at'>,
  body: Pick<TicketEventOf<'ticket.state_set'>, 'to'>,
): string | null {
  if (body.to === 'solved' || body.to === 'closed') return null;
  if (body.to === 'open' && event.by.kind === 'customer') return before ?? event.at;
  return before;
}

function earlier(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

function openView(event: TicketEvent, body: TicketEventOf<'ticket.opened'>): TicketView {
  return {
    ticket: {
      id: event.ticketId,
      number: body.number,
      subject: body.subject,
      topic: body.topic,
      priority: body.priority,
      state: 'open',
      channel: body.channel,
      organisation: body.organisation,
      contact: body.contact,
      assignee: null,
      openedAt: event.at,
      updatedAt: event.at,
      unansweredSince: null,
      lastMessage: null,
      rating: null,
      activeCall: null,
      clock: event.clock,
      requested: body.requested ?? null,
      drill: body.drill ?? false,
      excluded: null,
      mergedInto: null,
      seq: event.seq,
      publicSeq: event.publicSeq ?? 0,
    },
    context: body.context,
    may: event.may,
    entries: [
      {
        kind: 'change',
        ...entryOf(event, event.id),
        change: {
          what: 'opened',
          channel: body.channel,
          requested: body.requested ?? null,
          drill: body.drill ?? false,
        },
      },
    ],
  };
}

function entryOf(event: TicketEvent, id: string) {
  return { id, seq: event.seq, publicSeq: event.publicSeq, at: event.at, by: event.by };
}

function withChange(view: TicketView, event: TicketEvent, change: TicketChange): TicketView {
  view.entries = [...view.entries, { kind: 'change', ...entryOf(event, event.id), change }];
  return view;
}

function withCall(view: TicketView, callId: string, update: (call: Call) => Call): TicketView {
  let updated: Call | null = null;
  view.entries = view.entries.map((entry: TimelineEntry): TimelineEntry => {
    if (entry.kind !== 'call' || entry.call.id !== callId) return entry;
    updated = update(entry.call);
    return { ...entry, call: updated };
  });
  if (view.ticket.activeCall?.id === callId) {
    const call = updated ?? update(view.ticket.activeCall);
    view.ticket.activeCall = isOver(call) ? null : call;
  }
  return view;
}

/** Whether a call has reached a final state. */
export function isOver(call: Pick<Call, 'state'>): boolean {
  return call.state !== 'ringing' && call.state !== 'live';
}

function startCall(event: TicketEvent, body: TicketEventOf<'call.started'>): Call {
  return {
    id: body.callId,
    ticketId: event.ticketId,
    state: 'ringing',
    startedBy: event.by,
    rings: body.rings,
    video: body.video,
    startedAt: event.at,
    answeredAt: null,
    endedAt: null,
    participants: [],
    ...(body.beyondPlan ? { beyondPlan: true } : {}),
  };
}

/** A call after `who` entered it; the first one of the rung side answers it. Someone who comes back keeps one row. */
export function joinCall(call: Call, who: ActorRef, at: string): Call {
  const answers = call.state === 'ringing' && who.kind === call.rings;
  const known = call.participants.some((participant) => participant.who.id === who.id);
  return {
    ...call,
    state: answers ? 'live' : call.state,
    answeredAt: answers ? at : call.answeredAt,
    participants: known
      ? call.participants.map((participant) =>
          participant.who.id === who.id ? { ...participant, leftAt: null } : participant,
        )
      : [...call.participants, { who, joinedAt: at, leftAt: null, quality: null }],
  };
}

/** A call after `who` left it. */
export function leaveCall(call: Call, who: ActorRef, at: string, quality: CallQuality | null): Call {
  return {
    ...call,
    participants: call.participants.map((participant) =>
      participant.who.id === who.id
        ? { ...participant, leftAt: at, quality: quality ?? participant.quality }
        : participant,
    ),
  };
}

/** A call after its end: whoever was still there left then. */
export function finishCall(
  call: Call,
  at: string,
  body: Pick<TicketEventOf<'call.finished'>, 'outcome' | 'qualities'>,
): Call {
  return {
    ...endRecordingsOf(call, at),
    state: body.outcome,
    endedAt: at,
    participants: call.participants.map((participant) => ({
      ...participant,
      leftAt: participant.leftAt ?? at,
      quality: body.qualities[participant.who.id] ?? participant.quality,
    })),
  };
}

// A server newer than the page may send event types the page does not know: they count, but change nothing else.
function ignoreUnknown(view: TicketView, _body: never): TicketView {
  return view;
}
