import * as contracts from '@alongside/contracts';
import { AppError } from '@alongside/contracts';
import { route } from '../platform/http/route.ts';
import type { Platform } from '../platform/platform.ts';
import { changePassword, checkPassword, createStaff, setUpWorkspace, updateStaff, updateWorkspace } from './actions.ts';
import { clearSessionCookie, setSessionCookie } from './cookies.ts';
import type { Passwords } from './passwords.ts';
import { presentStaff, presentStaffMe, presentWorkspace } from './present.ts';
import { findAllStaff, loadWorkspace } from './queries.ts';
import { endSession, startSession } from './session.actions.ts';

/** Routes about the team and the workspace. Those about whoever is signed in stand in customers, which knows both sides. */
export function registerPeopleRoutes({ app, db, config }: Platform, passwords: Passwords): void {
  const startStaffSession = (staffId: string) =>
    startSession(db, { personKind: 'staff', personId: staffId, via: 'cookie' });

  route(app, contracts.setUpWorkspace, async ({ body, request, reply }) => {
    const staff = await setUpWorkspace(db, passwords, body);
    setSessionCookie({ request, reply, config }, 'staff', await startStaffSession(staff.id));
    return { me: presentStaffMe(staff) };
  });

  route(app, contracts.signInStaff, async ({ body, request, reply }) => {
    // Guesses from many addresses at one account are slowed as well as many from one address.
    await app.rateLimits.consume('credential', `account:${body.email.trim().toLowerCase()}`);
    const staff = await checkPassword(db, passwords, body.email, body.password);
    setSessionCookie({ request, reply, config }, 'staff', await startStaffSession(staff.id));
    return { me: presentStaffMe(staff) };
  });

  route(app, contracts.signOut, async ({ caller, request, reply }) => {
    await endSession(db, caller.sessionId);
    if (caller.via === 'cookie') clearSessionCookie({ request, reply, config }, caller.kind);
    return {};
  });

  route(app, contracts.changeMyPassword, async ({ caller, body }) => {
    await changePassword(db, passwords, { staffId: caller.id, sessionId: caller.sessionId, ...body });
    return {};
  });

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
