import { z } from 'zod';
import { ActorRef, Id, Instant } from './actors.ts';
import { ErrorReply } from './errors.ts';
import { TicketEvent } from './events.ts';
import { Locale } from './locale.ts';
import { Me } from './people.ts';
import { ReadMark, TicketHead, Visibility } from './tickets.ts';
import { Watching } from './watching.ts';

/**
 * The live connection: one WebSocket at /api/socket, one JSON frame per message; the same frames travel over
 * the fallback (/api/socket/stream + /api/socket/send) where WebSockets are blocked.
 *
 * A subscription is named by the client with a number and resumes from what it has already seen. For topic
 * `ticket` that is the reader's sequence number; for topic `inbox` the feed position of the last `inbox` frame.
 */
export const SOCKET_PROTOCOL = 1;

/** A client frame may hold this much; more closes the connection with `CLOSE_TOO_LARGE`. */
export const SOCKET_FRAME_MAX_BYTES = 64 * 1024;

/** A side that has heard nothing for this long considers the other gone. The client pings every third of it. */
export const SOCKET_SILENCE_MS = 30_000;

/** WebSocket close codes of ours and what the client does next. */
export const CLOSE = {
  /** Server goes down in an orderly way: reconnect with back-off. */
  restarting: 1012,
  /** Frame was malformed or too large: a client bug, reconnecting with the same frame would repeat it. */
  badFrame: 4400,
  /** Session missing or ended: sign in again, do not reconnect. */
  unauthenticated: 4401,
  /** Reads too slowly: reconnect and resume. */
  tooSlow: 4408,
  /** Too many connections or frames: reconnect after a pause. */
  tooMany: 4429,
} as const;

export const ClientFrame = z.discriminatedUnion('t', [
  /** First frame. Cookie sessions send no token. */
  z.strictObject({
    t: z.literal('hello'),
    protocol: z.literal(SOCKET_PROTOCOL),
    token: z.string().max(4_000).optional(),
    locale: Locale,
  }),
  z.discriminatedUnion('topic', [
    z.strictObject({
      t: z.literal('subscribe'),
      id: z.number().int().nonnegative(),
      topic: z.literal('ticket'),
      ticketId: Id,
      since: z.number().int().nonnegative(),
    }),
    /** All tickets this reader can see, as heads. */
    z.strictObject({
      t: z.literal('subscribe'),
      id: z.number().int().nonnegative(),
      topic: z.literal('inbox'),
      since: z.number().int().nonnegative(),
    }),
    /** What goes on now in a ticket’s calls, measured: for the team. There is nothing to resume: `since` is 0. */
    z.strictObject({
      t: z.literal('subscribe'),
      id: z.number().int().nonnegative(),
      topic: z.literal('watching'),
      ticketId: Id,
      since: z.literal(0),
    }),
  ]),
  z.strictObject({ t: z.literal('unsubscribe'), id: z.number().int().nonnegative() }),
  /** Sent at most every 3 s while the person types; whoever shows it forgets it after 5 s. */
  z.strictObject({ t: z.literal('typing'), ticketId: Id, visibility: Visibility }),
  /** Public sequence numbers; they only ever grow. */
  z.strictObject({
    t: z.literal('mark'),
    ticketId: Id,
    deliveredSeq: z.number().int().nonnegative(),
    readSeq: z.number().int().nonnegative(),
  }),
  z.strictObject({ t: z.literal('ping'), sentAt: z.number() }),
]);
export type ClientFrame = z.infer<typeof ClientFrame>;

/** Who is looking at a ticket right now. */
export const PresentPerson = z.strictObject({ who: ActorRef });
export type PresentPerson = z.infer<typeof PresentPerson>;

/** What a page fetches anew when told so; a page that was cut off fetches it anyway. */
export const Stale = z.enum(['pages', 'on_call', 'drills']);
export type Stale = z.infer<typeof Stale>;

export const ServerFrame = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('welcome'), me: Me, serverTime: Instant }),
  /** Answers `hello` or `subscribe` that cannot be met; without `id` the connection closes after it. */
  z.strictObject({ t: z.literal('refused'), id: z.number().int().optional(), error: ErrorReply.shape.error }),
  /** All that was missed has been sent; from here on it is live. */
  z.strictObject({ t: z.literal('live'), id: z.number().int(), upTo: z.number().int() }),
  /** What was missed is too much or gone: fetch a new snapshot; live frames follow from `upTo`. */
  z.strictObject({ t: z.literal('reset'), id: z.number().int(), upTo: z.number().int() }),
  z.strictObject({ t: z.literal('event'), id: z.number().int(), event: TicketEvent }),
  /** The ticket's head after something happened to it. Positions grow but are not dense. */
  z.strictObject({ t: z.literal('inbox'), id: z.number().int(), position: z.number().int(), ticket: TicketHead }),
  /** The reader may no longer see this ticket. */
  z.strictObject({ t: z.literal('gone'), id: z.number().int(), position: z.number().int(), ticketId: Id }),
  z.strictObject({ t: z.literal('typing'), ticketId: Id, who: ActorRef, visibility: Visibility }),
  z.strictObject({ t: z.literal('marks'), ticketId: Id, marks: z.array(ReadMark) }),
  z.strictObject({ t: z.literal('presence'), ticketId: Id, people: z.array(PresentPerson) }),
  /** A call as it is now, every other second while it goes on; the last one says that it is not live any more. */
  z.strictObject({ t: z.literal('watching'), ticketId: Id, watching: Watching }),
  /** Something this person may fetch has changed: their pages, who is on call, a drill. Sent to staff without being asked. */
  z.strictObject({ t: z.literal('stale'), what: Stale }),
  z.strictObject({ t: z.literal('pong'), sentAt: z.number(), serverTime: Instant }),
]);
export type ServerFrame = z.infer<typeof ServerFrame>;
