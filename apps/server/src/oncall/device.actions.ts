import { randomUUID } from 'node:crypto';
import {
  AppError,
  type Locale,
  type LocalisedText,
  type PageChannels,
  type PushSubscription,
} from '@alongside/contracts';
import { invalidField } from '../plans/wording.ts';
import type { Trx } from '../platform/database/database.ts';
import type { OncallDeps } from './deps.ts';
import { findDevices, findSettings } from './queries.ts';
import type { DeviceRow } from './tables.ts';

const NO_WAY: LocalisedText = {
  en: 'Keep at least one way by which pages reach you. Push counts once a device takes it.',
  'zh-CN': '请至少保留一种接收呼叫的方式；推送须有可用设备才算在内。',
};
const NO_ADDRESS: LocalisedText = {
  en: 'This is no address of a push service.',
  'zh-CN': '该地址不是有效的推送服务地址。',
};
const TOO_MANY: LocalisedText = {
  en: 'You have registered very many devices. Remove some first.',
  'zh-CN': '您登记的设备过多，请先移除一些。',
};
const DEVICES_MAX = 20;

/**
 * Chooses how pages reach somebody.
 * @throws AppError `invalid_input` naming `channels` when no way would remain
 */
export async function saveSetting(
  { db }: Pick<OncallDeps, 'db'>,
  staffId: string,
  { channels, offDuty }: { channels: PageChannels; offDuty: boolean },
  locale: Locale,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { calendarKey } = await lockedSetting(trx, staffId);
    requireWay(channels, await findDevices(trx, [staffId]), 'channels', locale);
    const row = { staffId, ...channels, offDuty, calendarKey };
    await trx
      .insertInto('pageSetting')
      .values(row)
      .onConflict((conflict) => conflict.column('staffId').doUpdateSet(row))
      .execute();
  });
}

/** Makes new secret addresses for somebody's calendars; the old ones stop working. */
export async function renewCalendars({ db }: Pick<OncallDeps, 'db'>, staffId: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const setting = await lockedSetting(trx, staffId);
    const row = { ...setting, calendarKey: setting.calendarKey + 1 };
    await trx
      .insertInto('pageSetting')
      .values(row)
      .onConflict((conflict) => conflict.column('staffId').doUpdateSet(row))
      .execute();
  });
}

/**
 * Lets a browser take somebody's pages. One that took another's before, on a machine that two people use, is now theirs.
 * @throws AppError `invalid_input` naming the subscription's endpoint
 */
export async function addDevice(
  { db, outgoing, now }: Pick<OncallDeps, 'db' | 'outgoing' | 'now'>,
  staffId: string,
  { name, subscription }: { name: string; subscription: PushSubscription },
  locale: Locale,
): Promise<void> {
  const { endpoint, keys } = subscription;
  if (outgoing.refusal(endpoint) !== null) throw invalidField('subscription.endpoint', NO_ADDRESS, locale);
  await db.transaction().execute(async (trx) => {
    await lockedSetting(trx, staffId);
    const devices = await findDevices(trx, [staffId]);
    const isKnown = devices.some((device) => device.endpoint === endpoint);
    if (!isKnown && devices.length >= DEVICES_MAX) throw invalidField('name', TOO_MANY, locale);
    await trx
      .insertInto('pushDevice')
      .values({ id: randomUUID(), staffId, name, endpoint, ...keys, createdAt: now() })
      .onConflict((conflict) => conflict.column('endpoint').doUpdateSet({ staffId, name, ...keys, quiet: false }))
      .execute();
  });
}

/**
 * Makes a device of somebody's quiet, or lets it be heard.
 * @throws AppError `not_found`, `invalid_input` naming `quiet` when no way would remain
 */
export async function saveDevice(
  { db }: Pick<OncallDeps, 'db'>,
  staffId: string,
  id: string,
  { quiet }: { quiet: boolean },
  locale: Locale,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const channels = await lockedSetting(trx, staffId);
    const devices = await requireOwn(trx, staffId, id);
    const after = devices.map((device) => (device.id === id ? { ...device, quiet } : device));
    if (quiet) requireWay(channels, after, 'quiet', locale);
    await trx.updateTable('pushDevice').set({ quiet }).where('id', '=', id).execute();
  });
}

/**
 * Forgets a device of somebody's.
 * @throws AppError `not_found`, `invalid_input` naming `id` when no way would remain
 */
export async function removeDevice(
  { db }: Pick<OncallDeps, 'db'>,
  staffId: string,
  id: string,
  locale: Locale,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const channels = await lockedSetting(trx, staffId);
    const devices = await requireOwn(trx, staffId, id);
    requireWay(
      channels,
      devices.filter((device) => device.id !== id),
      'id',
      locale,
    );
    await trx.deleteFrom('pushDevice').where('id', '=', id).execute();
  });
}

/** A browser has taken its permission back. */
export async function forgetDevice({ db }: Pick<OncallDeps, 'db'>, id: string): Promise<void> {
  await db.deleteFrom('pushDevice').where('id', '=', id).execute();
}

export async function noteDeviceUsed({ db, now }: Pick<OncallDeps, 'db' | 'now'>, id: string): Promise<void> {
  await db.updateTable('pushDevice').set({ lastSentAt: now() }).where('id', '=', id).execute();
}

/** Whoever changes somebody's ways does so one after the other, or two changes could each leave the other's way. */
async function lockedSetting(trx: Trx, staffId: string) {
  await trx.selectFrom('staff').select('id').where('id', '=', staffId).forNoKeyUpdate().execute();
  return (await findSettings(trx, [staffId])).get(staffId)!;
}

async function requireOwn(trx: Trx, staffId: string, id: string): Promise<DeviceRow[]> {
  const devices = await findDevices(trx, [staffId]);
  if (!devices.some((device) => device.id === id)) throw new AppError('not_found');
  return devices;
}

function requireWay(channels: PageChannels, devices: readonly DeviceRow[], field: string, locale: Locale): void {
  if (channels.console || channels.email || (channels.push && devices.some(({ quiet }) => !quiet))) return;
  throw invalidField(field, NO_WAY, locale);
}
