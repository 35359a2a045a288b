import type {
  CalendarContent,
  LocalisedText,
  PlanContent,
  PlanPreset,
  Priority,
  PriorityPromise,
} from '@alongside/contracts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export const CALENDAR_PRESETS = ['5x8', '7x12', '7x24'] as const;
export type CalendarPreset = (typeof CALENDAR_PRESETS)[number];

/** Where the shipped hours are read, until somebody says otherwise. */
const TIME_ZONE = 'Asia/Shanghai';

const everyDay = (...windows: string[]): CalendarContent['week'] => ({
  mon: windows,
  tue: windows,
  wed: windows,
  thu: windows,
  fri: windows,
  sat: windows,
  sun: windows,
});

/** The hours the shipped plans run on. */
export const SHIPPED_CALENDARS: Record<CalendarPreset, { name: LocalisedText; content: CalendarContent }> = {
  '5x8': {
    name: { en: '5×8, office hours', 'zh-CN': '5×8 工作时间' },
    content: {
      tz: TIME_ZONE,
      week: workdays('09:00-12:00', '13:00-18:00'),
      holidays: [],
      overrides: {},
    },
  },
  '7x12': {
    name: { en: '7×12, every day', 'zh-CN': '7×12 每天' },
    content: { tz: TIME_ZONE, week: everyDay('09:00-21:00'), holidays: [], overrides: {} },
  },
  '7x24': {
    name: { en: '7×24, round the clock', 'zh-CN': '7×24 全天候' },
    content: { tz: TIME_ZONE, week: everyDay('00:00-24:00'), holidays: [], overrides: {} },
  },
};

function workdays(...windows: string[]): CalendarContent['week'] {
  const { sat: _, sun: __, ...week } = everyDay(...windows);
  return week;
}

/** A business day of a shipped calendar is its ordinary day: 8, 12 or 24 hours. */
const DAY_MS: Record<CalendarPreset, number> = { '5x8': 8 * HOUR_MS, '7x12': 12 * HOUR_MS, '7x24': 24 * HOUR_MS };

type Shipped = Omit<PlanContent, 'priorities'> & {
  calendar: CalendarPreset;
  targetsMs: Record<Priority, PriorityPromise['targetsMs']>;
};

/** A further word is answered as fast as the first one: whoever is in trouble is in no less of it by then. */
const answeredWithin = (ms: number): PriorityPromise['targetsMs'] => ({ first_response: ms, next_response: ms });

const COMMON = {
  urgentByNamedContacts: false,
  urgentForProduction: true,
  assistantCounts: false,
  pausesOnHold: false,
  warnAtShare: 0.75,
  creditTiers: [],
  offered: true,
};

const SHIPPED: Record<PlanPreset, Shipped> = {
  community: {
    ...COMMON,
    name: { en: 'Community', 'zh-CN': '社区版' },
    summary: {
      en: 'Help yourself, ask the others; the team answers when it can.',
      'zh-CN': '自助查阅、社区互助，团队尽力回复。',
    },
    calendar: '5x8',
    targetsMs: { P0: {}, P1: {}, P2: {}, P3: {} },
    channels: ['self_service', 'ticket'],
    callsPerYear: 0,
  },
  standard: {
    ...COMMON,
    name: { en: 'Standard 5×8', 'zh-CN': '标准版 5×8' },
    summary: {
      en: 'Answers by the clock on working days, for what can wait until tomorrow morning.',
      'zh-CN': '工作日限时响应，适合可以等到次日的业务。',
    },
    calendar: '5x8',
    targetsMs: {
      P0: answeredWithin(4 * HOUR_MS),
      P1: answeredWithin(8 * HOUR_MS),
      P2: answeredWithin(DAY_MS['5x8']),
      P3: { first_response: 2 * DAY_MS['5x8'] },
    },
    channels: ['self_service', 'ticket', 'email', 'chat'],
    callsPerYear: 0,
  },
  business: {
    ...COMMON,
    name: { en: 'Business 7×12', 'zh-CN': '商务版 7×12' },
    summary: {
      en: 'Every day from morning to evening, with guided calls when words are not enough.',
      'zh-CN': '每天从早到晚都有人响应，文字说不清时可通话指导。',
    },
    calendar: '7x12',
    // While production stands still, silence is the worst: it gets word at intervals however long it takes.
    targetsMs: {
      P0: { ...answeredWithin(HOUR_MS), update: 2 * HOUR_MS },
      P1: answeredWithin(4 * HOUR_MS),
      P2: answeredWithin(DAY_MS['7x12']),
      P3: { first_response: 2 * DAY_MS['7x12'] },
    },
    channels: ['self_service', 'ticket', 'email', 'chat', 'call'],
    callsPerYear: 6,
    creditTiers: [
      { below: 0.99, percent: 5 },
      { below: 0.95, percent: 10 },
    ],
  },
  enterprise: {
    ...COMMON,
    name: { en: 'Enterprise 7×24', 'zh-CN': '企业版 7×24' },
    summary: {
      en: 'An engineer at any hour, calls without limit, and a manager who knows you.',
      'zh-CN': '任何时刻都有工程师响应，通话不限次数，并有专属客户经理。',
    },
    calendar: '7x24',
    targetsMs: {
      P0: { ...answeredWithin(30 * MINUTE_MS), update: HOUR_MS },
      P1: { ...answeredWithin(2 * HOUR_MS), update: 4 * HOUR_MS },
      P2: answeredWithin(DAY_MS['7x24']),
      P3: { first_response: 2 * DAY_MS['7x24'] },
    },
    channels: ['self_service', 'ticket', 'email', 'chat', 'call', 'manager'],
    callsPerYear: null,
    // Half an hour at any time of night is kept for those who know when it is worth it.
    urgentByNamedContacts: true,
    creditTiers: [
      { below: 0.99, percent: 10 },
      { below: 0.95, percent: 25 },
      { below: 0.9, percent: 50 },
    ],
  },
};

/**
 * What a shipped plan says.
 * @param calendarIds the ids of the shipped calendars in this workspace
 */
export function shippedPlan(preset: PlanPreset, calendarIds: Record<CalendarPreset, string>): PlanContent {
  const { calendar, targetsMs, ...rest } = SHIPPED[preset];
  const promise = (priority: Priority): PriorityPromise => ({
    calendarId: calendarIds[calendar],
    targetsMs: targetsMs[priority],
  });
  return { ...rest, priorities: { P0: promise('P0'), P1: promise('P1'), P2: promise('P2'), P3: promise('P3') } };
}
