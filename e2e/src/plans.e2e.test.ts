import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Plan, SupportCalendar, TicketEvent } from '@alongside/contracts';
import { launchChromium, type RunningServer, startServer, until } from '@alongside/testkit';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTicket, type Person, person, visitor } from './api.ts';
import { choose } from './choose.ts';

type Mail = { to: string; text: string };

const ADMINISTRATOR = { name: '林薇', email: 'lin@acme.test', password: 'a password that is long enough' };
const NAMED = { name: 'Nora Named', email: 'nora@northwind.test' };
const OTHER = { name: 'Otto Other', email: 'otto@northwind.test' };

/** What the followed address names; next year's, since feeds are read from last year on. */
const FEED_DATE = `${new Date().getUTCFullYear() + 1}-08-08`;

/** From hours to a promise to a contract to a request, told in order; each step stands on the ones before. */
describe('what is promised, and to whom', () => {
  let server: RunningServer;
  let browser: Browser;
  let desk: Page;
  let administrator: Person;
  let feed: { origin: string; close: () => Promise<void> };
  const organisationId = randomUUID();
  const complaints: string[] = [];

  beforeAll(async () => {
    feed = await serveFeed();
    server = await startServer({
      args: ['--empty'],
      env: { RATE_LIMIT_SCALE: '1000', OUTGOING_PRIVATE_RANGES: '127.0.0.0/8' },
    });
    browser = await launchChromium();
    administrator = await setUp(server.origin);
    await administrator.request('POST', '/api/organisations', {
      id: organisationId,
      name: 'Northwind',
      domains: ['northwind.test'],
    });
    for (const contact of [NAMED, OTHER])
      await administrator.request('POST', '/api/contacts', { id: randomUUID(), organisationId, ...contact });
    const standard = await planNamed('Standard 5×8');
    await administrator.request('POST', `/api/plans/${standard.id}/default`, {});
    await openTicket(await visitor(() => server.origin), 'How do I mute everybody?');
    desk = await newPage();
    await desk.goto(`${server.origin}/console/`);
    await desk.getByLabel('E-mail').fill(ADMINISTRATOR.email);
    await desk.getByLabel('Password').fill(ADMINISTRATOR.password);
    await desk.getByRole('button', { name: 'Sign in' }).click();
    await desk.getByRole('navigation').first().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await feed?.close();
  });

  async function newPage(): Promise<Page> {
    const context = await browser.newContext({
      locale: 'en-GB',
      timezoneId: 'Asia/Shanghai',
      viewport: { width: 1440, height: 1000 },
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    return page;
  }

  const planNamed = async (name: string) => {
    const { plans } = await administrator.request<{ plans: Plan[] }>('GET', '/api/plans');
    return plans.find((plan) => plan.current.content.name.en === name)!;
  };
  const office = async () => {
    const { calendars } = await administrator.request<{ calendars: SupportCalendar[] }>('GET', '/api/calendars');
    return calendars.find((calendar) => calendar.name.en === '5×8, office hours')!;
  };
  const day = (name: string) => desk.getByRole('group', { name, exact: true });
  const save = () => desk.getByRole('button', { name: 'Save', exact: true }).click();

  it('an overlapping window is refused at its day, nothing is saved, and mended it is', async () => {
    await desk.goto(`${server.origin}/console/settings/calendars`);
    await desk.getByRole('link', { name: /office hours/ }).click();
    await desk.getByRole('button', { name: 'Add a window on Tuesday' }).click();
    const tuesday = day('Tuesday');
    await tuesday.getByLabel('From').fill('11');
    await tuesday.getByLabel('From').press('Enter');
    await tuesday.getByRole('alert').getByText('Windows of this day overlap.').waitFor();
    await save();
    await tuesday.getByRole('alert').waitFor();
    expect((await office()).version).toBe(1);
    await tuesday.getByLabel('From').fill('19:00');
    await tuesday.getByLabel('From').press('Enter');
    await tuesday.getByRole('alert').waitFor({ state: 'detached' });
    await save();
    await desk.getByText('Saved. Running clocks follow from now on.').waitFor();
    expect(await office()).toMatchObject({
      version: 2,
      content: { week: { tue: ['09:00-12:00', '13:00-18:00', '19:00-23:00'] } },
    });
  });

  it('windows are drawn with the mouse and moved, stretched and removed with the keyboard', async () => {
    const saturday = day('Saturday');
    await draw(saturday, 0.25, 0.5);
    const drawn = saturday.getByRole('button', { name: 'Saturday, 06:00–12:00' });
    await drawn.press('ArrowRight');
    await saturday.getByRole('button', { name: 'Saturday, 06:15–12:15' }).press('Shift+ArrowRight');
    await saturday.getByRole('button', { name: 'Saturday, 06:15–12:30' }).press('Alt+ArrowRight');
    await saturday.getByRole('button', { name: 'Saturday, 06:30–12:30' }).waitFor();
    await desk.getByRole('button', { name: 'Tuesday, 19:00–23:00' }).press('Delete');
    await save();
    await until('the week to be saved', async () => (await office()).version === 3);
    const { week } = (await office()).content;
    expect([week.sat, week.tue]).toEqual([['06:30-12:30'], ['09:00-12:00', '13:00-18:00']]);
  });

  it('what a change would move is told before it is saved', async () => {
    await desk.getByRole('button', { name: 'Add a window on Sunday' }).click();
    const sunday = day('Sunday');
    await sunday.getByLabel('From').fill('00:00');
    await sunday.getByLabel('To', { exact: true }).fill('24:00');
    await sunday.getByLabel('To', { exact: true }).press('Enter');
    await sunday.getByRole('button', { name: 'Copy day to all' }).click();
    // Eight hours of an office day take nine at least, so round the clock is sooner whenever this runs.
    await desk.getByText('Saving moves 1 of 1 running deadlines: 1 sooner, 0 later.').waitFor();
    await desk.getByRole('button', { name: 'Discard changes' }).click();
    await desk.getByText('Nothing is changed.').waitFor();
    expect((await office()).version).toBe(3);
  });

  it('China’s statutory holidays come with their source; what is not announced says so', async () => {
    await desk.getByText('not announced yet').waitFor();
    await desk.getByRole('link', { name: '国务院办公厅关于2026年部分节假日安排的通知' }).waitFor();
    await desk.getByRole('button', { name: /^Add \d+ dates of 2026$/ }).click();
    await desk.getByRole('button', { name: 'Thu, 1 Oct 2026: Holiday' }).waitFor();
    await desk.getByRole('button', { name: 'Sat, 10 Oct 2026: Own hours' }).waitFor();
    await save();
    await until('the holidays to be saved', async () => (await office()).version === 4);
    const { holidays, overrides } = (await office()).content;
    expect(holidays).toContain('2026-10-01');
    expect(overrides['2026-10-10']).toEqual(['09:00-12:00', '13:00-18:00']);
    await desk.getByRole('button', { name: 'All of 2026 is in the calendar' }).waitFor();
  });

  it('a date is chosen and closed with the keyboard', async () => {
    await desk.getByRole('button', { name: 'Thu, 1 Oct 2026: Holiday' }).click();
    await desk.keyboard.press('ArrowDown');
    // The focus follows a frame later.
    const eighth = desk.locator('[data-date="2026-10-08"]');
    await until('the eighth to have the focus', () => eighth.evaluate((date) => date === document.activeElement));
    await desk.keyboard.press('ArrowRight');
    const ninth = desk.getByRole('button', { name: 'Fri, 9 Oct 2026: As the week', exact: true });
    await until('the ninth to have the focus', () => ninth.evaluate((date) => date === document.activeElement));
    await choose(desk.getByRole('radio', { name: 'Holiday' }));
    await desk.getByRole('button', { name: 'Fri, 9 Oct 2026: Holiday' }).waitFor();
    await desk.getByRole('button', { name: 'Discard changes' }).click();
    await ninth.waitFor();
  });

  it('an address is followed while one edits: what it brings and what one edits are both kept', async () => {
    await desk.getByRole('button', { name: 'Add a window on Sunday' }).click();
    await desk.getByLabel('Address of an .ics calendar').fill(`${feed.origin}/days.ics`);
    await desk.getByRole('button', { name: 'Follow', exact: true }).click();
    await desk.getByText(/^1 date, read /).waitFor();
    expect((await office()).content.holidays).toContain(FEED_DATE);
    await feed.close();
    await desk.getByRole('button', { name: 'Read Feast days now' }).click();
    await desk.getByText(/^The last try, .*, failed: the server cannot be reached/).waitFor();
    await save();
    await until('the window to be saved', async () => (await office()).content.week.sun !== undefined);
    expect((await office()).content.holidays).toContain(FEED_DATE);
  });

  it('whoever saved meanwhile is not overwritten unseen', async () => {
    const before = await office();
    await desk.getByRole('button', { name: 'Sunday, 09:00–18:00' }).press('Delete');
    await administrator.request('PUT', `/api/calendars/${before.id}`, {
      basedOn: before.version,
      name: before.name,
      content: { ...before.content, holidays: [...before.content.holidays, '2027-03-03'] },
    });
    await save();
    await desk.getByRole('button', { name: 'Go on from the newer version' }).click();
    await save();
    await until('both changes to be saved', async () => (await office()).content.week.sun === undefined);
    expect((await office()).content.holidays).toContain('2027-03-03');
  });

  it('the dates of a file are looked over and taken', async () => {
    const year = new Date().getUTCFullYear() + 1;
    const ics = calendarText('Company days', [
      [`${year}-06-11`, 'Summer party'],
      [`${year}-06-12`, 'The day after'],
    ]);
    await desk.setInputFiles('input[type=file]', {
      name: 'company.ics',
      mimeType: 'text/calendar',
      buffer: Buffer.from(ics),
    });
    const dialog = desk.getByRole('dialog', { name: 'Company days' });
    await dialog.getByText('2 of 2 dates are not in the calendar yet.').waitFor();
    await dialog.getByRole('checkbox', { name: /The day after/ }).uncheck();
    await dialog.getByRole('button', { name: 'Take over 1 date' }).click();
    await save();
    const taken = async () => (await office()).content.holidays.filter((date) => date.startsWith(`${year}-06-1`));
    await until('the date to be saved', async () => (await taken()).length > 0);
    expect(await taken()).toEqual([`${year}-06-11`]);
  });

  it('a plan is edited; a customer’s reading of it follows at once, and its versions stay', async () => {
    await desk.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Plans' }).click();
    await desk.getByRole('link', { name: /Enterprise/ }).click();
    const p1 = desk.getByRole('group', { name: 'P1 Serious' });
    await p1.getByLabel('First response').fill('soon');
    await p1.getByLabel('First response').press('Tab');
    await p1.getByText('Say it as 30 min or 4 h.').waitFor();
    await p1.getByLabel('First response').fill('90 min');
    await p1.getByLabel('Next response').fill('1.5 h');
    await p1.getByLabel('Next response').press('Tab');
    await desk.getByRole('tab', { name: 'As a customer reads it' }).click();
    await desk.getByText('An answer within 1 h 30 min, each time you write').waitFor();
    await save();
    await desk.getByText('Saved. It holds for tickets opened from now on.').waitFor();
    await desk.getByRole('tab', { name: 'Versions' }).click();
    await desk.getByText(/In force since .*, saved by 林薇/).waitFor();
    await desk.getByText('Shipped with Alongside').waitFor();
    const { current } = await planNamed('Enterprise 7×24');
    expect([current.version, current.content.priorities.P1.targetsMs.first_response]).toEqual([2, 90 * 60_000]);
  });

  it('an organisation is put under contract, with the reason', async () => {
    await desk.goto(`${server.origin}/console/customers/organisations/${organisationId}`);
    await desk.getByText('The plan “Standard 5×8” holds').waitFor();
    await desk.getByRole('button', { name: 'Put under contract' }).click();
    const dialog = desk.getByRole('dialog', { name: 'Put under contract' });
    await dialog.getByRole('combobox', { name: 'Plan' }).click();
    await desk.getByRole('option', { name: 'Enterprise 7×24' }).click();
    await dialog.getByLabel('Monthly fee').fill('12,000');
    await dialog.getByLabel('Currency').fill('cny');
    await dialog.getByRole('combobox', { name: 'Manager' }).click();
    await desk.getByRole('option', { name: '林薇' }).click();
    await dialog.getByRole('checkbox', { name: /Nora Named/ }).check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Say why.').waitFor();
    await dialog.getByLabel('Reason').fill('Signed today.');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const block = desk.getByRole('main').locator('section', { hasText: 'Contract' }).first();
    for (const text of ['Enterprise 7×24', 'CN¥12,000.00', 'Nora Named', '0 used, without limit'])
      await block.getByText(text).first().waitFor();
    await block.getByText('1 change').click();
    await block.getByText('林薇: Signed today.').waitFor();
  });

  it('a customer reads their own plan', async () => {
    const page = await enterPortal(OTHER.email);
    await page.getByRole('link', { name: 'Your plan' }).click();
    await page.getByRole('heading', { name: 'Enterprise 7×24', level: 1 }).waitFor();
    for (const text of [
      'An answer within 30 min, each time you write',
      'Round the clock, every day',
      '林薇',
      'P0 and P1 are raised by the contacts named in the contract.',
    ])
      await page.getByText(text).first().waitFor();
    await page.getByRole('link', { name: /Does another plan suit you better/ }).click();
    await choose(page.getByRole('radio', { name: /Education/ }));
    const recommended = page.getByRole('region', { name: 'Business 7×12' });
    await recommended.getByText('It works in all of your 84 h a week.').waitFor();
    await recommended.getByText('Why not Standard 5×8?').waitFor();
    await choose(page.getByRole('radio', { name: /Business overseas/ }));
    await page.getByRole('region', { name: 'Enterprise 7×24' }).waitFor();
    await page.context().close();
  });

  it('whoever is not entitled to P0 is offered the best the plan has, and it is on record', async () => {
    const page = await enterPortal(OTHER.email);
    const number = await ask(page, 'Nobody can log in', async () => {
      await page.getByText('We open it as “A nuisance”, P2').waitFor();
      await page.getByText('P0 is raised by the contacts named in the contract.').waitFor();
      await page.getByText('A first response follows within 24 h').waitFor();
    });
    expect(await openedWith(number)).toMatchObject({
      priority: 'P2',
      requested: { priority: 'P0', reason: 'not_a_named_contact' },
    });
    await page.context().close();
  });

  it('a named contact is asked about production, and gets P0 for it', async () => {
    const page = await enterPortal(NAMED.email);
    const number = await ask(page, 'The show is dark', async () => {
      await page.getByText('P0 is for what runs in production.').waitFor();
      await page.getByRole('checkbox', { name: 'This is in production' }).check();
      await page.getByText('We open it as').waitFor({ state: 'detached' });
    });
    expect(await openedWith(number)).toMatchObject({ priority: 'P0' });
    expect(await openedWith(number)).not.toHaveProperty('requested');
    await page.context().close();
  });

  it('nothing threw', () => expect(complaints).toEqual([]));

  /** Asks with the gravest urgency and answers the ticket's number. */
  async function ask(page: Page, body: string, meanwhile: () => Promise<void>): Promise<string> {
    await page.getByRole('button', { name: 'Ask for help' }).first().click();
    await page.getByRole('textbox', { name: 'Describe what is wrong' }).fill(body);
    await choose(page.getByRole('radio', { name: /Everything stands still/ }));
    await meanwhile();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.waitForURL(/\/tickets\//);
    return page.url().split('/').at(-1)!;
  }

  async function openedWith(ticketId: string) {
    const { events } = await administrator.request<{ events: TicketEvent[] }>('GET', `/api/tickets/${ticketId}/events`);
    return events.find(({ body }) => body.type === 'ticket.opened')!.body;
  }

  async function enterPortal(email: string): Promise<Page> {
    const before = (await mailsTo(email)).length;
    await person(() => server.origin, {}).request('POST', '/api/portal/magic-link', { email, locale: 'en' });
    const mails = await until(`a link for ${email}`, async () => {
      const all = await mailsTo(email);
      return all.length > before ? all : null;
    });
    const page = await newPage();
    // The newest comes first.
    await page.goto(mails[0]!.text.match(/https?:\S+/)![0]);
    await page.getByRole('navigation').first().waitFor();
    return page;
  }

  async function mailsTo(email: string): Promise<Mail[]> {
    const { mails } = await administrator.request<{ mails: Mail[] }>('GET', '/api/mail');
    return mails.filter((mail) => mail.to.includes(email));
  }
});

async function setUp(origin: string): Promise<Person> {
  const reply = await fetch(`${origin}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-alongside': '1' },
    body: JSON.stringify({ workspaceName: 'Acme', locale: 'en', ...ADMINISTRATOR }),
  });
  if (!reply.ok) throw new Error(`setup: ${reply.status} ${await reply.text()}`);
  const cookies = reply.headers.getSetCookie().map((one) => one.split(';')[0]);
  return person(() => origin, { cookie: cookies.join('; ') });
}

/** The text of an iCalendar of whole days. */
function calendarText(name: string, days: readonly (readonly [date: string, summary: string])[]): string {
  const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', `X-WR-CALNAME:${name}`];
  for (const [date, summary] of days)
    lines.push(
      'BEGIN:VEVENT',
      `UID:${date}@test`,
      'DTSTAMP:20260101T000000Z',
      `DTSTART;VALUE=DATE:${date.replaceAll('-', '')}`,
      `SUMMARY:${summary}`,
      'END:VEVENT',
    );
  return [...lines, 'END:VCALENDAR', ''].join('\r\n');
}

/** A server of a feed with one feast day. */
async function serveFeed(): Promise<{ origin: string; close: () => Promise<void> }> {
  const text = calendarText('Feast days', [[FEED_DATE, 'A feast']]);
  const http = createServer((_, reply) => void reply.setHeader('content-type', 'text/calendar').end(text));
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  return {
    origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        http.close(() => closed());
        http.closeAllConnections();
      }),
  };
}

/** Draws a window on a day's line, from one share of the day to another. */
async function draw(day: Locator, from: number, to: number): Promise<void> {
  const line = day.locator('[data-track]');
  await line.scrollIntoViewIfNeeded();
  const box = (await line.boundingBox())!;
  const { mouse } = line.page();
  const y = box.y + box.height / 2;
  await mouse.move(box.x + box.width * from, y);
  await mouse.down();
  await mouse.move(box.x + box.width * ((from + to) / 2), y);
  await mouse.move(box.x + box.width * to, y);
  await mouse.up();
}
