import { AppError, type ReadMark, type ServerFrame } from '@alongside/contracts';
import { type Reader, seesInternal } from '@alongside/desk';
import type { Db } from '../platform/database/database.ts';
import type { Caller } from '../platform/http/caller.ts';
import type { Platform } from '../platform/platform.ts';
import type { FeedRow } from '../platform/realtime/feed-reader.ts';
import type { Sockets } from '../platform/realtime/sockets.ts';
import type { PlacedFrame, Replay, Topic } from '../platform/realtime/topics.ts';
import { maySee, ticketFor } from './access.ts';
import { actorOf } from './actions.ts';
import { TICKET_EVENT, type TicketAnnouncement } from './log.actions.ts';
import { markTicket, TICKET_MARKS } from './mark.actions.ts';
import { presentEvent, presentEvents, presentHead, presentMark } from './present.ts';
import { findEvents, findFeed, findMarks, findOldestFeedPosition, findTicket, findTickets } from './queries.ts';
import type { TicketEventRow, TicketRow } from './tables.ts';

/** Who has missed more than this fetches everything anew: that is quicker for both. */
export const REPLAY_MAX = 1_000;

/** What a feed row is about, read once however many readers it goes to. */
type Happened = { event: TicketEventRow; ticket: TicketRow };

/** Lets events, lists, typing, presence and marks of tickets flow over the live connections. @returns what to undo */
export function registerTicketTopics({ db, hub, sockets, log }: Pick<Platform, 'db' | 'hub' | 'sockets' | 'log'>) {
  const read = new WeakMap<FeedRow, Promise<Happened | null>>();
  const happened = (row: FeedRow): Promise<Happened | null> => {
    const known = read.get(row) ?? load(db, row);
    read.set(row, known);
    return known;
  };
  sockets.registerTopic(ticketTopic(db, sockets, happened));
  sockets.registerTopic(inboxTopic(db, happened));

  sockets.handle('typing', async (reader, frame) => {
    if (frame.visibility === 'internal' && reader.kind !== 'staff') throw new AppError('forbidden');
    const { id } = await ticketFor(db, reader, frame.ticketId);
    const typing: ServerFrame = { t: 'typing', ticketId: id, who: actorOf(reader), visibility: frame.visibility };
    sockets.publish('ticket', id, (other) =>
      other.id === reader.id || (frame.visibility === 'internal' && !seesInternal(other)) ? null : typing,
    );
  });

  sockets.handle('mark', async (reader, { ticketId, deliveredSeq, readSeq }) => {
    await markTicket(db, reader, ticketId, { deliveredSeq, readSeq });
  });

  return hub.onEvent(({ kind, ticketId }) => {
    if (kind !== TICKET_MARKS || ticketId === null) return;
    if (sockets.readersAt('ticket', ticketId).length === 0) return;
    marksOf(db, ticketId).then(
      (marks) => sockets.publish('ticket', ticketId, () => ({ t: 'marks', ticketId, marks })),
      // They come again with the next mark, or with the ticket itself.
      (error) => log.warn({ err: error }, 'read marks could not be sent'),
    );
  });
}

async function marksOf(db: Db, ticketId: string): Promise<ReadMark[]> {
  return (await findMarks(db, ticketId)).map(presentMark);
}

async function load(db: Db, row: FeedRow): Promise<Happened | null> {
  const { seq } = row.payload as TicketAnnouncement;
  const ticket = await findTicket(db, row.ticketId!);
  const [event] = await findEvents(db, row.ticketId!, { since: seq - 1, upTo: seq, publicOnly: false });
  return ticket && event ? { ticket, event } : null;
}

/** One ticket's events, each as its reader receives it; counted in the reader's own sequence. */
function ticketTopic(db: Db, sockets: Sockets, happened: (row: FeedRow) => Promise<Happened | null>): Topic<'ticket'> {
  return {
    name: 'ticket',
    placeOf: (frame) => frame.ticketId.toLowerCase(),
    placesOf: (row) => (row.kind === TICKET_EVENT && row.ticketId !== null ? [row.ticketId] : []),
    async authorise(reader, frame) {
      await ticketFor(db, reader, frame.ticketId);
    },
    async replay(reader, frame): Promise<Replay> {
      const ticket = await ticketFor(db, reader, frame.ticketId);
      const upTo = seesInternal(reader) ? ticket.seq : ticket.publicSeq;
      // Ahead of us: the database was restored to an earlier time, and the client's copy is of a lost one.
      if (frame.since > upTo || upTo - frame.since > REPLAY_MAX) return { reset: true, upTo };
      const rows = await findEvents(db, ticket.id, { since: frame.since, upTo, publicOnly: !seesInternal(reader) });
      return {
        upTo,
        frames: presentEvents(rows, reader).map((event) => ({ cursor: event.seq, frame: { t: 'event', event } })),
      };
    },
    async present(row, reader) {
      if (isHidden(row, reader)) return null;
      const found = await happened(row);
      // Looked at with every event: a claim may have taken the ticket out of this reader's sight.
      if (!found || !maySee(reader, found.ticket)) return null;
      const event = presentEvent(found.event, reader);
      return event && { cursor: event.seq, frame: { t: 'event', event } };
    },
    onReadersChanged(ticketId) {
      const readers = sockets.readersAt('ticket', ticketId);
      const people = readers.map((reader) => ({ who: actorOf(reader) }));
      sockets.publish('ticket', ticketId, () => ({ t: 'presence', ticketId, people }));
    },
  };
}

/** The heads of all tickets a reader can see, after each event that is for them; counted in feed positions. */
function inboxTopic(db: Db, happened: (row: FeedRow) => Promise<Happened | null>): Topic<'inbox'> {
  return {
    name: 'inbox',
    placeOf: (_, reader) => inboxPlaceOf(reader),
    placesOf(row) {
      if (row.kind !== TICKET_EVENT) return [];
      const { contactIds, organisationIds } = row.payload as TicketAnnouncement;
      return ['staff', ...contactIds.map(contactPlace), ...organisationIds.map(organisationPlace)];
    },
    async authorise() {},
    async replay(reader, frame, position): Promise<Replay> {
      const { since } = frame;
      const isGone = since > position || since < (await findOldestFeedPosition(db)) - 1;
      const rows = isGone ? [] : await findFeed(db, TICKET_EVENT, since, position, REPLAY_MAX + 1);
      if (isGone || rows.length > REPLAY_MAX) return { reset: true, upTo: position };
      return { upTo: position, frames: await missedHeads(db, reader, rows) };
    },
    async present(row, reader): Promise<PlacedFrame | null> {
      if (isHidden(row, reader)) return null;
      const found = await happened(row);
      if (!found) return null;
      const { position } = row;
      // A visitor whose tickets were claimed hears nothing of it: their sessions, and so this connection, end with it.
      return maySee(reader, found.ticket)
        ? { cursor: position, frame: { t: 'inbox', position, ticket: presentHead(found.ticket, reader) } }
        : null;
    },
  };
}

/** The heads as they are now, each once, at the place of its last event. */
async function missedHeads(db: Db, reader: Reader, rows: readonly FeedRow[]): Promise<PlacedFrame[]> {
  const last = new Map<string, number>();
  for (const row of rows) {
    if (isHidden(row, reader) || row.ticketId === null) continue;
    last.delete(row.ticketId);
    last.set(row.ticketId, row.position);
  }
  const tickets = new Map((await findTickets(db, [...last.keys()])).map((ticket) => [ticket.id, ticket]));
  const frames: PlacedFrame[] = [];
  for (const [ticketId, position] of last) {
    const ticket = tickets.get(ticketId);
    if (ticket && maySee(reader, ticket))
      frames.push({ cursor: position, frame: { t: 'inbox', position, ticket: presentHead(ticket, reader) } });
  }
  return frames;
}

/** An internal event leaves no trace with customers: not a frame, not a position. */
function isHidden(row: FeedRow, reader: Reader): boolean {
  return !seesInternal(reader) && (row.payload as TicketAnnouncement).publicSeq === null;
}

/** Where a reader's list hears of news: narrow, so that a visitor's tab is not woken by everybody's tickets. */
function inboxPlaceOf(reader: Caller): string {
  if (reader.kind === 'staff') return 'staff';
  return reader.organisationId === null ? contactPlace(reader.id) : organisationPlace(reader.organisationId);
}

function contactPlace(id: string): string {
  return `contact ${id}`;
}

function organisationPlace(id: string): string {
  return `organisation ${id}`;
}
