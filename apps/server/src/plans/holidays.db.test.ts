import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  addHolidayFeed,
  createCalendar,
  deleteHolidayFeed,
  type HolidayFeed,
  listCalendarVersions,
  listHolidayFeeds,
  listStatutoryHolidays,
  readHolidays,
  refreshHolidayFeed,
  updateCalendar,
} from '@alongside/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestDesk, type TestDesk } from '../tickets/testing.ts';
import { refreshFeed } from './feed.actions.ts';
import { newCalendar } from './testing.ts';

const nextYear = new Date().getUTCFullYear() + 1;
const day = (monthAndDay: string) => `${nextYear}-${monthAndDay}`;

function ics(...days: [date: string, name: string][]): string {
  const events = days.map(
    ([date, name]) =>
      `BEGIN:VEVENT\r\nUID:${date}\r\nDTSTART;VALUE=DATE:${date.replaceAll('-', '')}\r\nSUMMARY:${name}\r\nEND:VEVENT`,
  );
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'X-WR-CALNAME:Bank holidays', ...events, 'END:VCALENDAR', ''].join('\r\n');
}

let desk: TestDesk;
let site: Server;
let origin: string;
let answer: RequestListener;
let calendarId: string;

beforeAll(async () => {
  desk = await startTestDesk([], { OUTGOING_PRIVATE_RANGES: '127.0.0.0/8' });
  site = createServer((request, reply) => answer(request, reply));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});
afterAll(async () => {
  site.closeAllConnections();
  site.close();
  await desk.close();
});
beforeEach(async () => {
  const made = newCalendar();
  calendarId = made.id;
  await desk.people.administrator.call(createCalendar, { body: made });
  answer = (_, reply) => void reply.end(ics([day('05-01'), 'Labour Day']));
});

const add = (address: string, id: string = randomUUID()) =>
  desk.people.administrator.call(addHolidayFeed, { params: { id: calendarId }, body: { id, address } });
const feeds = async () =>
  (await desk.people.administrator.call(listHolidayFeeds, { params: { id: calendarId } })).body.feeds;
const versions = async () =>
  (await desk.people.administrator.call(listCalendarVersions, { params: { id: calendarId } })).body.versions;

describe('the text of a file', () => {
  const read = (text: string) => desk.people.administrator.call(readHolidays, { body: { ics: text } });

  test('is read: names, dates, make-up days, and what was left out', async () => {
    const text = ics([day('10-01'), '国庆节'], [day('10-10'), '国庆节（班）']).replace(
      'END:VCALENDAR',
      `BEGIN:VEVENT\r\nDTSTART:${nextYear}0101T120000Z\r\nSUMMARY:Lunch\r\nEND:VEVENT\r\nEND:VCALENDAR`,
    );
    expect((await read(text)).body).toEqual({
      name: 'Bank holidays',
      days: [
        { date: day('10-01'), name: '国庆节', kind: 'holiday' },
        { date: day('10-10'), name: '国庆节（班）', kind: 'workday' },
      ],
      issues: [{ field: 'ics.lines.14', message: 'Line 14 is not a whole day.' }],
    });
  });

  test.each([
    ['no calendar at all', '<html>Sign in</html>', 'ics.lines.1'],
    ['one that is cut off', ics([day('05-01'), 'x']).replace('END:VCALENDAR', ''), 'ics.lines.1'],
    [
      'one whose only event is broken',
      ics([day('05-01'), 'x']).replace(/DTSTART.*/, 'DTSTART;VALUE=DATE'),
      'ics.lines.4',
    ],
    ['only line breaks', '\r\n\r\n', 'ics'],
    ['nothing', '', 'ics'],
    ['5 MB and more', ics([day('05-01'), 'x'.repeat(5 * 2 ** 20)]), 'ics'],
    ['50 MB', 'x'.repeat(50 * 2 ** 20), 'ics'],
  ])('%s is refused by the place', async (_, text, field) => {
    const reply = await read(text);
    expect(reply.status).toBe(422);
    expect(reply.error).toMatchObject({ code: 'invalid_input', field });
    expect(reply.error.issues![0]!.message).not.toBe('');
  });
});

test('the dates we ship have a source and say whether they are announced', async () => {
  const { years } = (await desk.people.lead.call(listStatutoryHolidays, {})).body;
  expect(years.map(({ year, announced }) => [year, announced])).toEqual([
    [2026, true],
    [2027, false],
  ]);
  for (const year of years) expect(year.source.url).toMatch(/^https:/);
  expect(years[0]!.days.some(({ kind }) => kind === 'workday')).toBe(true);
});

describe('a feed', () => {
  test('brings its days at once, as a version of the calendar', async () => {
    const id = randomUUID();
    const { feed, calendar } = (await add(`${origin}/holidays.ics`, id)).body;
    expect(feed).toMatchObject({ id, name: 'Bank holidays', dayCount: 1, addedBy: 'Ada Admin', failure: null });
    expect(calendar).toMatchObject({ version: 2, content: { holidays: [day('05-01')] } });
    expect((await add(`${origin}/holidays.ics`, id)).body.calendar.version).toBe(2);
    expect(await feeds()).toHaveLength(1);
    expect((await add(`${origin}/holidays.ics`)).error).toMatchObject({ field: 'address' });
  });

  test('is followed: what it adds and takes back, and nothing else', async () => {
    const { feed } = (await add(`${origin}/a.ics`)).body;
    const { administrator } = desk.people;
    const params = { id: calendarId, feedId: feed.id };
    const again = async () => (await administrator.call(refreshHolidayFeed, { params, body: {} })).body;
    expect((await again()).calendar.version).toBe(2);

    const [latest] = await versions();
    const byHand = { ...latest!.content, holidays: [...latest!.content.holidays, day('07-14')] };
    const body = { basedOn: 2, name: latest!.name, content: byHand };
    await administrator.call(updateCalendar, { params: { id: calendarId }, body });
    answer = (_, reply) => void reply.end(ics([day('12-25'), 'Christmas']));
    const after = await again();
    expect(after.calendar).toMatchObject({ version: 4, content: { holidays: [day('07-14'), day('12-25')] } });
    expect((await versions())[0]!.by).toBe('Bank holidays');

    expect((await administrator.call(deleteHolidayFeed, { params })).status).toBe(200);
    expect(await feeds()).toEqual([]);
    expect((await versions())[0]!.content.holidays).toContain(day('12-25'));
    expect((await administrator.call(refreshHolidayFeed, { params, body: {} })).status).toBe(404);
    expect((await administrator.call(deleteHolidayFeed, { params })).status).toBe(404);
  });

  test('that fails later says so, and the calendar stays as it is', async () => {
    const { feed } = (await add(`${origin}/a.ics`)).body;
    const failing = async (listener: RequestListener): Promise<HolidayFeed['failure']> => {
      answer = listener;
      await refreshFeed(desk.platform, feed.id);
      return (await feeds())[0]!.failure;
    };
    expect(await failing((_, reply) => void reply.writeHead(404).end())).toEqual({
      reason: 'refused',
      detail: 'HTTP 404',
    });
    expect(await failing((_, reply) => void reply.end('<html>'))).toMatchObject({ reason: 'not_a_calendar' });
    expect((await versions())[0]!.version).toBe(2);
    expect((await feeds())[0]!.readAt).not.toBeNull();
    expect(await failing((_, reply) => void reply.end(ics([day('05-01'), 'Labour Day'])))).toBeNull();
  });

  const redirect =
    (to: string): RequestListener =>
    (_, reply) =>
      void reply.writeHead(302, { location: to }).end();
  const endless: RequestListener = (_, reply) => {
    reply.writeHead(200);
    const more = () => {
      while (!reply.destroyed && reply.write(Buffer.alloc(64 * 1024, 'x')));
      if (!reply.destroyed) reply.once('drain', more);
    };
    more();
  };
  test.each<[string, () => string, RequestListener | null]>([
    ['no address', () => 'holidays', null],
    ['an address that is no web address', () => 'file:///etc/passwd', null],
    ['one that carries a password', () => 'https://me:secret@example.com/a.ics', null],
    ['one in a private network', () => 'http://192.168.1.1/a.ics', null],
    ['the metadata of a cloud', () => 'http://169.254.169.254/latest/meta-data/', null],
    ['a redirect into a private network', () => `${origin}/a`, redirect('http://10.0.0.1/a.ics')],
    ['redirects without end', () => `${origin}/a`, redirect('/a')],
    ['a page that is gone', () => `${origin}/a`, (_, reply) => void reply.writeHead(410).end()],
    ['a page that is no calendar', () => `${origin}/a`, (_, reply) => void reply.end('<html></html>')],
    ['one that never ends', () => `${origin}/a`, endless],
  ])('%s is refused by its name, and nothing is saved', async (_, address, listener) => {
    if (listener) answer = listener;
    const reply = await add(address());
    expect(reply.status).toBe(422);
    expect(reply.error).toMatchObject({ code: 'invalid_input', field: 'address' });
    expect(JSON.stringify(reply.error)).not.toContain('secret');
    expect(await feeds()).toEqual([]);
    expect(await versions()).toHaveLength(1);
  });
});
