import { AppError, type EngineerProfileContent, type Locale, type LocalisedText } from '@alongside/contracts';
import { keepPicture, letPictureGo } from '../files/actions.ts';
import type { Trx } from '../platform/database/database.ts';
import type { StaffCaller } from '../platform/http/caller.ts';
import { requireMayEdit } from './access.ts';
import type { RoutingDeps } from './deps.ts';
import { findEngineer, isPhotoOfAnyone } from './queries.ts';
import { lockRouting, offerLeftBehind, routeWaiting } from './route.actions.ts';

const MESSAGES = {
  skill: { en: 'There is no such skill.', 'zh-CN': '该技能不存在。' },
  skillTwice: { en: 'This skill is there twice.', 'zh-CN': '该技能重复。' },
  calendar: { en: 'There is no such calendar.', 'zh-CN': '该日历不存在。' },
  plan: { en: 'There is no such plan.', 'zh-CN': '该方案不存在。' },
  photo: {
    en: 'The photo must be a picture you uploaded: PNG, JPEG, WebP or GIF.',
    'zh-CN': '头像须为您上传的图片：PNG、JPEG、WebP 或 GIF。',
  },
} satisfies Record<string, LocalisedText>;

/**
 * Saves an engineer's profile. With their first one they take part in routing; what waits is looked at again.
 * @throws AppError `not_found`, `forbidden`, `invalid_input` naming the skill, calendar, plan or photo that is not there
 */
export async function saveProfile(
  deps: RoutingDeps,
  caller: Pick<StaffCaller, 'kind' | 'id' | 'role' | 'locale'>,
  staffId: string,
  content: EngineerProfileContent,
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    await lockRouting(trx);
    const engineer = await findEngineer(trx, staffId);
    if (!engineer) throw new AppError('not_found');
    requireMayEdit(caller, engineer);
    await requireKnown(trx, content, caller.locale);
    const photoBefore = engineer.profile?.photoFileId ?? null;
    if (content.photoFileId !== null && content.photoFileId !== photoBefore)
      if (!(await keepPicture(trx, caller, content.photoFileId)))
        throw invalid('photoFileId', MESSAGES.photo, caller.locale);
    const values = {
      title: JSON.stringify(content.title),
      about: JSON.stringify(content.about),
      languages: [...new Set(content.languages)],
      photoFileId: content.photoFileId,
      calendarId: content.calendarId,
      planIds: [...new Set(content.planIds)],
      capacity: content.capacity,
      updatedAt: deps.now(),
    };
    await trx
      .insertInto('engineerProfile')
      .values({ staffId, ...values })
      .onConflict((conflict) => conflict.column('staffId').doUpdateSet(values))
      .execute();
    await trx.deleteFrom('engineerSkill').where('staffId', '=', staffId).execute();
    if (content.skills.length > 0)
      await trx
        .insertInto('engineerSkill')
        .values(content.skills.map((skill) => ({ staffId, ...skill })))
        .execute();
    if (photoBefore !== null && photoBefore !== content.photoFileId && !(await isPhotoOfAnyone(trx, photoBefore)))
      await letPictureGo(trx, photoBefore);
    await routeWaiting(deps, trx);
  });
}

/**
 * Says whether an engineer takes new tickets. What a customer waits for in those of one who goes away is offered to
 * others; when one comes back, what waits is looked at again.
 * @throws AppError `not_found` where there is no profile, `forbidden`
 */
export async function setAway(deps: RoutingDeps, caller: StaffCaller, staffId: string, away: boolean): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    await lockRouting(trx);
    const engineer = await findEngineer(trx, staffId);
    if (!engineer?.profile) throw new AppError('not_found');
    requireMayEdit(caller, engineer);
    if ((engineer.profile.awaySince !== null) === away) return;
    await trx
      .updateTable('engineerProfile')
      .set({ awaySince: away ? deps.now() : null })
      .where('staffId', '=', staffId)
      .execute();
    if (away) await offerLeftBehind(deps, trx, staffId);
    else await routeWaiting(deps, trx);
  });
}

async function requireKnown(trx: Trx, content: EngineerProfileContent, locale: Locale): Promise<void> {
  const { skills, calendarId, planIds } = content;
  const known = new Set((await trx.selectFrom('skill').select('id').execute()).map(({ id }) => id));
  for (const [index, { skillId }] of skills.entries()) {
    const field = `skills.${index}.skillId`;
    if (!known.has(skillId)) throw invalid(field, MESSAGES.skill, locale);
    if (skills.findIndex((other) => other.skillId === skillId) < index)
      throw invalid(field, MESSAGES.skillTwice, locale);
  }
  if (calendarId !== null) {
    const row = await trx.selectFrom('calendar').select('id').where('id', '=', calendarId).executeTakeFirst();
    if (!row) throw invalid('calendarId', MESSAGES.calendar, locale);
  }
  if (planIds.length === 0) return;
  const plans = new Set((await trx.selectFrom('plan').select('id').where('id', 'in', planIds).execute()).map(byId));
  const missing = planIds.findIndex((id) => !plans.has(id));
  if (missing >= 0) throw invalid(`planIds.${missing}`, MESSAGES.plan, locale);
}

function byId({ id }: { id: string }): string {
  return id;
}

function invalid(field: string, message: LocalisedText, locale: Locale): AppError {
  return new AppError('invalid_input', { field }, [{ field, message: message[locale] }]);
}
