import { z } from 'zod';
import { Id } from '../actors.ts';
import { Locale } from '../locale.ts';
import { Email, Me, Password, PersonName, StaffMember, StaffRole, Theme, Topic, Workspace } from '../people.ts';
import { route } from '../route.ts';

const Empty = z.strictObject({});
const Session = z.strictObject({ workspace: Workspace, me: Me.nullable() });
const SignedIn = z.strictObject({ me: Me });
const WorkspaceSettings = z.strictObject({
  workspace: Workspace,
  widgetOrigins: z.array(z.string()),
  /** Those the operator set in the environment; they cannot be changed here. */
  widgetOriginsOfOperator: z.array(z.string()),
});

export const getSession = route({
  method: 'GET',
  path: '/api/session',
  access: 'anyone',
  rate: 'read',
  summary: 'The workspace and the person behind the current session, if any.',
  reply: Session,
});

export const setUpWorkspace = route({
  method: 'POST',
  path: '/api/setup',
  access: 'anyone',
  rate: 'credential',
  summary: 'First run: names the workspace and creates its first administrator. Refused once one exists.',
  body: z.strictObject({
    workspaceName: PersonName,
    name: PersonName,
    email: Email,
    password: Password,
    locale: Locale,
  }),
  reply: SignedIn,
});

export const signInStaff = route({
  method: 'POST',
  path: '/api/staff/sign-in',
  access: 'anyone',
  rate: 'credential',
  summary: 'Starts a staff session (cookie).',
  body: z.strictObject({ email: z.string().max(254), password: z.string().max(1_000) }),
  reply: SignedIn,
});

export const redeemSignInLink = route({
  method: 'POST',
  path: '/api/sign-in-link/redeem',
  access: 'anyone',
  rate: 'credential',
  summary: 'Starts a session from a one-time link: a magic link by e-mail or the link printed at start.',
  body: z.strictObject({ token: z.string().min(10).max(200) }),
  reply: SignedIn,
});

export const requestMagicLink = route({
  method: 'POST',
  path: '/api/portal/magic-link',
  access: 'anyone',
  rate: 'credential',
  summary: 'Mails a sign-in link to a customer. The reply is the same whether the address is known or not.',
  body: z.strictObject({ email: Email, locale: Locale }),
  reply: Empty,
});

export const signOut = route({
  method: 'POST',
  path: '/api/sign-out',
  access: 'person',
  rate: 'write',
  summary: 'Ends the current session.',
  body: Empty,
  reply: Empty,
});

export const updateMe = route({
  method: 'PATCH',
  path: '/api/me',
  access: 'person',
  rate: 'write',
  summary:
    'Changes one’s own name, language or theme. An anonymous visitor may leave an e-mail address to be answered at; it proves nothing and joins them to nobody.',
  body: z.strictObject({
    name: PersonName.optional(),
    locale: Locale.optional(),
    theme: Theme.optional(),
    email: Email.optional(),
  }),
  reply: SignedIn,
});

export const changeMyPassword = route({
  method: 'POST',
  path: '/api/me/password',
  access: 'engineer',
  rate: 'credential',
  summary: 'Changes one’s own password and ends one’s other sessions.',
  body: z.strictObject({ current: z.string().max(1_000), next: Password }),
  reply: Empty,
});

export const listStaff = route({
  method: 'GET',
  path: '/api/staff',
  access: 'engineer',
  rate: 'read',
  summary: 'The support team.',
  reply: z.strictObject({ staff: z.array(StaffMember) }),
});

export const createStaff = route({
  method: 'POST',
  path: '/api/staff',
  access: 'administrator',
  rate: 'write',
  summary: 'Adds a member of the support team with a first password.',
  body: z.strictObject({ name: PersonName, email: Email, role: StaffRole, password: Password }),
  reply: z.strictObject({ staff: StaffMember }),
});

export const updateStaff = route({
  method: 'PATCH',
  path: '/api/staff/:id',
  access: 'administrator',
  rate: 'write',
  summary: 'Changes a member’s name or role, or disables them (their sessions end).',
  params: z.strictObject({ id: Id }),
  body: z.strictObject({ name: PersonName.optional(), role: StaffRole.optional(), disabled: z.boolean().optional() }),
  reply: z.strictObject({ staff: StaffMember }),
});

export const updateWorkspace = route({
  method: 'PATCH',
  path: '/api/workspace',
  access: 'administrator',
  rate: 'write',
  summary: 'Changes the workspace’s name, its topics, or the sites that may embed the widget.',
  body: z.strictObject({
    name: PersonName.optional(),
    topics: z.array(Topic).max(100).optional(),
    /** The topics these were made of: if there are others by now, nothing is changed (`topics_changed`). */
    topicsBefore: z.array(Topic).max(100).optional(),
    widgetOrigins: z.array(z.string().max(300)).max(100).optional(),
  }),
  reply: WorkspaceSettings,
});

export const getWorkspaceSettings = route({
  method: 'GET',
  path: '/api/workspace/settings',
  access: 'administrator',
  rate: 'read',
  summary:
    'The workspace with the settings only administrators see. Sites that are in neither list of origins cannot show the widget; the server’s own pages always can.',
  reply: WorkspaceSettings,
});

export const MailState = z.enum(['queued', 'sent', 'failed', 'kept']);

export const listMail = route({
  method: 'GET',
  path: '/api/mail',
  access: 'administrator',
  rate: 'read',
  summary: 'The outbox: mails sent, waiting, failed, or kept here because no mail server is configured.',
  query: z.strictObject({ before: Id.optional() }),
  reply: z.strictObject({
    mails: z.array(
      z.strictObject({
        id: Id,
        to: z.string(),
        subject: z.string(),
        text: z.string(),
        state: MailState,
        error: z.string().nullable(),
        createdAt: z.string(),
        sentAt: z.string().nullable(),
      }),
    ),
    next: Id.nullable(),
  }),
});
