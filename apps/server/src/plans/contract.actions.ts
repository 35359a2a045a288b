import { randomUUID } from 'node:crypto';
import {
  type ActorRef,
  AppError,
  type FieldIssue,
  type Locale,
  type LocalisedText,
  type Money,
} from '@alongside/contracts';
import { isTimeZone } from '@alongside/sla';
import { lockNames } from '../customers/locks.ts';
import type { Db, Trx } from '../platform/database/database.ts';
import { announce } from '../platform/realtime/feed.ts';
import { after } from './calendar.actions.ts';
import { contractHistory, memberNames } from './list.queries.ts';
import { lockPlans } from './plan.actions.ts';
import type { ContractRow } from './queries.ts';
import { invalidField, invalidFields, SLA_PROBLEMS } from './wording.ts';

export type ContractInput = {
  /** The last saved version the saver has looked at; 0 before the first. */
  basedOn: number;
  /** Null ends the contract. */
  planId: string | null;
  timeZone: string;
  startsOn: string;
  monthlyFee: Money | null;
  namedContactIds: string[];
  managerId: string | null;
  reason: string;
  /** Since when; now where it is left out. */
  validFrom?: Date | undefined;
};

const MESSAGES = {
  plan: { en: 'There is no such plan, or it is archived.', 'zh-CN': '该方案不存在或已归档。' },
  currency: { en: 'There is no currency of this code.', 'zh-CN': '没有这个货币代码。' },
  contact: {
    en: 'This person does not belong to the organisation.',
    'zh-CN': '此人不属于该组织。',
  },
  contactTwice: { en: 'This person is named twice.', 'zh-CN': '此人重复。' },
  manager: { en: 'This is nobody of the team, or somebody disabled.', 'zh-CN': '此人不在团队中，或账号已停用。' },
  past: {
    en: 'Another contract holds at that time, and what was is not rewritten. Choose a time from now on.',
    'zh-CN': '该时刻已有其他合同生效，过往不可改写。请选择当前或之后的时间。',
  },
} satisfies Record<string, LocalisedText>;

/**
 * Sets how things stand with an organisation from now or from a later instant on. What had been arranged for later
 * before is replaced: the last saved that has begun is in force.
 * @returns the version saved
 * @throws AppError `not_found`, `version_conflict`, `invalid_input` naming the field
 */
export async function setContract(
  db: Db,
  by: ActorRef,
  organisationId: string,
  input: ContractInput,
  locale: Locale,
  now = new Date(),
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await lockNames(trx, [`contract:${organisationId}`]);
    await lockPlans(trx);
    const organisation = await trx
      .selectFrom('organisation')
      .select('id')
      .where('id', '=', organisationId)
      .executeTakeFirst();
    if (!organisation) throw new AppError('not_found');
    const history = await contractHistory(trx, organisationId);
    const version = history[0]?.version ?? 0;
    if (version !== input.basedOn) throw new AppError('version_conflict', { version });
    await requireSound(trx, organisationId, input, history[0], locale);
    await trx
      .insertInto('contract')
      .values({
        id: randomUUID(),
        organisationId,
        version: version + 1,
        planId: input.planId,
        timeZone: input.timeZone,
        startsOn: input.startsOn,
        monthlyFee: input.monthlyFee === null ? null : JSON.stringify(input.monthlyFee),
        namedContactIds: JSON.stringify(input.namedContactIds),
        managerId: input.managerId,
        validFrom: beginning(history, input.validFrom, locale, now),
        reason: input.reason,
        savedBy: JSON.stringify(by),
        savedAt: now,
      })
      .execute();
    await announce(trx, { kind: 'plans.contract_changed', payload: { organisationId } });
    return version + 1;
  });
}

/**
 * Two contracts never begin at one instant, and none begins before one that has begun.
 * @throws AppError `invalid_input` naming `validFrom`
 */
function beginning(history: readonly ContractRow[], wanted: Date | undefined, locale: Locale, now: Date): Date {
  if (wanted) {
    const isTaken = history.some((row) => row.validFrom.getTime() === wanted.getTime());
    if (wanted < now || isTaken) throw invalidField('validFrom', MESSAGES.past, locale);
    return wanted;
  }
  const begun = history.filter((row) => row.validFrom <= now).map((row) => row.validFrom);
  return after(begun.sort((a, b) => b.getTime() - a.getTime())[0], now);
}

async function requireSound(
  trx: Trx,
  organisationId: string,
  input: ContractInput,
  before: ContractRow | undefined,
  locale: Locale,
): Promise<void> {
  const issues: FieldIssue[] = [];
  const note = (field: string, message: LocalisedText) => void issues.push({ field, message: message[locale] });
  if (input.planId !== null) {
    const plan = await trx.selectFrom('plan').select('archived').where('id', '=', input.planId).executeTakeFirst();
    if (!plan || (plan.archived && before?.planId !== input.planId)) note('planId', MESSAGES.plan);
  }
  if (!isTimeZone(input.timeZone)) note('timeZone', SLA_PROBLEMS['is not an IANA time zone']!);
  if (input.monthlyFee !== null && !CURRENCIES.has(input.monthlyFee.currency))
    note('monthlyFee.currency', MESSAGES.currency);
  const members = await memberNames(trx, organisationId, input.namedContactIds);
  input.namedContactIds.forEach((id, index) => {
    if (!members.has(id)) note(`namedContactIds.${index}`, MESSAGES.contact);
    else if (input.namedContactIds.indexOf(id) < index) note(`namedContactIds.${index}`, MESSAGES.contactTwice);
  });
  if (input.managerId !== null) {
    const manager = await trx
      .selectFrom('staff')
      .select('disabled')
      .where('id', '=', input.managerId)
      .executeTakeFirst();
    // One who left may stay until somebody else is chosen; nobody new of that kind comes in.
    if (!manager || (manager.disabled && before?.managerId !== input.managerId)) note('managerId', MESSAGES.manager);
  }
  if (issues.length > 0) throw invalidFields(issues);
}

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));
