import { type RotationStory, scheduleOf } from '@alongside/desk';
import type { DbOrTrx } from '../platform/database/database.ts';
import type { OverrideRow, RotationVersionRow, SwapRow } from './tables.ts';

/** A rotation with all that decides who is on call in it. */
export type Rotation = {
  id: string;
  isDefault: boolean;
  archivedAt: Date | null;
  /** Oldest first, withdrawn ones left out. */
  versions: RotationVersionRow[];
  /** In the order in which they were made. */
  overrides: OverrideRow[];
};

/**
 * The rotations in use, by name, with their overrides from an instant on.
 * @param options.since also those taken out of use after it
 */
export async function findRotations(
  db: DbOrTrx,
  { ids, since }: { ids?: readonly string[]; since?: Date } = {},
): Promise<Rotation[]> {
  if (ids?.length === 0) return [];
  const rotations = await db
    .selectFrom('rotation')
    .selectAll()
    .where((eb) =>
      since ? eb.or([eb('archivedAt', 'is', null), eb('archivedAt', '>', since)]) : eb('archivedAt', 'is', null),
    )
    .$if(ids !== undefined, (query) => query.where('id', 'in', [...ids!]))
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
  if (rotations.length === 0) return [];
  const found = rotations.map(({ id }) => id);
  const versions = await db
    .selectFrom('rotationVersion')
    .selectAll()
    .where('rotationId', 'in', found)
    .where('withdrawn', '=', false)
    .orderBy('validFrom')
    .orderBy('version')
    .execute();
  const overrides = await db
    .selectFrom('rotationOverride')
    .selectAll()
    .where('rotationId', 'in', found)
    .whereRef('startsAt', '<', 'endsAt')
    .$if(since !== undefined, (query) => query.where('endsAt', '>', since!))
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
  return rotations.map(({ id, isDefault, archivedAt }) => ({
    id,
    isDefault,
    archivedAt,
    versions: versions.filter((version) => version.rotationId === id),
    overrides: overrides.filter((override) => override.rotationId === id),
  }));
}

/** As the pure part takes it. */
export function storyOf({ versions, overrides }: Rotation): RotationStory {
  return {
    versions: versions.map(({ validFrom, version, content }) => ({
      validFrom: validFrom.toISOString(),
      version,
      content,
    })),
    overrides: overrides.map(({ startsAt, endsAt, staffId }) => ({
      from: startsAt.toISOString(),
      to: endsAt.toISOString(),
      person: staffId,
    })),
  };
}

/** The version in force at an instant; before the first one, that. */
export function versionAt({ versions }: Rotation, at: Date): RotationVersionRow {
  return versions.findLast(({ validFrom }) => validFrom <= at) ?? versions[0]!;
}

/** Who is on call in a rotation at an instant; null when nobody is. */
export function onCallIn(rotation: Rotation, at: Date): string | null {
  if (rotation.archivedAt !== null && rotation.archivedAt <= at) return null;
  const [shift] = scheduleOf(storyOf(rotation), at.toISOString(), new Date(at.getTime() + 1).toISOString());
  return shift?.personId ?? null;
}

export async function findRotationVersions(db: DbOrTrx, rotationId: string): Promise<RotationVersionRow[]> {
  return db
    .selectFrom('rotationVersion')
    .selectAll()
    .where('rotationId', '=', rotationId)
    .orderBy('version', 'desc')
    .execute();
}

export async function findOverride(db: DbOrTrx, id: string): Promise<OverrideRow | undefined> {
  return db.selectFrom('rotationOverride').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findSwap(db: DbOrTrx, id: string): Promise<SwapRow | undefined> {
  return db.selectFrom('shiftSwap').selectAll().where('id', '=', id).executeTakeFirst();
}

/**
 * Swaps that wait for an answer and are not over.
 * @param personId asked by or of them; everybody's when null
 */
export async function findAskedSwaps(db: DbOrTrx, personId: string | null, now: Date): Promise<SwapRow[]> {
  return db
    .selectFrom('shiftSwap')
    .selectAll()
    .where('state', '=', 'asked')
    .where('endsAt', '>', now)
    .$if(personId !== null, (query) =>
      query.where((eb) => eb.or([eb('askerId', '=', personId!), eb('colleagueId', '=', personId!)])),
    )
    .orderBy('startsAt')
    .orderBy('id')
    .execute();
}
