import type { ExclusionReason, Locale, LocalisedText, PauseReason, StatementRow, Target } from '@alongside/contracts';

/** What stands in files. Screens have their own catalogues; the terms are the same. */
export const WORDS = {
  statement: { en: 'Service statement', 'zh-CN': '服务月报' },
  provisional: { en: 'Provisional: the month is not over. Made up to', 'zh-CN': '暂计：本月尚未结束，统计截至' },
  period: { en: 'Period', 'zh-CN': '统计周期' },
  timeZone: { en: 'Time zone', 'zh-CN': '时区' },
  plan: { en: 'Plan', 'zh-CN': '方案' },
  noContract: { en: 'No contract', 'zh-CN': '无合同' },
  monthlyFee: { en: 'Monthly fee', 'zh-CN': '月费' },
  noFee: { en: 'none agreed', 'zh-CN': '未约定' },
  attainment: { en: 'Attainment', 'zh-CN': '达成率' },
  metOf: { en: '{met} of {total} targets met', 'zh-CN': '{total} 项目标中达成 {met} 项' },
  nothingDue: { en: 'No target was due this month', 'zh-CN': '本月没有到期的目标' },
  credits: { en: 'Credits owed', 'zh-CN': '应付服务抵扣' },
  ofFee: { en: '{percent} of the monthly fee', 'zh-CN': '月费的 {percent}' },
  noCredits: { en: 'None: attainment is at or above every bound', 'zh-CN': '无：达成率不低于任何约定界限' },
  noTiers: { en: 'The plan agrees no credits', 'zh-CN': '方案未约定服务抵扣' },
  tierBelow: { en: 'Below {below}', 'zh-CN': '低于 {below}' },
  byPriority: { en: 'By priority and target', 'zh-CN': '按优先级与目标' },
  overall: { en: 'Overall', 'zh-CN': '总计' },
  priority: { en: 'Priority', 'zh-CN': '优先级' },
  targets: { en: 'Targets decided this month', 'zh-CN': '本月判定的目标' },
  noTargets: { en: 'No target was decided this month.', 'zh-CN': '本月没有判定任何目标。' },
  exclusions: { en: 'Excluded from the figures', 'zh-CN': '未计入统计' },
  ticket: { en: 'Ticket', 'zh-CN': '工单' },
  subject: { en: 'Subject', 'zh-CN': '标题' },
  target: { en: 'Target', 'zh-CN': '目标' },
  start: { en: 'Start', 'zh-CN': '起算' },
  due: { en: 'Due', 'zh-CN': '截止' },
  actual: { en: 'Actual', 'zh-CN': '实际' },
  used: { en: 'Used / budget', 'zh-CN': '用时 / 时限' },
  outcome: { en: 'Outcome', 'zh-CN': '结果' },
  because: { en: 'Excluded because', 'zh-CN': '未计入原因' },
  budgetMinutes: { en: 'Budget (min, business time)', 'zh-CN': '时限（分钟，服务时间）' },
  usedMinutes: { en: 'Used (min, business time)', 'zh-CN': '用时（分钟，服务时间）' },
  pausedMinutes: { en: 'Paused (min)', 'zh-CN': '暂停（分钟）' },
  pauses: { en: 'Pauses', 'zh-CN': '暂停明细' },
  note: { en: 'Note', 'zh-CN': '说明' },
  notYet: { en: 'not yet', 'zh-CN': '尚未' },
  paused: { en: 'paused {time}', 'zh-CN': '暂停 {time}' },
  counted: { en: 'How this is counted', 'zh-CN': '统计口径' },
  page: { en: 'Page {page} of {pages}', 'zh-CN': '第 {page} 页，共 {pages} 页' },
  excludedAt: { en: '{reason}, excluded {date}', 'zh-CN': '{reason}，于 {date} 移出' },
  targetsOut_one: { en: '1 target', 'zh-CN': '1 项目标' },
  targetsOut_other: { en: '{count} targets', 'zh-CN': '{count} 项目标' },
} satisfies Record<string, LocalisedText>;

/** The rules, as the customer should know them. docs/guides/statements.md tells them at length. */
export const RULES: readonly LocalisedText[] = [
  {
    en: 'A target belongs to the month in which it was decided: met, when it was met; breached, at its due instant, whenever the answer came after it.',
    'zh-CN': '目标计入判定所在的月份：按时达成的，以达成时刻为准；超时的，以截止时刻为准，无论之后何时完成。',
  },
  {
    en: 'Each ticket is judged as its record stood at the last instant of the month. What was recorded later belongs to later statements, so this statement never changes.',
    'zh-CN': '每个工单以当月最后一刻的记录为准；此后的记录计入之后的月报，因此本月报不会改变。',
  },
  {
    en: 'Used time is business time by the hours of the plan, without pauses. Waiting for the customer pauses updates and resolution, never a response.',
    'zh-CN': '用时按方案的服务时间计算，不含暂停。等待客户期间，进展通报与解决暂停计时，响应不暂停。',
  },
  {
    en: 'Excluded targets are in neither number. Credits are the highest percentage of all bounds the overall attainment lies below, of the monthly fee, rounded half up to the smallest unit of the currency.',
    'zh-CN':
      '未计入的目标不参与计算。总体达成率低于多个界限时，服务抵扣取其中最高的月费百分比，四舍五入到最小货币单位。',
  },
];

export const TARGET_WORDS: Record<Target, LocalisedText> = {
  first_response: { en: 'First response', 'zh-CN': '首次响应' },
  next_response: { en: 'Next response', 'zh-CN': '后续响应' },
  update: { en: 'Update', 'zh-CN': '进展通报' },
  resolve: { en: 'Resolution', 'zh-CN': '解决' },
};

export const OUTCOME_WORDS: Record<StatementRow['outcome'], LocalisedText> = {
  met: { en: 'Met', 'zh-CN': '达成' },
  breached: { en: 'Breached', 'zh-CN': '超时' },
  excluded: { en: 'Excluded', 'zh-CN': '未计入' },
};

export const EXCLUSION_WORDS: Record<ExclusionReason, LocalisedText> = {
  spam: { en: 'Spam', 'zh-CN': '垃圾信息' },
  drill: { en: 'Drill', 'zh-CN': '演练' },
  merged: { en: 'Merged into another ticket', 'zh-CN': '已合并到其他工单' },
  lead: { en: 'Decided by a lead', 'zh-CN': '主管决定' },
};

export const PAUSE_WORDS: Record<PauseReason, LocalisedText> = {
  waiting_for_customer: { en: 'waiting for the customer', 'zh-CN': '等待客户' },
  on_hold: { en: 'on hold', 'zh-CN': '搁置' },
  solved: { en: 'solved until reopened', 'zh-CN': '重新打开前已解决' },
};

/** A text with its placeholders filled. */
export function worded(
  text: LocalisedText,
  locale: Locale,
  values: Readonly<Record<string, string | number>> = {},
): string {
  return text[locale].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? name));
}
