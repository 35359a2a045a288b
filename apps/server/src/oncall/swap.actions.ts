import { randomUUID } from 'node:crypto';
import { AppError, type Locale, type LocalisedText, type SwapState } from '@alongside/contracts';
import { scheduleOf } from '@alongside/desk';
import { findStaff } from '../people/queries.ts';
import { invalidField } from '../plans/wording.ts';
import type { Trx } from '../platform/database/database.ts';
import { type Author, actorOf } from '../tickets/actions.ts';
import type { OncallDeps } from './deps.ts';
import { announceOnCall } from './live.actions.ts';
import { swapMail } from './page-mail.ts';
import { presentSwap } from './present.ts';
import { comingStretch, insertOverride, requireRotation } from './rotation.actions.ts';
import { findRotations, findSwap, storyOf, versionAt } from './rotation.queries.ts';
import type { SwapRow } from './tables.ts';

type Deps = Pick<OncallDeps, 'db' | 'now' | 'mailer' | 'origin'>;

const NOT_YOURS: LocalisedText = {
  en: 'You are not on call for all of this stretch.',
  'zh-CN': '该时段并非全部由您值班。',
};
const NOT_THEIRS: LocalisedText = {
  en: 'Your colleague is not on call for all of this stretch.',
  'zh-CN': '该时段并非全部由对方值班。',
};
const NOBODY: LocalisedText = { en: 'Choose a colleague of the team.', 'zh-CN': '请选择一位团队成员。' };

export type SwapInput = {
  from: string;
  to: string;
  colleagueId: string;
  back: { from: string; to: string } | null;
  note: string;
};

/**
 * Asks a colleague to take a stretch of one's own shift; they are told by mail and in the console.
 * @throws AppError `not_found`, `invalid_input` naming `from`, `back.from` or `colleagueId`
 */
export async function askSwap(
  deps: Deps,
  author: Author,
  rotationId: string,
  { colleagueId, back, note, ...own }: SwapInput,
  locale: Locale,
): Promise<SwapRow> {
  return deps.db.transaction().execute(async (trx) => {
    await requireRotation(trx, rotationId);
    const now = deps.now();
    const colleague = await findStaff(trx, colleagueId);
    if (!colleague || colleague.disabled || colleague.id === author.id)
      throw invalidField('colleagueId', NOBODY, locale);
    const given = comingStretch(own, now, 'to', locale);
    const taken = back && comingStretch(back, now, 'back.to', locale);
    if (!(await isAllOf(trx, rotationId, author.id, given))) throw invalidField('from', NOT_YOURS, locale);
    if (taken && !(await isAllOf(trx, rotationId, colleagueId, taken)))
      throw invalidField('back.from', NOT_THEIRS, locale);
    const swap = await trx
      .insertInto('shiftSwap')
      .values({
        id: randomUUID(),
        rotationId,
        askerId: author.id,
        colleagueId,
        startsAt: given.from,
        endsAt: given.to,
        backStartsAt: taken?.from ?? null,
        backEndsAt: taken?.to ?? null,
        note,
        state: 'asked',
        askedAt: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await tell(deps, trx, swap, colleagueId);
    return swap;
  });
}

/**
 * Accepts or declines a swap one was asked for. Accepted, both stretches change hands at once.
 * @throws AppError `not_found`, `swap_over`, `shift_changed` when the shifts are no longer those that were to be swapped
 */
export async function answerSwap(deps: Deps, author: Author, id: string, accept: boolean): Promise<SwapRow> {
  return deps.db.transaction().execute(async (trx) => {
    const swap = await lockedSwap(deps, trx, id);
    if (swap.colleagueId !== author.id) throw new AppError('not_found');
    if (accept) await changeHands(deps, trx, author, swap);
    const answered = await close(deps, trx, id, accept ? 'accepted' : 'declined');
    await tell(deps, trx, answered, swap.askerId);
    return answered;
  });
}

/**
 * Takes back a swap one asked for.
 * @throws AppError `not_found`, `swap_over`
 */
export async function withdrawSwap(deps: Deps, author: Author, id: string): Promise<SwapRow> {
  return deps.db.transaction().execute(async (trx) => {
    const swap = await lockedSwap(deps, trx, id);
    if (swap.askerId !== author.id) throw new AppError('not_found');
    const withdrawn = await close(deps, trx, id, 'withdrawn');
    await announceOnCall(trx);
    return withdrawn;
  });
}

async function changeHands({ now }: Deps, trx: Trx, author: Author, swap: SwapRow): Promise<void> {
  const { rotationId, askerId, colleagueId, startsAt, endsAt, backStartsAt, backEndsAt } = swap;
  const at = now();
  const coming = (from: Date, to: Date) => ({ from: from < at ? at : from, to });
  const given = coming(startsAt, endsAt);
  const taken = backStartsAt && backEndsAt && coming(backStartsAt, backEndsAt);
  const isAsAgreed =
    (await isAllOf(trx, rotationId, askerId, given)) &&
    (!taken || (taken.from < taken.to && (await isAllOf(trx, rotationId, colleagueId, taken))));
  if (!isAsAgreed) throw new AppError('shift_changed');
  const by = actorOf(author);
  const common = { rotationId, note: swap.note, swapId: swap.id };
  await insertOverride(trx, by, { ...common, staffId: colleagueId, ...given }, at);
  if (taken) await insertOverride(trx, by, { ...common, staffId: askerId, ...taken }, at);
}

/** Whether somebody is on call in a rotation for the whole of a stretch. */
async function isAllOf(
  trx: Trx,
  rotationId: string,
  staffId: string,
  { from, to }: { from: Date; to: Date },
): Promise<boolean> {
  const [rotation] = await findRotations(trx, { ids: [rotationId], since: from });
  const shifts = rotation ? scheduleOf(storyOf(rotation), from.toISOString(), to.toISOString()) : [];
  return shifts.length > 0 && shifts.every(({ personId }) => personId === staffId);
}

/** Under the lock of its rotation, which every change of shifts takes. */
async function lockedSwap({ now }: Deps, trx: Trx, id: string): Promise<SwapRow> {
  const found = await findSwap(trx, id);
  if (!found) throw new AppError('not_found');
  await requireRotation(trx, found.rotationId);
  const swap = (await findSwap(trx, id))!;
  if (swap.state !== 'asked' || swap.endsAt <= now()) throw new AppError('swap_over');
  return swap;
}

async function close({ now }: Deps, trx: Trx, id: string, state: SwapState): Promise<SwapRow> {
  return trx
    .updateTable('shiftSwap')
    .set({ state, answeredAt: now() })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

async function tell(deps: Deps, trx: Trx, swap: SwapRow, staffId: string): Promise<void> {
  await announceOnCall(trx);
  const reader = await findStaff(trx, staffId);
  const [rotation] = await findRotations(trx, { ids: [swap.rotationId] });
  if (!reader || reader.disabled || !rotation) return;
  const { content } = versionAt(rotation, deps.now());
  const names = new Map<string, string>();
  for (const id of [swap.askerId, swap.colleagueId]) names.set(id, (await findStaff(trx, id))?.name ?? '');
  const shown = presentSwap(swap, content.name, (id) => names.get(id) ?? '');
  await deps.mailer.send(trx, swapMail(reader, shown, deps.origin(), content.tz));
}
