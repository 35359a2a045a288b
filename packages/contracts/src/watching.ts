import { z } from 'zod';
import { Id, Instant } from './actors.ts';
import { Diagnosis } from './diagnoses.ts';

/** A batch is no larger, as it is sent and unpacked. */
export const SAMPLE_BATCH_MAX_BYTES = 64 * 1024;

/** What one batch may hold; ten people with sound, picture and screen fit. */
export const SAMPLE_BATCH_LIMITS = { instants: 60, connections: 20, tracks: 120, columns: 60, events: 200 } as const;

/** How often a browser sends, unless the reply to its last batch says otherwise, ms. */
export const SAMPLES_SEND_EVERY_MS = 10_000;

const Column = z.array(z.number().int().nullable()).max(SAMPLE_BATCH_LIMITS.instants);

/**
 * Name of a measure (packages/diagnosis/src/model/fields.ts) → its values at the batch's instants, as
 * packages/diagnosis/src/wire writes them: whole numbers of the measure's smallest step, each as the difference to the
 * one measured before it; null where it was not measured.
 */
const Columns = z
  .record(z.string().regex(/^[a-zA-Z]{1,40}$/), Column)
  .refine((columns) => Object.keys(columns).length <= SAMPLE_BATCH_LIMITS.columns, 'too many columns');

const LocalId = z.string().min(1).max(80);
const Word = z.string().max(80);

/** What was measured since the batch before; written by `encodeRows` and read by `decodeRows` of `@alongside/diagnosis`. */
export const SampleRows = z.strictObject({
  /** The first instant, ms since 1970 by the browser's clock. */
  fromMs: z.number().int().min(0).max(8_640_000_000_000_000),
  /** When samples were taken, each in ms after the one before; the first after `fromMs`. */
  instants: z.array(z.number().int().min(0).max(3_600_000)).max(SAMPLE_BATCH_LIMITS.instants),
  connections: z
    .array(
      z.strictObject({
        id: LocalId,
        url: z.string().max(500).optional(),
        iceServers: z.array(z.string().max(200)).max(20).optional(),
        relayOnly: z.boolean().optional(),
        columns: Columns,
      }),
    )
    .max(SAMPLE_BATCH_LIMITS.connections),
  tracks: z
    .array(
      z.strictObject({
        id: LocalId,
        connection: LocalId,
        direction: z.enum(['send', 'receive']),
        kind: z.enum(['audio', 'video']),
        source: z.enum(['microphone', 'camera', 'screen']).optional(),
        /** Of what is received: the actor id of whoever sends it, where the page knows. */
        sender: LocalId.optional(),
        ssrc: z.number().int().min(0).max(0xffff_ffff).optional(),
        mid: Word.optional(),
        rid: Word.optional(),
        mimeType: Word.optional(),
        implementation: Word.optional(),
        columns: Columns,
      }),
    )
    .max(SAMPLE_BATCH_LIMITS.tracks),
  device: Columns,
  /** As packages/diagnosis/src/model/events.ts has them, `at` in ms after `fromMs` (or before it). */
  events: z.array(z.looseObject({ type: Word, at: z.number().int() })).max(SAMPLE_BATCH_LIMITS.events),
});
export type SampleRows = z.infer<typeof SampleRows>;

/** What a browser measured of one stay in a call. The same stay and number again changes nothing. */
export const SampleBatch = z.strictObject({
  version: z.literal(1),
  /** From entering to leaving, or until the page is reloaded; made by the browser. */
  stay: Id,
  /** Counts the stay's batches from 0. They may come in any order. */
  number: z.number().int().min(0).max(100_000),
  /** By the browser's clock, ms since 1970: tells how far it is from the server's. */
  sentAtMs: z.number().int().min(0).max(8_640_000_000_000_000),
  /** The server's clock minus the browser's, where the live connection has measured it, ms. */
  clockOffsetMs: z.number().min(-4e12).max(4e12).optional(),
  /** As the browser names itself. */
  userAgent: z.string().max(500).optional(),
  /** The stay's last one. */
  last: z.boolean().optional(),
  rows: SampleRows,
});
export type SampleBatch = z.infer<typeof SampleBatch>;

/** What becomes of a batch, and how to go on. */
export const SamplesReply = z.strictObject({
  /** The server's clock, ms since 1970. */
  serverTimeMs: z.number(),
  /** False: nothing more is wanted of this stay, because the call is over, it is full, or watching is off. */
  goOn: z.boolean(),
  /** When to send next, ms: sooner while somebody of the team looks. */
  sendEveryMs: z.number().int().positive(),
});
export type SamplesReply = z.infer<typeof SamplesReply>;

/** What a page tells of a call of its own that it has watched. */
export const WatchedAbout = z.strictObject({
  /** What the customer's developer calls it, e.g. `Lesson 42`. */
  label: z.string().trim().max(200).default(''),
  pageUrl: z.string().max(2_000).optional(),
  appVersion: z.string().max(120).optional(),
});
export type WatchedAbout = z.infer<typeof WatchedAbout>;

/** A call of a customer's own product that their page watches for us. */
export const WatchedSession = z.strictObject({
  id: Id,
  about: WatchedAbout,
  startedAt: Instant,
  /** When the last samples came; null before the first. */
  lastSampleAt: Instant.nullable(),
});
export type WatchedSession = z.infer<typeof WatchedSession>;

/** A call as it goes, for the team: what is drawn of it, and what is wrong now. */
export const Watching = z.strictObject({
  source: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('call'), callId: Id }),
    z.strictObject({ kind: z.literal('watched'), watchedSessionId: Id, label: z.string() }),
  ]),
  ticketId: Id.nullable(),
  /** Samples may still come. */
  live: z.boolean(),
  /** Of the last minutes while live, of the whole when asked for. `causes` are those that have not ended. */
  diagnosis: Diagnosis,
  /** By participant: when their last sample was taken, server's clock, ms; null: nothing has come. */
  lastSampleMs: z.record(z.string(), z.number().nullable()),
});
export type Watching = z.infer<typeof Watching>;

export const WATCH_RETENTION_MAX_DAYS = 3_650;

export const WatchSettings = z.strictObject({
  /** Calls of ours are measured by the browsers in them. */
  watchCalls: z.boolean(),
  /** Pages of customers' own products may send us what they measure. */
  watchProducts: z.boolean(),
  /** Samples are removed after so many days; diagnoses stay with their tickets. Null: samples are kept as long as those. */
  retentionDays: z.number().int().min(1).max(WATCH_RETENTION_MAX_DAYS).nullable(),
  /** IP addresses of participants are kept with the samples. */
  keepAddresses: z.boolean(),
});
export type WatchSettings = z.infer<typeof WatchSettings>;
