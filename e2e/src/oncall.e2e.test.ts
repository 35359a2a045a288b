import { randomUUID } from 'node:crypto';
import type { TicketEvent, TicketEventBody } from '@alongside/contracts';
import { launchChromium, type RunningServer, startServer, until } from '@alongside/testkit';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, setUpAdministrator, visitor } from './api.ts';
import { givenDefaultPlan } from './plans.ts';
import { type Complaints, EngineerScene } from './scenes.ts';

const SECOND = { name: 'Sam Second', email: 'sam@acme.test', password: 'sam is asleep at night' };
const FIRST_WAIT_MS = 12_000;
const HOUR_MS = 3_600_000;

/** One story, told in order; each step stands on the ones before. */
describe('whoever is on call is paged', () => {
  let server: RunningServer;
  let browser: Browser;
  let lead: Person;
  let first: Page;
  let second: Page;
  let ticketId: string;
  const complaints: Complaints = [];
  const origin = () => server.origin;

  beforeAll(async () => {
    server = await startServer({ args: ['--empty'], env: { RATE_LIMIT_SCALE: '1000' } });
    browser = await launchChromium();
    lead = await setUpAdministrator(origin);
    await givenDefaultPlan(lead, { first_response: HOUR_MS });
    const password = 'lin is awake at night';
    await lead.request('POST', '/api/staff', { ...SECOND, role: 'engineer' });
    const anna = { name: 'Anna Admin', email: 'anna@acme.test', role: 'administrator', password };
    await lead.request('POST', '/api/staff', anna);
    first = (await EngineerScene.signIn(browser, `${server.origin}/console/`, anna, complaints)).page;
    second = (await EngineerScene.signIn(browser, `${server.origin}/console/`, SECOND, complaints)).page;
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const logOf = async (id: string) =>
    (await lead.request<{ events: TicketEvent[] }>('GET', `/api/tickets/${id}/events`)).events;
  async function bodiesOf<T extends TicketEventBody['type']>(id: string, type: T) {
    return (await logOf(id)).flatMap(({ body }) =>
      body.type === type ? [body as Extract<TicketEventBody, { type: T }>] : [],
    );
  }
  async function openP0(subject: string): Promise<string> {
    const id = randomUUID();
    await (await visitor(origin)).request('POST', '/api/tickets', {
      id,
      channel: 'widget',
      subject,
      priority: 'P0',
      production: true,
      message: { id: randomUUID(), body: `${subject}. Nothing works any more.` },
    });
    return id;
  }
  const overlay = (page: Page, subject: string | RegExp) => page.getByRole('alertdialog').filter({ hasText: subject });
  const acknowledged = (id: string) =>
    until('the acknowledgement', async () => (await bodiesOf(id, 'escalation.acknowledged')).length === 1);

  it('a rotation is made in the console, and says who is on call', async () => {
    await first.getByRole('link', { name: 'On call' }).click();
    await first.getByText('Nobody is on call yet').waitFor();
    await first.getByRole('link', { name: 'Make the first rotation' }).click();
    await first.getByRole('button', { name: 'New rotation' }).click();
    const editor = first.getByRole('dialog', { name: 'New rotation' });
    await editor.getByLabel('Name', { exact: true }).fill('Video');
    await editor.getByRole('button', { name: 'Create' }).click();
    await editor.waitFor({ state: 'detached' });
    await first.getByRole('link', { name: 'Now', exact: true }).click();
    const card = first.getByRole('listitem').filter({ has: first.getByRole('heading', { name: 'Video' }) });
    await card.getByText('Anna Admin (you)').waitFor();
    // The colleague's console hears of it without a reload.
    await second.getByRole('link', { name: 'On call' }).click();
    await second.getByText('Anna Admin').first().waitFor();
  });

  it('it is edited, and what one cannot save is said beside its field', async () => {
    await first.getByRole('link', { name: 'Rotations' }).click();
    await first.getByRole('button', { name: 'Edit', exact: true }).click();
    const editor = first.getByRole('dialog', { name: /Edit/ });
    const zone = editor.getByLabel('Time zone').first();
    const before = await zone.inputValue();
    await zone.fill('Mars/Olympus');
    await editor.getByRole('button', { name: 'Save' }).click();
    await editor.getByText(/There is no time zone of this name/).waitFor();
    await zone.fill(before);
    await editor.getByRole('combobox', { name: /Add somebody/ }).click();
    await first.getByRole('option', { name: SECOND.name }).click();
    await editor.getByLabel('Name of the layer').fill('Turns');
    await editor.getByRole('button', { name: 'Save' }).click();
    await editor.waitFor({ state: 'detached' });
    const picture = first.getByRole('region', { name: 'Turns' });
    await picture.getByText(SECOND.name).first().waitFor();
    const { rotations } = await lead.request<{ rotations: { current: object }[] }>('GET', '/api/on-call/rotations');
    expect(rotations[0]!.current).toMatchObject({ version: 2, content: { layers: [{ name: 'Turns' }] } });
  });

  it('an override is drawn with the pointer, and taken back', async () => {
    await first.getByRole('button', { name: 'Later' }).click();
    const track = first.getByTitle('Draw across a stretch of time to put somebody else on call');
    const box = (await track.boundingBox())!;
    const y = box.y + box.height / 2;
    await first.mouse.move(box.x + box.width * 0.31, y);
    await first.mouse.down();
    await first.mouse.move(box.x + box.width * 0.42, y, { steps: 5 });
    await first.mouse.up();
    const dialog = first.getByRole('dialog', { name: 'Put somebody else on call' });
    await dialog.getByRole('combobox', { name: 'Who' }).click();
    await first.getByRole('option', { name: SECOND.name }).click();
    await dialog.getByRole('button', { name: 'Put on call' }).click();
    await dialog.waitFor({ state: 'detached' });
    const bar = first.getByRole('region', { name: 'Overrides' }).getByRole('button', { name: SECOND.name });
    await bar.click();
    await first.getByRole('button', { name: 'Take back' }).click();
    await bar.waitFor({ state: 'detached' });
  });

  it('its shifts are exported for calendar programs', async () => {
    const { calendars } = await lead.request<{ calendars: { name: string; url: string }[] }>('GET', '/api/on-call/me');
    const { url } = calendars.find(({ name }) => name === 'Video')!;
    const reply = await fetch(url);
    expect(reply.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    const file = (await reply.text()).replaceAll('\r\n ', '');
    expect(file).toMatch(/^BEGIN:VCALENDAR\r\n/);
    expect(file).toContain('SUMMARY:Video: Anna Admin on call');
    expect(file).toContain(`SUMMARY:Video: ${SECOND.name} on call`);
    expect((await fetch(`${url.slice(0, -8)}AAAAAAAA`)).status).toBe(404);
  });

  it('a policy is made a ladder in the settings', async () => {
    await first.goto(`${server.origin}/console/settings/escalation`);
    await first.getByRole('button', { name: /^Edit P0/ }).click();
    const editor = first.getByRole('dialog', { name: /Edit/ });
    const waits = editor.getByLabel('Wait for an acknowledgement');
    await waits.first().fill(String(FIRST_WAIT_MS / 60_000));
    await waits.first().blur();
    const target = editor.getByRole('combobox', { name: /Whom/ }).nth(1);
    await target.click();
    await first.getByRole('option', { name: 'A person' }).click();
    await editor.getByRole('combobox', { name: /^A person/ }).click();
    await first.getByRole('option', { name: SECOND.name }).click();
    await editor.getByRole('button', { name: 'Save' }).click();
    await editor.waitFor({ state: 'detached' });
    await first.getByRole('button', { name: 'Who would be paged now?' }).click();
    await first.getByText('now: Anna Admin').waitFor();
    await first.getByText(`now: ${SECOND.name}`).waitFor();
  });

  it('a P0 pages at once, in front of whatever one does', async () => {
    ticketId = await openP0('All rooms are dark');
    await overlay(first, 'All rooms are dark').getByRole('button', { name: 'Acknowledge' }).waitFor();
    const shownToSecond = await overlay(second, 'All rooms are dark').count();
    const [step, ...later] = await bodiesOf(ticketId, 'escalation.stepped');
    expect(step).toMatchObject({ step: 1, people: [{ name: 'Anna Admin' }] });
    // On a busy machine the second step may have come by now; until then the second engineer sees nothing.
    if (later.length === 0) expect(shownToSecond).toBe(0);
  });

  it('unacknowledged it climbs to the second engineer, whose key ends it for everybody', async () => {
    await overlay(second, 'All rooms are dark').waitFor({ timeout: 60_000 });
    await overlay(first, 'All rooms are dark').waitFor();
    await second.keyboard.press('y');
    await acknowledged(ticketId);
    await overlay(first, 'All rooms are dark').waitFor({ state: 'detached' });
    await overlay(second, 'All rooms are dark').waitFor({ state: 'detached' });
    // One is led to what one took upon oneself.
    await second.waitForURL(/\/console\/views\/all\/\d+$/);
  });

  it('the timeline tells every step and every delivery, and the chain stands still', async () => {
    const log = second.getByRole('log');
    for (const line of [
      'Step 1: paging Anna Admin',
      'Paged Anna Admin by console',
      /The mail that pages Anna Admin/,
      `Step 2: paging ${SECOND.name}`,
      `Paged ${SECOND.name} by console`,
      `${SECOND.name} acknowledged the page`,
    ])
      await log.getByText(line).first().waitFor();
    await second.getByText(new RegExp(`${SECOND.name} acknowledged at`)).waitFor();
    const { escalations } = await lead.request<{ escalations: { state: string; nextStepAt: string | null }[] }>(
      'GET',
      `/api/tickets/${ticketId}/escalations`,
    );
    expect(escalations).toMatchObject([{ state: 'acknowledged', nextStepAt: null }]);
    expect((await bodiesOf(ticketId, 'escalation.stepped')).map(({ step }) => step)).toEqual([1, 2]);
  });

  it('reopened, it goes on with the step it had come to', async () => {
    await lead.request('POST', `/api/tickets/${ticketId}/state`, { state: 'solved' });
    await lead.request('POST', `/api/tickets/${ticketId}/state`, { state: 'open' });
    const card = overlay(second, 'All rooms are dark');
    await card.getByRole('button', { name: 'Quiet' }).click();
    await card.waitFor({ state: 'detached' });
    const bar = second.getByText(/Step 2 of 2/);
    await bar.waitFor();
    await second.getByRole('button', { name: 'Acknowledge' }).click();
    await bar.waitFor({ state: 'detached' });
    expect((await bodiesOf(ticketId, 'page.seen')).map(({ person }) => person.name)).toEqual([SECOND.name]);
  });

  it('somebody is paged by hand, with a note', async () => {
    await second.getByRole('button', { name: 'Page someone' }).click();
    const dialog = second.getByRole('dialog', { name: 'Page someone about this ticket' });
    await dialog.getByRole('combobox', { name: /^A person/ }).click();
    await second.getByRole('option', { name: 'Anna Admin' }).click();
    await dialog.getByLabel('What they should know').fill('The mixer does not answer');
    await dialog.getByRole('button', { name: 'Page', exact: true }).click();
    const card = overlay(first, 'The mixer does not answer');
    await card.getByRole('button', { name: 'Acknowledge' }).click();
    await card.waitFor({ state: 'detached' });
  });

  it('the link of a mail acknowledges without a session', async () => {
    const id = await openP0('No sound in the arena');
    const token = await tokenFor(id, 'anna@acme.test', 'No sound in the arena');
    const page = await (await browser.newContext({ locale: 'en' })).newPage();
    await page.goto(`${server.origin}/console/acknowledge#${token}`);
    await page.getByText('No sound in the arena').waitFor();
    expect(await bodiesOf(id, 'escalation.acknowledged')).toEqual([]);
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByRole('heading', { name: 'Acknowledged' }).waitFor();
    await acknowledged(id);
    await page.context().close();
  });

  it('a push message rings while no console is open, and its button acknowledges', async () => {
    const id = await openP0('The encoder is gone');
    const token = await tokenFor(id, 'anna@acme.test', 'The encoder is gone');
    const context: BrowserContext = await browser.newContext({ locale: 'en' });
    await context.grantPermissions(['notifications'], { origin: server.origin });
    const page = await context.newPage();
    await page.goto(`${server.origin}/console/acknowledge#${token}`);
    await page.evaluate(async () => {
      await navigator.serviceWorker.register('/console/push-worker.js');
      await navigator.serviceWorker.ready;
    });
    const cdp = await context.newCDPSession(page);
    const registered = new Promise<string>((resolve) =>
      cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        if (registrations[0]) resolve(registrations[0].registrationId);
      }),
    );
    await cdp.send('ServiceWorker.enable');
    const message = { tag: id, title: 'P0', body: 'It is dark', url: `${server.origin}/console/`, token };
    // What the browser does once its maker's push service has handed the message on.
    await cdp.send('ServiceWorker.deliverPushMessage', {
      origin: server.origin,
      registrationId: await registered,
      data: JSON.stringify({ ...message, pageId: id, acknowledge: 'Acknowledge', open: 'Open' }),
    });
    const worker = await until('the worker', () => context.serviceWorkers()[0]);
    const shown = await until('the notice', () =>
      worker.evaluate(async () => {
        const scope = self as unknown as ServiceWorkerGlobalScope;
        const [notice] = await scope.registration.getNotifications();
        if (!notice) return null;
        scope.dispatchEvent(
          new NotificationEvent('notificationclick', { notification: notice, action: 'acknowledge' }),
        );
        return { title: notice.title, body: notice.body };
      }),
    );
    expect(shown).toEqual({ title: 'P0', body: 'It is dark' });
    await acknowledged(id);
    await context.close();
  });

  it('prints no error on the way', () => {
    expect(complaints).toEqual([]);
  });

  /** The token of the mail that pages somebody about a ticket. */
  function tokenFor(id: string, email: string, subject: string): Promise<string> {
    return until('the mail', async () => {
      await until('the chain', async () => (await bodiesOf(id, 'escalation.stepped')).length > 0);
      const { mails } = await lead.request<{ mails: { to: string; subject: string; text: string }[] }>(
        'GET',
        '/api/mail',
      );
      const mail = mails.find((each) => each.to === email && each.subject.includes(subject));
      return mail && /acknowledge#([\w-]+)/.exec(mail.text)?.[1];
    });
  }
});

type ServiceWorkerGlobalScope = EventTarget & { registration: ServiceWorkerRegistration };
declare const NotificationEvent: new (type: string, init: { notification: Notification; action: string }) => Event;
