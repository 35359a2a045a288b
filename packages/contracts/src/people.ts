import { z } from 'zod';
import { Id, Instant } from './actors.ts';
import { Locale, LocalisedText } from './locale.ts';

/** What a person may be; staff roles include what the ones before them may do: engineer < lead < administrator. */
export const STAFF_ROLES = ['engineer', 'lead', 'administrator'] as const;
export const StaffRole = z.enum(STAFF_ROLES);
export type StaffRole = z.infer<typeof StaffRole>;

export const ROLES = ['customer', ...STAFF_ROLES] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** Limits shared by forms and routes, in Unicode code units. */
export const NAME_MAX_LENGTH = 120;
export const PASSWORD_MIN_LENGTH = 10;
export const PASSWORD_MAX_LENGTH = 200;

export const PersonName = z.string().trim().min(1).max(NAME_MAX_LENGTH);
export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email());
export const Password = z.string().min(PASSWORD_MIN_LENGTH).max(PASSWORD_MAX_LENGTH);

export const Theme = z.enum(['system', 'light', 'dark']);
export type Theme = z.infer<typeof Theme>;

/** A member of the support team. */
export const StaffMember = z.strictObject({
  id: Id,
  name: z.string(),
  email: z.string(),
  role: StaffRole,
  disabled: z.boolean(),
  createdAt: Instant,
});
export type StaffMember = z.infer<typeof StaffMember>;

/** The person behind the current session. */
export const Me = z.strictObject({
  id: Id,
  role: Role,
  name: z.string(),
  email: z.string().nullable(),
  anonymous: z.boolean(),
  organisation: z.strictObject({ id: Id, name: z.string() }).nullable(),
  locale: Locale,
  theme: Theme,
});
export type Me = z.infer<typeof Me>;

/** What a ticket can concern; the administrator edits the list. */
export const Topic = z.strictObject({ id: z.string().regex(/^[a-z0-9-]{1,40}$/), name: LocalisedText });
export type Topic = z.infer<typeof Topic>;

export const Workspace = z.strictObject({
  name: z.string(),
  topics: z.array(Topic),
  /** No administrator exists yet: only the first-run page works. */
  needsSetup: z.boolean(),
  /** The seeded demo company is present; sign-in pages may say so. */
  demo: z.boolean(),
  uploadMaxBytes: z.number().int(),
});
export type Workspace = z.infer<typeof Workspace>;
