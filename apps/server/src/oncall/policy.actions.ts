import {
  type ActorRef,
  AppError,
  type EscalationPolicyContent,
  type FieldIssue,
  type Locale,
  type LocalisedText,
  type PageTarget,
} from '@alongside/contracts';
import { policiesCollide } from '@alongside/desk';
import { findAllStaff, loadWorkspace } from '../people/queries.ts';
import { invalidField, invalidFields } from '../plans/wording.ts';
import type { Trx } from '../platform/database/database.ts';
import type { OncallDeps } from './deps.ts';
import { findHooks, findPolicies } from './queries.ts';
import { findRotations } from './rotation.queries.ts';
import type { PolicyRow } from './tables.ts';

type Deps = Pick<OncallDeps, 'db' | 'now'>;

export type PolicyInput = { content: EscalationPolicyContent; enabled: boolean; place?: number | undefined };

const MISSING: Record<PageTarget['kind'] | 'topic' | 'plan', LocalisedText> = {
  person: { en: 'There is nobody of the team behind this.', 'zh-CN': '该成员不存在或已停用。' },
  rotation: { en: 'There is no such rotation.', 'zh-CN': '该轮值表不存在。' },
  skill: { en: 'There is no such skill.', 'zh-CN': '该技能不存在。' },
  webhook: { en: 'There is no such webhook.', 'zh-CN': '该 Webhook 不存在。' },
  topic: { en: 'There is no such topic.', 'zh-CN': '该主题不存在。' },
  plan: { en: 'There is no such plan.', 'zh-CN': '该方案不存在。' },
  default_rotation: { en: '', 'zh-CN': '' },
  everyone: { en: '', 'zh-CN': '' },
};
const ORDER: LocalisedText = {
  en: 'Name every policy once. Load the list again: it has changed.',
  'zh-CN': '策略列表已变化，请重新加载后再调整顺序。',
};
const collides = (name: string): LocalisedText => ({
  en: `“${name}” stands at the same place and is for some of the same tickets. Put one before the other.`,
  'zh-CN': `“${name}”的顺序相同，且适用的工单有重叠，请调整先后顺序。`,
});

/** @throws AppError `id_conflict`, `invalid_input` naming the fields */
export async function createPolicy(
  { db, now }: Deps,
  by: ActorRef | null,
  { id, content, enabled, place }: PolicyInput & { id: string },
  locale: Locale,
): Promise<PolicyRow> {
  return db.transaction().execute(async (trx) => {
    const policies = await lockedPolicies(trx);
    if (policies.some((policy) => policy.id === id)) throw new AppError('id_conflict');
    await requireSound(trx, content, locale);
    const at = place ?? Math.max(0, ...policies.map((policy) => policy.place)) + 1;
    requireOwnPlace({ content, enabled, place: at }, policies, locale);
    return trx
      .insertInto('escalationPolicy')
      .values({
        id,
        place: at,
        enabled,
        content: JSON.stringify(content),
        updatedBy: by && JSON.stringify(by),
        updatedAt: now(),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

/**
 * Changes a policy; chains that run go on as they began.
 * @throws AppError `not_found`, `invalid_input` naming the fields
 */
export async function savePolicy(
  { db, now }: Deps,
  by: ActorRef,
  id: string,
  { content, enabled, place }: PolicyInput,
  locale: Locale,
): Promise<PolicyRow> {
  return db.transaction().execute(async (trx) => {
    const policies = await lockedPolicies(trx);
    const policy = policies.find((candidate) => candidate.id === id);
    if (!policy) throw new AppError('not_found');
    await requireSound(trx, content, locale);
    const at = place ?? policy.place;
    requireOwnPlace(
      { content, enabled, place: at },
      policies.filter((other) => other.id !== id),
      locale,
    );
    return trx
      .updateTable('escalationPolicy')
      .set({
        place: at,
        enabled,
        content: JSON.stringify(content),
        updatedBy: JSON.stringify(by),
        updatedAt: now(),
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

/** @throws AppError `invalid_input` naming `ids` unless they are all there are */
export async function orderPolicies({ db }: Deps, ids: readonly string[], locale: Locale): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const policies = await lockedPolicies(trx);
    const isAll = new Set(ids).size === policies.length && policies.every(({ id }) => ids.includes(id));
    if (!isAll || ids.length !== policies.length) throw invalidField('ids', ORDER, locale);
    for (const [index, id] of ids.entries())
      await trx
        .updateTable('escalationPolicy')
        .set({ place: index + 1 })
        .where('id', '=', id)
        .execute();
  });
}

/** @throws AppError `not_found` */
export async function deletePolicy({ db }: Deps, id: string): Promise<void> {
  const result = await db.deleteFrom('escalationPolicy').where('id', '=', id).executeTakeFirst();
  if (result.numDeletedRows === 0n) throw new AppError('not_found');
}

/** Whoever changes one compares it with the others. */
async function lockedPolicies(trx: Trx): Promise<PolicyRow[]> {
  await trx.selectFrom('workspace').select('onlyOne').forUpdate().execute();
  return findPolicies(trx);
}

function requireOwnPlace(
  policy: Pick<PolicyRow, 'content' | 'enabled' | 'place'>,
  others: readonly PolicyRow[],
  locale: Locale,
): void {
  const other = others.find((candidate) => policiesCollide(policy, candidate));
  if (other) throw invalidField('place', collides(other.content.name), locale);
}

/** That everything a policy names is there. @throws AppError `invalid_input` */
export async function requireSound(trx: Trx, content: EscalationPolicyContent, locale: Locale): Promise<void> {
  const known: Partial<Record<keyof typeof MISSING, Set<string>>> = {
    person: new Set((await findAllStaff(trx)).filter(({ disabled }) => !disabled).map(({ id }) => id)),
    rotation: new Set((await findRotations(trx)).map(({ id }) => id)),
    skill: new Set((await trx.selectFrom('skill').select('id').execute()).map(({ id }) => id)),
    webhook: new Set((await findHooks(trx)).map(({ id }) => id)),
    topic: new Set((await loadWorkspace(trx)).topics.map(({ id }) => id)),
    plan: new Set((await trx.selectFrom('plan').select('id').execute()).map(({ id }) => id)),
  };
  const issues: FieldIssue[] = [];
  const check = (kind: keyof typeof MISSING, id: string, field: string) => {
    if (!known[kind]?.has(id)) issues.push({ field: `content.${field}`, message: MISSING[kind][locale] });
  };
  content.steps.forEach(({ targets }, step) => {
    targets.forEach((target, index) => {
      if ('id' in target) check(target.kind, target.id, `steps.${step}.targets.${index}.id`);
    });
  });
  content.rules.forEach(({ topics, planIds }, rule) => {
    topics.forEach((id, index) => void check('topic', id, `rules.${rule}.topics.${index}`));
    planIds.forEach((id, index) => void check('plan', id, `rules.${rule}.planIds.${index}`));
  });
  if (issues.length > 0) throw invalidFields(issues);
}
