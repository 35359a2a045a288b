import type { CalendarContent, FieldIssue, Locale, LocalisedText, PlanContent } from '@alongside/contracts';
import { calendarIssues, policyIssues } from '@alongside/sla';
import type { Trx } from '../platform/database/database.ts';
import { invalidFields, wordProblems } from './wording.ts';

/** @throws AppError `invalid_input` naming every field at fault, as `content.week.mon.0` */
export function requireSoundCalendar(content: CalendarContent, locale: Locale): void {
  const issues = wordProblems(calendarIssues(content), 'content', locale);
  if (issues.length > 0) throw invalidFields(issues);
}

const TIERS_RISE: LocalisedText = {
  en: 'The lower the attainment, the more is owed: each next step lies below the one before and gives more.',
  'zh-CN': '达成率越低，抵扣应越多：后一档的达成率须低于前一档，且抵扣比例更高。',
};
const CHANNEL_TWICE: LocalisedText = { en: 'This channel is named twice.', 'zh-CN': '该渠道重复。' };
const NO_CALL_CHANNEL: LocalisedText = {
  en: 'A plan with a number of calls needs the channel “call”.',
  'zh-CN': '设有通话次数的方案须包含“通话”渠道。',
};

/** @throws AppError `invalid_input` naming every field at fault, as `content.priorities.P0.calendarId` */
export async function requireSoundPlan(trx: Trx, content: PlanContent, locale: Locale): Promise<void> {
  const calendars = await trx.selectFrom('calendar').select('id').execute();
  const found = policyIssues(
    { ...content, id: '' },
    calendars.map(({ id }) => id),
  );
  const issues = [...wordProblems(found, 'content', locale), ...offerIssues(content, locale)];
  if (issues.length > 0) throw invalidFields(issues);
}

function offerIssues(content: PlanContent, locale: Locale): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const note = (field: string, message: LocalisedText) =>
    void issues.push({ field: `content.${field}`, message: message[locale] });
  content.channels.forEach((channel, index) => {
    if (content.channels.indexOf(channel) < index) note(`channels.${index}`, CHANNEL_TWICE);
  });
  if ((content.callsPerYear ?? 0) > 0 && !content.channels.includes('call')) note('callsPerYear', NO_CALL_CHANNEL);
  content.creditTiers.forEach((tier, index) => {
    const before = content.creditTiers[index - 1];
    if (before && (tier.below >= before.below || tier.percent <= before.percent))
      note(`creditTiers.${index}`, TIERS_RISE);
  });
  return issues;
}
