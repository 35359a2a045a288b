import {
  type ActorRef,
  AppError,
  HOLIDAY_FEED_MAX_BYTES,
  type HolidayDay,
  type Locale,
  SYSTEM_ACTOR,
} from '@alongside/contracts';
import { localReading, SlaInputError } from '@alongside/sla';
import type { Db, Trx } from '../platform/database/database.ts';
import { type Outgoing, OutgoingError } from '../platform/http/outgoing.ts';
import { lockCalendar, saveVersion } from './calendar.actions.ts';
import { withFeedDays } from './feed-days.ts';
import { FEED_FAILURE_WORDS } from './feed-words.ts';
import { readHolidayText } from './holiday-text.ts';
import { findFeed, findFeeds, type HolidayFeedRow } from './list.queries.ts';
import type { FeedFailure } from './tables.ts';
import { invalidField } from './wording.ts';

export type FeedDeps = { db: Db; outgoing: Outgoing };

const TIMEOUT_MS = 15_000;
const REDIRECTS_MAX = 5;
/** As many as a calendar may hold. */
const HOLIDAYS_MAX = 2_000;

type Reading = { name: string | null; days: HolidayDay[] };

/** An address gave no holidays. */
class FeedError extends Error {
  readonly failure: FeedFailure;

  constructor(failure: FeedFailure) {
    super(failure.reason);
    this.failure = failure;
  }
}

/**
 * Reads a feed and, if it can be read, keeps a calendar's holidays by it from now on. The same again changes nothing.
 * @throws AppError `not_found`, `id_conflict`, `invalid_input` naming `address`
 */
export async function addFeed(
  { db, outgoing }: FeedDeps,
  by: ActorRef,
  calendarId: string,
  input: { id: string; address: string },
  locale: Locale,
  now = new Date(),
): Promise<void> {
  const address = input.address.replace(/^webcals?:/i, 'https:');
  const known = await findFeed(db, input.id);
  if (known?.calendarId === calendarId && known.address === address) return;
  if (known) throw new AppError('id_conflict');
  try {
    const reading = await read(outgoing, address, now);
    await db.transaction().execute(async (trx) => {
      await lockCalendar(trx, calendarId);
      const row = { id: input.id, calendarId, address, name: reading.name, days: '[]', addedAt: now };
      const added = await trx
        .insertInto('holidayFeed')
        .values({ ...row, addedBy: JSON.stringify(by) })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (added.numInsertedOrUpdatedRows === 0n) throw invalidField('address', FEED_FAILURE_WORDS.twice, locale);
      await take(trx, input.id, reading, by, now);
    });
  } catch (error) {
    if (error instanceof FeedError) throw invalidField('address', FEED_FAILURE_WORDS[error.failure.reason], locale);
    throw error;
  }
}

/**
 * Reads a feed again. That it failed is kept, for people to see; the calendar stays as it is then.
 * @throws AppError `not_found`
 */
export async function refreshFeed({ db, outgoing }: FeedDeps, id: string, now = new Date()): Promise<void> {
  const feed = await findFeed(db, id);
  if (!feed) throw new AppError('not_found');
  try {
    const reading = await read(outgoing, feed.address, now);
    await db.transaction().execute(async (trx) => {
      await lockCalendar(trx, feed.calendarId);
      await take(trx, id, reading, { ...SYSTEM_ACTOR, name: reading.name ?? new URL(feed.address).hostname }, now);
    });
  } catch (error) {
    if (!(error instanceof FeedError)) throw error;
    await db
      .updateTable('holidayFeed')
      .set({ triedAt: now, failure: JSON.stringify(error.failure) })
      .where('id', '=', id)
      .execute();
  }
}

/** No longer reads a feed; what it brought stays. @throws AppError `not_found` */
export async function deleteFeed(db: Db, calendarId: string, id: string): Promise<void> {
  const gone = await db
    .deleteFrom('holidayFeed')
    .where('id', '=', id)
    .where('calendarId', '=', calendarId)
    .executeTakeFirst();
  if (gone.numDeletedRows === 0n) throw new AppError('not_found');
}

/** Carries what a feed says now into its calendar, whose lock is held, and remembers that it said so. */
async function take(trx: Trx, id: string, reading: Reading, by: ActorRef, now: Date): Promise<void> {
  // Looked at under the lock: another reading may have been quicker, and the feed may be gone.
  const feed: HolidayFeedRow | undefined = await findFeed(trx, id);
  if (!feed) return;
  const before = await lockCalendar(trx, feed.calendarId);
  const today = localReading(before.content.tz, now.toISOString()).wall.slice(0, 10);
  const others = (await findFeeds(trx, feed.calendarId)).filter((other) => other.id !== id);
  const held = others.flatMap(({ days }) => days);
  const content = withFeedDays(before.content, feed.days, reading.days, today, held);
  if (content.holidays.length > HOLIDAYS_MAX)
    throw new FeedError({ reason: 'too_large', detail: `${content.holidays.length} holidays` });
  await saveVersion(trx, before, by, { name: before.name, content }, now);
  await trx
    .updateTable('holidayFeed')
    .set({ name: reading.name, days: JSON.stringify(reading.days), triedAt: now, readAt: now, failure: null })
    .where('id', '=', id)
    .execute();
}

async function read(outgoing: Outgoing, address: string, now: Date): Promise<Reading> {
  try {
    const reply = await outgoing.fetch(address, {
      headers: { accept: 'text/calendar, text/plain;q=0.5, */*;q=0.1' },
      maxBytes: HOLIDAY_FEED_MAX_BYTES,
      timeoutMs: TIMEOUT_MS,
      redirects: REDIRECTS_MAX,
    });
    if (reply.status !== 200) throw new FeedError({ reason: 'refused', detail: `HTTP ${reply.status}` });
    const { name, days } = readHolidayText(reply.body.toString('utf8'), now);
    return { name, days };
  } catch (error) {
    if (error instanceof OutgoingError) throw new FeedError({ reason: error.reason, detail: error.message });
    if (error instanceof SlaInputError) {
      const [{ field, problem }] = error.issues as [SlaInputError['issues'][number]];
      throw new FeedError({ reason: 'not_a_calendar', detail: `${field.replace('.', ' ')} ${problem}`.slice(0, 300) });
    }
    throw error;
  }
}
