import * as contracts from '@alongside/contracts';
import { AppError } from '@alongside/contracts';
import { networkOf } from '../platform/http/rate-limits.ts';
import { route } from '../platform/http/route.ts';
import type { Platform } from '../platform/platform.ts';
import { changePassword, checkPassword, createStaff, setUpWorkspace, updateStaff, updateWorkspace } from './actions.ts';
import { type CookieContext, clearSessionCookie, setSessionCookie } from './cookies.ts';
import type { Passwords } from './passwords.ts';
import { presentStaff, presentStaffMe, presentWorkspace } from './present.ts';
import { findAllStaff, loadWorkspace, type StaffRow } from './queries.ts';
import { endSession, startSession } from './session.actions.ts';
import { createSignInLimits } from './sign-in-limits.ts';

/** Routes about the team and the workspace. Those about whoever is signed in stand in customers, which knows both sides. */
export function registerPeopleRoutes({ app, db, config }: Platform, passwords: Passwords): void {
  const limits = createSignInLimits(config.rateLimitScale);
  const { knownDevices } = app;

  async function enter(staff: StaffRow, { request, reply }: Pick<CookieContext, 'request' | 'reply'>) {
    const token = await startSession(db, { personKind: 'staff', personId: staff.id, via: 'cookie' });
    setSessionCookie({ request, reply, config }, 'staff', token);
    knownDevices.remember({ request, reply, config }, staff.email);
    return { me: presentStaffMe(staff) };
  }

  route(app, contracts.setUpWorkspace, async ({ body, request, reply }) => {
    return enter(await setUpWorkspace(db, passwords, body), { request, reply });
  });

  route(
    app,
    contracts.signInStaff,
    async ({ body, request, reply }) => {
      const account = accountOf(body);
      const device = knownDevices.recognise(request, account);
      const attempt = { account, network: networkOf(request.ip), device };
      await limits.begin(attempt);
      const staff = await checkPassword(db, passwords, account, body.password);
      await limits.succeed(attempt);
      return enter(staff, { request, reply });
    },
    { countedOn: (request) => knownDevices.recognise(request, accountOf(request.body)) },
  );

  route(app, contracts.signOut, async ({ caller, request, reply }) => {
    await endSession(db, caller.sessionId);
    if (caller.via === 'cookie') clearSessionCookie({ request, reply, config }, caller.kind);
    return {};
  });

  route(
    app,
    contracts.changeMyPassword,
    async ({ caller, body }) => {
      await changePassword(db, passwords, { staffId: caller.id, sessionId: caller.sessionId, ...body }, caller.locale);
      return {};
    },
    { countedOn: (request) => request.caller && `password of ${request.caller.id}` },
  );

  route(app, contracts.listStaff, async () => ({ staff: (await findAllStaff(db)).map(presentStaff) }));

  route(app, contracts.createStaff, async ({ body }) => {
    const { password, ...staff } = body;
    return { staff: presentStaff(await createStaff(db, { ...staff, passwordHash: await passwords.hash(password) })) };
  });

  route(app, contracts.updateStaff, async ({ params, body }) => ({
    staff: presentStaff(await updateStaff(db, params.id, body)),
  }));

  route(app, contracts.getWorkspaceSettings, async () => workspaceSettings());

  route(app, contracts.updateWorkspace, async ({ body, caller }) => {
    refuseDoubleTopics(body.topics ?? [], caller.locale);
    await updateWorkspace(db, {
      ...body,
      widgetOrigins: body.widgetOrigins?.map((o, i) => asOrigin(o, i, caller.locale)),
    });
    return workspaceSettings();
  });

  async function workspaceSettings() {
    const row = await loadWorkspace(db);
    return {
      workspace: presentWorkspace(row, config.uploadMaxBytes),
      widgetOrigins: row.widgetOrigins,
      widgetOriginsOfOperator: config.widgetOrigins ?? [],
    };
  }
}

/** The account a sign-in is for, of a body that may be anything yet. */
function accountOf(body: unknown): string {
  const email = (body as { email?: unknown } | null | undefined)?.email;
  return typeof email === 'string' ? email.trim().toLowerCase() : '';
}

const ORIGIN_WANTED = {
  en: 'Enter an address such as https://www.example.com, without a path.',
  'zh-CN': '请填写形如 https://www.example.com 的地址，不含路径。',
};
const TOPIC_TWICE = { en: 'This topic is there twice.', 'zh-CN': '该主题重复。' };

/** Anything but a bare origin would break the embedding policy it is written into. */
function asOrigin(text: string, index: number, locale: contracts.Locale): string {
  const url = URL.parse(text.trim());
  const isBare = url !== null && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href;
  if (isBare) return url.origin;
  const field = `widgetOrigins.${index}`;
  throw new AppError('invalid_input', { field }, [{ field, message: ORIGIN_WANTED[locale] }]);
}

function refuseDoubleTopics(topics: contracts.Topic[], locale: contracts.Locale): void {
  const index = topics.findIndex((topic, at) => topics.findIndex((other) => other.id === topic.id) < at);
  if (index < 0) return;
  const field = `topics.${index}.id`;
  throw new AppError('invalid_input', { field }, [{ field, message: TOPIC_TWICE[locale] }]);
}
