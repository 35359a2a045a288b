import { AppError } from '@alongside/contracts';
import type { DbOrTrx } from '../platform/database/database.ts';
import type { StaffCaller } from '../platform/http/caller.ts';
import { findEscalation, findPage } from './queries.ts';
import { findRotations, type Rotation } from './rotation.queries.ts';
import type { EscalationRow, PageRow } from './tables.ts';

/** Engineers see who is on call and choose their own ways; rotations, policies and webhooks are for those who lead. */
export function mayEditOncall({ role }: StaffCaller): boolean {
  return role !== 'engineer';
}

/** @throws AppError `not_found` for one that is no longer in use as for none */
export async function rotationFor(db: DbOrTrx, id: string): Promise<Rotation> {
  const [rotation] = await findRotations(db, { ids: [id] });
  if (!rotation) throw new AppError('not_found');
  return rotation;
}

/** A page in the caller's own console. @throws AppError `not_found` for somebody else's as for none */
export async function ownPage(db: DbOrTrx, caller: StaffCaller, id: string): Promise<PageRow> {
  const page = await findPage(db, id);
  if (page?.staffId !== caller.id || page.channel !== 'console') throw new AppError('not_found');
  return page;
}

/** A test page the caller sent. @throws AppError `not_found` for somebody else's as for none */
export async function ownTest(db: DbOrTrx, caller: StaffCaller, id: string): Promise<EscalationRow> {
  const escalation = await findEscalation(db, id);
  if (escalation?.kind !== 'test' || escalation.startedBy.id !== caller.id) throw new AppError('not_found');
  return escalation;
}
