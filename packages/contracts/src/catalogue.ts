import { z } from 'zod';
import { Id, Instant } from './actors.ts';

export const KNOWN_ERROR_CODE_MAX = 80;
export const KNOWN_ERROR_TEXT_MAX = 4_000;
/** More is no catalogue of one product. */
export const KNOWN_ERRORS_MAX = 10_000;
export const KNOWN_ERRORS_IMPORT_MAX = 5_000;

/** What is said in one language or in both; read in the other where one is empty. */
const Said = z.strictObject({
  en: z.string().trim().max(KNOWN_ERROR_TEXT_MAX).default(''),
  'zh-CN': z.string().trim().max(KNOWN_ERROR_TEXT_MAX).default(''),
});
/** The same, where something must be said. */
const SaidForSure = Said.refine((said) => said.en !== '' || said['zh-CN'] !== '', { message: 'said_in_no_language' });

/** Who reads an explanation: everybody who meets the code, or the team alone. */
export const KNOWN_ERROR_AUDIENCES = ['everyone', 'team'] as const;
export const KnownErrorAudience = z.enum(KNOWN_ERROR_AUDIENCES);
export type KnownErrorAudience = z.infer<typeof KnownErrorAudience>;

/** What a code of one's product means, where it comes from and what helps. */
export const KnownErrorContent = z.strictObject({
  /** As it stands in logs and messages: `1501`, `ERR_TOKEN_EXPIRED`, `NotReadableError`. */
  code: z
    .string()
    .trim()
    .min(1)
    .max(KNOWN_ERROR_CODE_MAX)
    .regex(/^-?[\w]+(?:[-.:][\w]+)*$/),
  /** What reports it: an SDK, a service. With the code it is the entry's name. */
  component: z.string().trim().max(60).default(''),
  meaning: SaidForSure,
  causes: Said.prefault({}),
  fix: Said.prefault({}),
  /** As people write it: `4.0 to 4.2.1`, `< 3.2`. */
  affectedVersions: z.string().trim().max(200).default(''),
  audience: KnownErrorAudience.default('everyone'),
});
export type KnownErrorContent = z.infer<typeof KnownErrorContent>;

export const KnownError = KnownErrorContent.extend({ id: Id, updatedAt: Instant });
export type KnownError = z.infer<typeof KnownError>;

/** What is needed to recognise a code and to say in a line what it means. */
export const KnownErrorMark = KnownError.pick({ id: true, code: true, component: true, meaning: true });
export type KnownErrorMark = z.infer<typeof KnownErrorMark>;

/** What an import does, or would do. */
export const KnownErrorsImport = z.strictObject({
  added: z.number().int(),
  changed: z.number().int(),
  same: z.number().int(),
});
export type KnownErrorsImport = z.infer<typeof KnownErrorsImport>;
