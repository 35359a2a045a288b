import { randomUUID } from 'node:crypto';
import type { Route } from '@alongside/contracts';
import * as contracts from '@alongside/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from '../people/testing.ts';
import { type ReaderName, ROLES_OF_READERS, startTestDesk, type TestDesk } from '../tickets/testing.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await startTestDesk();
});
afterAll(() => desk.close());

const STAFF: ReaderName[] = ['engineer', 'lead', 'administrator'];
const LEADS: ReaderName[] = ['lead', 'administrator'];
const ADMINISTRATORS: ReaderName[] = ['administrator'];
const CUSTOMERS: ReaderName[] = ['customer', 'colleague', 'otherCustomer', 'visitor'];

/** Who gets past the door of each route; what they find behind it is another matter. */
const ALLOWED: [Route, readonly ReaderName[] | 'anyone'][] = [
  [contracts.listCalendars, LEADS],
  [contracts.listCalendarVersions, LEADS],
  [contracts.createCalendar, ADMINISTRATORS],
  [contracts.updateCalendar, ADMINISTRATORS],
  [contracts.previewCalendar, LEADS],
  [contracts.readHolidays, ADMINISTRATORS],
  [contracts.listStatutoryHolidays, LEADS],
  [contracts.listHolidayFeeds, ADMINISTRATORS],
  [contracts.addHolidayFeed, ADMINISTRATORS],
  [contracts.refreshHolidayFeed, ADMINISTRATORS],
  [contracts.deleteHolidayFeed, ADMINISTRATORS],
  [contracts.listPlans, LEADS],
  [contracts.listPlanVersions, LEADS],
  [contracts.createPlan, ADMINISTRATORS],
  [contracts.updatePlan, ADMINISTRATORS],
  [contracts.archivePlan, ADMINISTRATORS],
  [contracts.setDefaultPlan, ADMINISTRATORS],
  [contracts.getContract, STAFF],
  [contracts.setContract, LEADS],
  [contracts.getOwnPlan, CUSTOMERS],
  [contracts.listOfferedPlans, 'anyone'],
  [contracts.recommendPlan, 'anyone'],
];

test.each(ALLOWED.map(([route, who]) => [`${route.method} ${route.path}`, route, who] as const))(
  '%s',
  async (_, route, who) => {
    const url = route.path.replace(/:\w+/g, () => randomUUID());
    const body = route.method === 'GET' || route.method === 'DELETE' ? undefined : {};
    const stranger = await new Client(desk.platform).raw(route.method, url, body);
    const isOpen = who === 'anyone';
    if (isOpen) expect([200, 422]).toContain(stranger.status);
    else expect(stranger.status).toBe(401);
    for (const name of ROLES_OF_READERS) {
      const reply = await desk.people[name].raw(route.method, url, body);
      if (isOpen || who.includes(name)) expect([200, 404, 422], name).toContain(reply.status);
      else expect(reply.status, name).toBe(403);
    }
  },
);

test('every route of plans is looked at here', () => {
  const paths = Object.values<unknown>(contracts)
    .filter((value): value is Route => typeof value === 'object' && value !== null && 'path' in value)
    .filter(({ path }) => /^\/api\/(calendars|plans?|holidays)\b|\/contract$/.test(path));
  expect(new Set(paths)).toEqual(new Set(ALLOWED.map(([route]) => route)));
});
