import { z } from 'zod';
import { Id } from '../actors.ts';
import {
  KNOWN_ERRORS_IMPORT_MAX,
  KnownError,
  KnownErrorContent,
  KnownErrorMark,
  KnownErrorsImport,
} from '../catalogue.ts';
import { route } from '../route.ts';

const ById = z.strictObject({ id: Id });

export const listKnownErrors = route({
  method: 'GET',
  path: '/api/known-errors',
  access: 'person',
  rate: 'read',
  summary: 'The error catalogue, searched in codes, components and texts, by code; customers see what is for everyone.',
  query: z.strictObject({
    query: z.string().trim().max(200).default(''),
    offset: z.coerce.number().int().min(0).max(100_000).default(0),
  }),
  reply: z.strictObject({ entries: z.array(KnownError), total: z.number().int() }),
});

export const listKnownErrorMarks = route({
  method: 'GET',
  path: '/api/known-errors/marks',
  access: 'anyone',
  rate: 'read',
  summary:
    'By what each known error is recognised in a text, and what it means in a line; visitors see what is for everyone.',
  reply: z.strictObject({ marks: z.array(KnownErrorMark) }),
});

export const getKnownError = route({
  method: 'GET',
  path: '/api/known-errors/:id',
  access: 'anyone',
  rate: 'read',
  summary: 'What one code means, where it comes from and what helps.',
  params: ById,
  reply: z.strictObject({ entry: KnownError }),
});

export const saveKnownError = route({
  method: 'PUT',
  path: '/api/known-errors/:id',
  access: 'lead',
  rate: 'write',
  summary: 'Makes or changes an entry of the error catalogue.',
  params: ById,
  body: KnownErrorContent,
  reply: z.strictObject({ entry: KnownError }),
});

export const deleteKnownError = route({
  method: 'DELETE',
  path: '/api/known-errors/:id',
  access: 'lead',
  rate: 'write',
  summary: 'Takes an entry out of the error catalogue.',
  params: ById,
  reply: z.strictObject({}),
});

export const importKnownErrors = route({
  method: 'POST',
  path: '/api/known-errors/import',
  access: 'lead',
  rate: 'write',
  summary:
    'Takes over many entries, all or none: those of a known code and component are changed. A trial changes nothing.',
  body: z.strictObject({
    entries: z.array(KnownErrorContent).min(1).max(KNOWN_ERRORS_IMPORT_MAX),
    trial: z.boolean().default(false),
  }),
  bodyMax: { bytes: 16 * 1_024 * 1_024, field: 'entries' },
  reply: KnownErrorsImport,
});
