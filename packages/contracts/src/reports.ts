import { z } from 'zod';
import { Id, Instant } from './actors.ts';
import type { LocalisedText } from './locale.ts';
import { LocalDate } from './plans.ts';
import { Priority } from './priority.ts';
import { AttainmentCount } from './statements.ts';

/** What the team's report tells. */
export const REPORT_FIGURES = [
  'first_response',
  'next_response',
  'resolve',
  'first_contact',
  'reopened',
  'backlog',
  'attainment',
  'satisfaction',
] as const;
export const ReportFigure = z.enum(REPORT_FIGURES);
export type ReportFigure = z.infer<typeof ReportFigure>;

/** The name of a figure and how it is counted: the one place where that is written. docs/generated/figures.md is made from it. */
export const FIGURE_TEXTS: Record<ReportFigure, { name: LocalisedText; counted: LocalisedText }> = {
  first_response: {
    name: { en: 'First response', 'zh-CN': '首次响应' },
    counted: {
      en: 'From the opening of a ticket by the customer to the first public answer of an engineer, or to the moment an engineer and the customer are together in a call. Round the clock. Counted when the answer was given, by who gave it.',
      'zh-CN':
        '从客户提交工单，到工程师首次公开回复（或与客户接通通话）所用的时间，按自然时间计算。计入回复发生的时段，归于作出回复的工程师。',
    },
  },
  next_response: {
    name: { en: 'Next response', 'zh-CN': '后续响应' },
    counted: {
      en: 'From the customer’s first word that waits for an answer to that answer; further words until then change nothing. What they wrote that ended with a solve, such as “thanks”, is left out. Round the clock. Counted when the answer was given, by who gave it.',
      'zh-CN':
        '从客户第一条待回复的消息，到工程师作出回复所用的时间；其间追加的消息不另计。以“解决”结束的消息（如“谢谢”）不计入。按自然时间计算，计入回复发生的时段，归于作出回复的工程师。',
    },
  },
  resolve: {
    name: { en: 'Resolution', 'zh-CN': '解决' },
    counted: {
      en: 'From opening to solving, without the time it waited for the customer and without the time it lay solved before it was reopened. Round the clock. Counted when it was solved for the last time; tickets that are open again are left out.',
      'zh-CN':
        '从提交到解决所用的时间，扣除等待客户的时间，以及重新打开之前处于已解决状态的时间。按自然时间计算，计入最后一次解决的时段；目前重新打开的工单不计入。',
    },
  },
  first_contact: {
    name: { en: 'Solved at first contact', 'zh-CN': '首次接触解决率' },
    counted: {
      en: 'Of the tickets solved for the first time in the period, the share that needed at most one answer or call and was not reopened since.',
      'zh-CN': '在该时段首次解决的工单中，至多经过一次回复或通话、且此后未被重新打开的比例。',
    },
  },
  reopened: {
    name: { en: 'Reopened', 'zh-CN': '重新打开率' },
    counted: {
      en: 'Of the tickets solved for the first time in the period, the share that was reopened since.',
      'zh-CN': '在该时段首次解决的工单中，此后被重新打开的比例。',
    },
  },
  backlog: {
    name: { en: 'Backlog', 'zh-CN': '积压工单' },
    counted: {
      en: 'Tickets that were neither solved nor closed at the end of the day, week or month; at present, for the one that is running.',
      'zh-CN': '每日、每周或每月结束时尚未解决或关闭的工单数；当前时段取此刻的数量。',
    },
  },
  attainment: {
    name: { en: 'Attainment', 'zh-CN': '达成率' },
    counted: {
      en: 'Of the promised targets decided in the period, the share that was met: one that was met is decided when it was met, one that was breached at its due instant.',
      'zh-CN': '在该时段判定的承诺目标中，按时达成的比例：达成的目标在达成时判定，超时的目标在截止时刻判定。',
    },
  },
  satisfaction: {
    name: { en: 'Satisfaction', 'zh-CN': '满意度' },
    counted: {
      en: 'The mean of the ratings of 1 to 5 given in the period; a later rating of the same ticket replaces the earlier one.',
      'zh-CN': '该时段内收到的 1 至 5 分评价的平均值；同一工单以最新一次评价为准。',
    },
  },
};

/** What holds for all figures. */
export const FIGURE_NOTES: readonly LocalisedText[] = [
  {
    en: 'Drills, spam, tickets merged into others and tickets a lead took out are in no figure.',
    'zh-CN': '演练、垃圾信息、已合并的工单以及主管移出统计的工单，不计入任何指标。',
  },
  {
    en: 'Days, weeks (from Monday) and months are those of the time zone shown. The last day is included.',
    'zh-CN': '日、周（从周一起）、月按所示时区划分，包含最后一天。',
  },
  {
    en: 'The median and the 90th percentile are those of definition R-7 of Hyndman and Fan: of n values in order, the value at place 1 + (n − 1) × p, in proportion between two neighbours.',
    'zh-CN':
      '中位数与 90 分位数采用 Hyndman 与 Fan 的 R-7 定义：将 n 个值从小到大排列，取第 1 + (n − 1) × p 位的值，落在两值之间时按比例内插。',
  },
  {
    en: 'By engineer: responses count for who answered, all else for who the ticket is assigned to.',
    'zh-CN': '按工程师统计时，响应归于作出回复的人，其余指标归于工单的负责人。',
  },
  {
    en: 'By priority and topic: as the ticket has them now; attainment by the priority the target had.',
    'zh-CN': '按优先级与主题统计时，取工单当前的取值；达成率取目标判定时的优先级。',
  },
];

export const ReportDimension = z.enum(['organisation', 'priority', 'engineer', 'topic']);
export type ReportDimension = z.infer<typeof ReportDimension>;

/** `none` = those without one, e.g. tickets nobody is assigned to. */
const IdOrNone = z.union([Id, z.literal('none')]);

/** Which part of the past, and of the desk. */
export const ReportScope = z.strictObject({
  /** First and last local date, both included. */
  from: LocalDate,
  to: LocalDate,
  /** IANA name. */
  timeZone: z.string().max(60),
  organisation: IdOrNone.optional(),
  priority: Priority.optional(),
  engineer: IdOrNone.optional(),
  topic: z.string().max(40).optional(),
});
export type ReportScope = z.infer<typeof ReportScope>;

/** Of how many, the median and the 90th percentile, ms; null where there is none. */
export const DurationFigure = z.strictObject({
  count: z.number().int(),
  medianMs: z.number().nullable(),
  p90Ms: z.number().nullable(),
});
export type DurationFigure = z.infer<typeof DurationFigure>;

/** So many of so many. */
export const ShareFigure = z.strictObject({ part: z.number().int(), total: z.number().int() });
export type ShareFigure = z.infer<typeof ShareFigure>;

/** All figures of one group, or of one stretch of time. */
export const ReportFigures = z.strictObject({
  first_response: DurationFigure,
  next_response: DurationFigure,
  resolve: DurationFigure,
  first_contact: ShareFigure,
  reopened: ShareFigure,
  /** At the end of the stretch. */
  backlog: z.number().int(),
  attainment: AttainmentCount,
  satisfaction: z.strictObject({ count: z.number().int(), mean: z.number().nullable() }),
});
export type ReportFigures = z.infer<typeof ReportFigures>;

export const ReportUnit = z.enum(['day', 'week', 'month']);
export type ReportUnit = z.infer<typeof ReportUnit>;

/** A day, week or month of the report, cut at the period's ends; both dates included. */
export const ReportBucket = z.strictObject({ from: LocalDate, to: LocalDate, figures: ReportFigures });
export type ReportBucket = z.infer<typeof ReportBucket>;

export const Report = z.strictObject({
  scope: ReportScope,
  unit: ReportUnit,
  figures: ReportFigures,
  /** The period of equal length before it. */
  before: z.strictObject({ from: LocalDate, to: LocalDate, figures: ReportFigures }),
  buckets: z.array(ReportBucket),
  madeAt: Instant,
});
export type Report = z.infer<typeof Report>;

/** One customer, priority, engineer or topic. */
export const ReportGroup = z.strictObject({
  /** The id, the priority, or `none`. */
  key: z.string(),
  /** Null for `none`, and for priorities and topics, which have names of their own. */
  name: z.string().nullable(),
  figures: ReportFigures,
});
export type ReportGroup = z.infer<typeof ReportGroup>;

/** A ticket behind a figure. */
export const ReportTicket = z.strictObject({
  id: Id,
  number: z.number().int().positive(),
  subject: z.string(),
  priority: Priority,
  organisation: z.strictObject({ id: Id, name: z.string() }).nullable(),
  engineer: z.strictObject({ id: Id, name: z.string() }).nullable(),
  /** When it counted: the answer, the solve, the decision, the rating; of the backlog, the opening. */
  at: Instant,
  /** Milliseconds of a duration, the score of a rating; null else. */
  value: z.number().nullable(),
  /** Of a share or of attainment: whether it is in its part. */
  isPart: z.boolean().nullable(),
  /** Of attainment: which target. */
  target: z.string().nullable(),
});
export type ReportTicket = z.infer<typeof ReportTicket>;
