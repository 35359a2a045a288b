import { createHash } from 'node:crypto';
import { AppError, type Locale, type OnCallShift } from '@alongside/contracts';
import { byPerson, scheduleOf } from '@alongside/desk';
import type { FastifyInstance } from 'fastify';
import { findAllStaff, findStaff } from '../people/queries.ts';
import { networkOf } from '../platform/http/rate-limits.ts';
import { type CalendarEvent, calendarFile } from './calendar-feed.ts';
import type { OncallDeps } from './deps.ts';
import { readCalendarToken } from './page-links.ts';
import { findSettings } from './queries.ts';
import { findRotations, type Rotation, storyOf, versionAt } from './rotation.queries.ts';

const DAY_MS = 86_400_000;
/** What a calendar shows: a month back, half a year ahead. */
const BACK_MS = 31 * DAY_MS;
const AHEAD_MS = 183 * DAY_MS;

/** Behind `?`, so that the secret stands in no log of requests. */
export const CALENDAR_PATH = '/api/on-call/calendar.ics';

/** `GET /api/on-call/calendar.ics?token=…`: shifts for calendar programs; the address is the right to see them. */
export function registerCalendarRoute(app: FastifyInstance, deps: OncallDeps): void {
  app.get(CALENDAR_PATH, async (request, reply) => {
    await app.rateLimits.consume('read', networkOf(request.ip));
    const { token } = request.query as Record<string, unknown>;
    const address = typeof token === 'string' ? readCalendarToken(await deps.linkSecret(), token) : null;
    const staff = address && (await findStaff(deps.db, address.staffId));
    if (!address || !staff || staff.disabled) throw new AppError('not_found');
    const setting = (await findSettings(deps.db, [staff.id])).get(staff.id)!;
    if (setting.calendarKey !== address.key) throw new AppError('not_found');
    const now = deps.now();
    const { rotationId } = address;
    const rotations = await findRotations(deps.db, {
      since: new Date(now.getTime() - BACK_MS),
      ...(rotationId === null ? {} : { ids: [rotationId] }),
    });
    if (rotationId !== null && rotations.length === 0) throw new AppError('not_found');
    const names = new Map((await findAllStaff(deps.db)).map(({ id, name }) => [id, name]));
    const events = rotations.flatMap((rotation) =>
      shiftsOf(rotation, now)
        .filter(({ personId }) => (rotationId === null ? personId === staff.id : true))
        .map((shift) => asEvent(rotation, shift, names.get(shift.personId!) ?? '', staff.locale, now)),
    );
    const file = calendarFile({
      name: rotationId === null ? OWN[staff.locale](staff.name) : versionAt(rotations[0]!, now).content.name,
      madeAt: now.toISOString(),
      events,
    });
    const etag = `"${createHash('sha256')
      .update(file.replace(/^DTSTAMP:.*$/gm, ''))
      .digest('base64url')}"`;
    reply.headers({
      'cache-control': 'private, no-cache',
      etag,
      'content-disposition': 'inline; filename="on-call.ics"',
    });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type('text/calendar; charset=utf-8').send(file);
  });
}

const OWN: Record<Locale, (name: string) => string> = {
  en: (name) => `On call: ${name}`,
  'zh-CN': (name) => `值班：${name}`,
};

type Turn = Pick<OnCallShift, 'personId' | 'from' | 'to'>;

function shiftsOf(rotation: Rotation, now: Date): Turn[] {
  // To a whole day: the last one ends with our looking ahead, and would end otherwise with every second.
  const end = new Date(Math.ceil((now.getTime() + AHEAD_MS) / DAY_MS) * DAY_MS);
  const to = rotation.archivedAt !== null && rotation.archivedAt < end ? rotation.archivedAt : end;
  const from = new Date(now.getTime() - BACK_MS).toISOString();
  const schedule = scheduleOf(storyOf(rotation), from, to.toISOString());
  // The one that is cut off by our looking no further back would have another name with every look.
  return byPerson(schedule).filter((turn) => turn.personId !== null && turn.from !== from);
}

function asEvent(
  rotation: Rotation,
  { personId, from, to }: Turn,
  personName: string,
  locale: Locale,
  now: Date,
): CalendarEvent {
  const { content } = versionAt(rotation, now);
  const name = createHash('sha256').update(`${rotation.id} ${personId} ${from}`).digest('hex').slice(0, 32);
  return {
    uid: `${name}@alongside`,
    from,
    to,
    summary: locale === 'zh-CN' ? `${content.name}：${personName}值班` : `${content.name}: ${personName} on call`,
    description:
      locale === 'zh-CN'
        ? `轮值表：${content.name}\n时区：${content.tz}`
        : `Rotation: ${content.name}\nTime zone: ${content.tz}`,
  };
}
