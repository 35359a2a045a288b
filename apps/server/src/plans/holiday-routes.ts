import * as contracts from '@alongside/contracts';
import { AppError } from '@alongside/contracts';
import { CHINA_HOLIDAY_YEARS, chinaHolidays } from '@alongside/sla';
import { route } from '../platform/http/route.ts';
import type { Platform } from '../platform/platform.ts';
import { addFeed, deleteFeed, refreshFeed } from './feed.actions.ts';
import { readHolidayList } from './holiday-text.ts';
import { findFeed, findFeeds } from './list.queries.ts';
import { presentFeed } from './present.ts';
import { actorOf, calendarNow } from './routes.ts';

/** Holidays from files, from addresses, and those we ship. */
export function registerHolidayRoutes({ app, db, outgoing }: Platform): void {
  const deps = { db, outgoing };

  async function feedNow(calendarId: string, feedId: string) {
    const feed = await findFeed(db, feedId);
    if (feed?.calendarId !== calendarId) throw new AppError('not_found');
    return { feed: presentFeed(feed), calendar: await calendarNow(db, calendarId) };
  }

  route(app, contracts.readHolidays, async ({ body, caller }) => readHolidayList(body.ics, caller.locale, new Date()));

  route(app, contracts.listStatutoryHolidays, async () => ({
    years: CHINA_HOLIDAY_YEARS.map((year) => chinaHolidays(year)!),
  }));

  route(app, contracts.listHolidayFeeds, async ({ params }) => {
    await calendarNow(db, params.id);
    return { feeds: (await findFeeds(db, params.id)).map(presentFeed) };
  });

  route(app, contracts.addHolidayFeed, async ({ params, body, caller }) => {
    await calendarNow(db, params.id);
    await addFeed(deps, actorOf(caller), params.id, body, caller.locale);
    return feedNow(params.id, body.id);
  });

  route(app, contracts.refreshHolidayFeed, async ({ params }) => {
    await feedNow(params.id, params.feedId);
    await refreshFeed(deps, params.feedId);
    return feedNow(params.id, params.feedId);
  });

  route(app, contracts.deleteHolidayFeed, async ({ params }) => {
    await deleteFeed(db, params.id, params.feedId);
    return {};
  });
}
