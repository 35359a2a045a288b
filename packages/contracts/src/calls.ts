import { z } from 'zod';
import { ActorRef, Id, Instant } from './actors.ts';
import { CallRecording } from './recordings.ts';

/** Rings for this long before it counts as missed, ms. */
export const RING_TIMEOUT_MS = 45_000;

/** ringing → live → ended, or ringing → missed | declined | cancelled. The last four are final. */
export const CallState = z.enum(['ringing', 'live', 'ended', 'missed', 'declined', 'cancelled']);
export type CallState = z.infer<typeof CallState>;

/** How good one participant's call was, measured in their browser over the whole stay; null = not measured. */
export const CallQuality = z.strictObject({
  /** 1 (unusable) to 5 (excellent), from the measurements below. */
  score: z.number().min(1).max(5).nullable(),
  rttMs: z.number().nonnegative().nullable(),
  jitterMs: z.number().nonnegative().nullable(),
  lossRatio: z.number().min(0).max(1).nullable(),
  bitrateBps: z.number().nonnegative().nullable(),
  freezeMs: z.number().nonnegative().nullable(),
  /** How long it was measured. */
  measuredMs: z.number().nonnegative(),
});
export type CallQuality = z.infer<typeof CallQuality>;

export const CallParticipant = z.strictObject({
  who: ActorRef,
  joinedAt: Instant,
  /** Null while in the call. A person who comes back after a cut keeps one row. */
  leftAt: Instant.nullable(),
  quality: CallQuality.nullable(),
});
export type CallParticipant = z.infer<typeof CallParticipant>;

export const CallSide = z.enum(['customer', 'staff']);
export type CallSide = z.infer<typeof CallSide>;

export const Call = z.strictObject({
  id: Id,
  ticketId: Id,
  state: CallState,
  startedBy: ActorRef,
  /** The side that is rung; the caller is on the other one. */
  rings: CallSide,
  video: z.boolean(),
  startedAt: Instant,
  answeredAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  participants: z.array(CallParticipant),
  /** The customer's plan includes no (more) calls; the team called all the same. */
  beyondPlan: z.boolean().optional(),
  /** Oldest first; only the last one can be going on. */
  recordings: z.array(CallRecording).optional(),
});
export type Call = z.infer<typeof Call>;

/** Addresses of the media server: `url` first, the others where it cannot be reached. */
const MediaUrls = z.strictObject({ url: z.string(), backupUrls: z.array(z.string()) });

/** What a browser needs to enter the media room: any LiveKit client can use it. */
export const CallJoin = MediaUrls.extend({
  call: Call,
  token: z.string(),
  /** Two people alone may send to each other past the media server; null where that is not allowed. */
  direct: z.strictObject({ stunUrls: z.array(z.string()) }).nullable(),
});
export type CallJoin = z.infer<typeof CallJoin>;

/**
 * What a browser needs to stand by while a call rings: in the media room, but hidden, and without the right to hear, see
 * or send anything. `connection` names it when the call is answered.
 */
export const CallStandby = MediaUrls.extend({ connection: Id, token: z.string() });
export type CallStandby = z.infer<typeof CallStandby>;

/** How an address of the media server failed a page. */
export const MediaAddressFailure = z.strictObject({
  url: z.string().max(500),
  reason: z.enum([
    /** No connection: a browser does not tell an unknown name, a refusal and a certificate that is not valid apart. */
    'unreachable',
    'timeout',
    /** It answered with an error of HTTP, see `status`. */
    'status',
    /** It answered, but the live connection did not come about. */
    'signal',
    /** The live connection stood, but sound and picture did not get through. */
    'media',
  ]),
  status: z.number().int().min(100).max(599).nullable(),
});
export type MediaAddressFailure = z.infer<typeof MediaAddressFailure>;

/** The same address as our server sees it at that moment; `dns`: its name is unknown. */
export const MediaAddressState = z.enum(['ok', 'dns', 'refused', 'timeout', 'tls', 'status', 'unreachable']);
export type MediaAddressState = z.infer<typeof MediaAddressState>;

/** Both views of a failed address: together they tell whose network it is. */
export const MediaAddressReport = MediaAddressFailure.extend({
  server: z.strictObject({ state: MediaAddressState, status: z.number().int().nullable() }),
});
export type MediaAddressReport = z.infer<typeof MediaAddressReport>;
