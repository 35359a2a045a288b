import { randomUUID } from 'node:crypto';
import { AppError, CHECK_MAX_BPS, CHECK_ROOM_MS, type CheckRoom } from '@alongside/contracts';
import type { ChecksDeps } from './deps.ts';

/** Rooms of checks are told from those of calls, and how old they are, by their name alone. */
const PREFIX = 'check-';
const OURS = /^check-([0-9a-z]{1,8})-[0-9a-f-]{36}$/;
const SECOND_MS = 1_000;

/**
 * Makes a room for one check. It is made on the media server when somebody enters.
 * @param from the page's network address, and the address its request came to
 * @throws AppError `media_unavailable`, `rate_limited`
 */
export async function openRoom(deps: ChecksDeps, from: { address: string; origin: string }): Promise<CheckRoom> {
  const media = deps.media();
  if (!media.isUp()) throw new AppError('media_unavailable');
  const nowMs = deps.now().getTime();
  await deps.limits.takeRoom(from.address, nowMs);
  const name = `${PREFIX}${Math.floor(nowMs / SECOND_MS).toString(36)}-${randomUUID()}`;
  const bounds = {
    lifetimeS: CHECK_ROOM_MS / SECOND_MS,
    maxParticipants: 2,
    maxPublishKbps: CHECK_MAX_BPS / 1_000,
  };
  const [send, receive, seen] = await Promise.all([
    media.guestToken(name, 'check:send', { canPublish: true, canSubscribe: false }, bounds),
    media.guestToken(name, 'check:receive', { canPublish: false, canSubscribe: true }, bounds),
    deps.places.look(media, from.origin),
  ]);
  return { ...seen, tokens: { send, receive }, endsAt: new Date(nowMs + CHECK_ROOM_MS).toISOString() };
}

/**
 * Ends rooms of checks whose time is over. Whoever is connected holds a fresh token of the media server's and could come
 * back with it: so rooms are judged by when they were given out, not by how long they stand.
 * @returns how many there still are
 */
export async function endOldRooms({ media, now }: Pick<ChecksDeps, 'media' | 'now'>): Promise<number> {
  // A media server may carry the rooms of other programs, which may begin alike.
  const names = (await media().roomNames()).filter((name) => OURS.test(name));
  const old = names.filter((name) => endOf(name) <= now().getTime());
  await Promise.all(old.map((name) => media().close(name)));
  return names.length - old.length;
}

/** When a room's time is over, ms since 1970. */
function endOf(name: string): number {
  return Number.parseInt(OURS.exec(name)![1]!, 36) * SECOND_MS + CHECK_ROOM_MS;
}
