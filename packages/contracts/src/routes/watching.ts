import { z } from 'zod';
import { Id } from '../actors.ts';
import { Diagnosis, DiagnosisSource, RecordedDiagnosis } from '../diagnoses.ts';
import { TicketEvent } from '../events.ts';
import { route } from '../route.ts';
import {
  SAMPLE_BATCH_MAX_BYTES,
  SampleBatch,
  SamplesReply,
  WatchedAbout,
  WatchedSession,
  Watching,
  WatchSettings,
} from '../watching.ts';

const ById = z.strictObject({ id: Id });
const Settings = z.strictObject({ settings: WatchSettings });
const BATCH_MAX = { bytes: SAMPLE_BATCH_MAX_BYTES, field: 'rows' };
/** A diagnosis with its lanes, as a browser makes it of a file. */
const DIAGNOSIS_MAX = { bytes: 1024 * 1024, field: 'diagnosis' };

export const sendCallSamples = route({
  method: 'POST',
  path: '/api/calls/:id/samples',
  access: 'person',
  rate: 'write',
  summary:
    'What one’s browser measured in a call one is in, or has just left. The body may be compressed (`content-encoding: gzip`).',
  params: ById,
  body: SampleBatch,
  bodyMax: BATCH_MAX,
  mayBeGzipped: true,
  reply: SamplesReply,
});

export const startWatching = route({
  method: 'POST',
  path: '/api/watched-sessions',
  access: 'customer',
  rate: 'write',
  summary:
    'A page of a customer’s own product begins to watch a call of its own. `id` is made by the page; the same one again changes nothing and answers the same.',
  body: z.strictObject({ id: Id, about: WatchedAbout }),
  reply: z.strictObject({ session: WatchedSession, goOn: z.boolean() }),
});

export const sendWatchedSamples = route({
  method: 'POST',
  path: '/api/watched-sessions/:id/samples',
  access: 'customer',
  rate: 'write',
  summary:
    'What the page measured of that call. The body may be compressed (`content-encoding: gzip`); at the end of the page it is sent with `keepalive`.',
  params: ById,
  body: SampleBatch,
  bodyMax: BATCH_MAX,
  mayBeGzipped: true,
  reply: SamplesReply,
});

export const attachWatchedSession = route({
  method: 'POST',
  path: '/api/tickets/:id/watched-sessions',
  access: 'customer',
  rate: 'write',
  summary:
    'Says that a ticket is about a call one’s page has watched, as `watchedSessionId` does when a ticket is opened. Only one’s own; once more changes nothing.',
  params: ById,
  body: z.strictObject({ watchedSessionId: Id }),
  reply: z.strictObject({}),
});

export const getWatching = route({
  method: 'GET',
  path: '/api/tickets/:id/watching/:sourceId',
  access: 'engineer',
  rate: 'read',
  summary:
    'Everything measured so far of a call of the ticket, or of a watched session attached to it: lanes of the whole, and all causes. `:sourceId` is the call’s or the session’s id.',
  params: z.strictObject({ id: Id, sourceId: Id }),
  reply: z.strictObject({ watching: Watching }),
});

export const recordFileDiagnosis = route({
  method: 'POST',
  path: '/api/tickets/:id/diagnoses',
  access: 'person',
  rate: 'write',
  summary:
    'Keeps what one’s browser found in a dump, HAR or log that was attached to a message of the ticket, masked. `diagnosisId` is made by the page; the same one again changes nothing. Only the team sees it.',
  params: ById,
  body: z.strictObject({
    diagnosisId: Id,
    source: DiagnosisSource.options[2].omit({ kind: true, fileName: true }),
    diagnosis: Diagnosis,
  }),
  bodyMax: DIAGNOSIS_MAX,
  reply: z.strictObject({ ticketId: Id, events: z.array(TicketEvent) }),
});

export const getDiagnosis = route({
  method: 'GET',
  path: '/api/diagnoses/:id',
  access: 'engineer',
  rate: 'read',
  summary: 'A diagnosis kept with a ticket, whole: findings and lanes.',
  params: ById,
  reply: z.strictObject({ recorded: RecordedDiagnosis }),
});

export const getWatchSettings = route({
  method: 'GET',
  path: '/api/watch-settings',
  access: 'engineer',
  rate: 'read',
  summary: 'What is measured of calls and how long it is kept.',
  reply: Settings,
});

export const updateWatchSettings = route({
  method: 'PUT',
  path: '/api/watch-settings',
  access: 'lead',
  rate: 'write',
  summary: 'Changes what is measured of calls and how long it is kept; samples already older are removed within a day.',
  body: WatchSettings,
  reply: Settings,
});
