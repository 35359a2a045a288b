import type { Locale, PageChannel, PageTarget } from '@alongside/contracts';
import { findAllStaff, type StaffRow } from '../people/queries.ts';
import type { DbOrTrx } from '../platform/database/database.ts';
import { findEngineersWithSkill } from '../routing/queries.ts';
import { findDevices, findHooks, findSettings, type PageSetting } from './queries.ts';
import { findRotations, onCallIn } from './rotation.queries.ts';
import type { DeviceRow, HookRow } from './tables.ts';

/** Somebody a step reaches, and every way to them. */
export type ReachedPerson = {
  id: string;
  name: string;
  email: string;
  locale: Locale;
  channels: PageChannel[];
  /** Those that take push messages and are not quiet. */
  devices: DeviceRow[];
};

export type Reached = { people: ReachedPerson[]; hooks: HookRow[] };

/** Whom a step's targets mean at an instant; each once, however many targets mean them. */
export async function findReached(db: DbOrTrx, targets: readonly PageTarget[], now: Date): Promise<Reached> {
  const staff = new Map((await findAllStaff(db)).filter(({ disabled }) => !disabled).map((row) => [row.id, row]));
  const settings = await findSettings(db, [...staff.keys()]);
  const rotations = await findRotations(db, { since: now });
  const ids = new Set<string>();
  const add = (found: Iterable<string>) => {
    for (const id of found) if (staff.has(id)) ids.add(id);
  };
  const offDuty = (applies: (row: StaffRow) => boolean = () => true) =>
    [...staff.values()].filter((row) => settings.get(row.id)!.offDuty && applies(row)).map((row) => row.id);
  const onCall = (rotationIds: readonly string[]) =>
    rotations
      .filter((rotation) => rotationIds.includes(rotation.id))
      .map((rotation) => onCallIn(rotation, now))
      .filter((id) => id !== null);

  for (const target of targets) {
    if (target.kind === 'person') add([target.id]);
    else if (target.kind === 'everyone') add(offDuty());
    else if (target.kind === 'rotation') add(onCall([target.id]));
    else if (target.kind === 'skill') add((await findEngineersWithSkill(db, target.id, { now })).map(({ id }) => id));
    else if (target.kind === 'default_rotation') {
      const rotation = rotations.find(({ isDefault }) => isDefault);
      // Until somebody has set up who is on call, those who lead are; better woken for nothing than nobody woken.
      add(rotation ? onCall([rotation.id]) : offDuty(({ role }) => role !== 'engineer'));
    }
  }
  const hooks = await findHooks(db, idsOfHooks(targets));
  return {
    people: await withWays(
      db,
      [...ids].map((id) => staff.get(id)!),
      settings,
    ),
    hooks: hooks.filter(({ enabled }) => enabled),
  };
}

/** The ways to one person, as they have chosen; for test pages. */
export async function findWaysTo(db: DbOrTrx, staff: StaffRow): Promise<ReachedPerson> {
  return (await withWays(db, [staff], await findSettings(db, [staff.id])))[0]!;
}

async function withWays(
  db: DbOrTrx,
  people: readonly StaffRow[],
  settings: ReadonlyMap<string, PageSetting>,
): Promise<ReachedPerson[]> {
  const devices = await findDevices(
    db,
    people.map(({ id }) => id),
  );
  return people.map(({ id, name, email, locale }) => {
    const heard = devices.filter(({ staffId, quiet }) => staffId === id && !quiet);
    return { id, name, email, locale, channels: waysOf(settings.get(id)!, heard.length), devices: heard };
  });
}

/**
 * The channels that work for somebody.
 * @param deviceCount devices that take push messages now
 */
export function waysOf(setting: Pick<PageSetting, 'console' | 'email' | 'push'>, deviceCount: number): PageChannel[] {
  const chosen: PageChannel[] = [];
  if (setting.console) chosen.push('console');
  if (setting.email) chosen.push('email');
  if (setting.push && deviceCount > 0) chosen.push('push');
  // Their only way may have gone with a browser that took its permission back.
  return chosen.length > 0 ? chosen : ['console', 'email'];
}

function idsOfHooks(targets: readonly PageTarget[]): string[] {
  return targets.flatMap((target) => (target.kind === 'webhook' ? [target.id] : []));
}
