import { z } from 'zod';
import { Id, Instant } from './actors.ts';
import { LocalisedText } from './locale.ts';

/** What a plan promises a time for: the first answer, the answer to each further word, word while open, the end. */
export const TARGETS = ['first_response', 'next_response', 'update', 'resolve'] as const;
export const Target = z.enum(TARGETS);
export type Target = z.infer<typeof Target>;

/** Ways to get help that a plan opens, from the least personal to the most. */
export const SUPPORT_CHANNELS = ['self_service', 'ticket', 'email', 'chat', 'call', 'manager'] as const;
export const SupportChannel = z.enum(SUPPORT_CHANNELS);
export type SupportChannel = z.infer<typeof SupportChannel>;

/** A local date, "2026-05-14". */
export const LocalDate = z.iso.date();
/** "09:00-12:00", half-open; "22:00-06:00" is overnight; "24:00" may close. */
export const TimeWindow = z.string().regex(/^\d{2}:\d{2}-\d{2}:\d{2}$/);
const Windows = z.array(TimeWindow).max(12);

/** When a team works. packages/sla judges whether it is sound; see its SPEC.md, R1. */
export const CalendarContent = z.strictObject({
  tz: z.string().max(60),
  week: z.strictObject({
    mon: Windows.optional(),
    tue: Windows.optional(),
    wed: Windows.optional(),
    thu: Windows.optional(),
    fri: Windows.optional(),
    sat: Windows.optional(),
    sun: Windows.optional(),
  }),
  holidays: z.array(LocalDate).max(2_000).default([]),
  /** Local date → windows of that date: make-up workdays, short days. Beats holiday and week. */
  overrides: z.record(LocalDate, Windows).default({}),
});
export type CalendarContent = z.infer<typeof CalendarContent>;

/** A calendar as it is now. Every save makes a version; earlier ones stay and judge the past. */
export const SupportCalendar = z.strictObject({
  id: Id,
  name: LocalisedText,
  version: z.number().int().positive(),
  /** Since when this version is in force. */
  validFrom: Instant,
  content: CalendarContent,
  /** Plans whose present version runs on it. */
  usedBy: z.array(z.strictObject({ planId: Id, name: LocalisedText })),
});
export type SupportCalendar = z.infer<typeof SupportCalendar>;

const TargetsMs = z.strictObject({
  first_response: z.number().int().positive().optional(),
  next_response: z.number().int().positive().optional(),
  update: z.number().int().positive().optional(),
  resolve: z.number().int().positive().optional(),
});

/** What one priority is promised: targets in milliseconds of business time, on a calendar (null = round the clock). */
export const PriorityPromise = z.strictObject({ calendarId: Id.nullable(), targetsMs: TargetsMs });
export type PriorityPromise = z.infer<typeof PriorityPromise>;

/** Attainment of a month below this share → this percentage of the month's fee is owed. */
export const CreditTier = z.strictObject({
  below: z.number().gt(0).lte(1),
  percent: z.number().gt(0).lte(100),
});
export type CreditTier = z.infer<typeof CreditTier>;

export const PLAN_PRESETS = ['community', 'standard', 'business', 'enterprise'] as const;
export const PlanPreset = z.enum(PLAN_PRESETS);
export type PlanPreset = z.infer<typeof PlanPreset>;

/** What a plan says. A ticket is judged by the version that was in force when it was opened. */
export const PlanContent = z.strictObject({
  name: LocalisedText,
  summary: LocalisedText,
  priorities: z.strictObject({
    P0: PriorityPromise,
    P1: PriorityPromise,
    P2: PriorityPromise,
    P3: PriorityPromise,
  }),
  channels: z.array(SupportChannel).max(SUPPORT_CHANNELS.length),
  /** Guided calls in a contract year; null = as many as wanted. */
  callsPerYear: z.number().int().nonnegative().nullable(),
  /** Only contacts named in the contract may raise P0 and P1. */
  urgentByNamedContacts: z.boolean(),
  /** P0 and P1 only for what runs in production. */
  urgentForProduction: z.boolean(),
  /** Whether an answer of the assistant counts as a response. */
  assistantCounts: z.boolean(),
  /** Whether time on hold is removed from update and resolve, like the time spent waiting for the customer. */
  pausesOnHold: z.boolean(),
  /** A warning comes when this share of a budget is used up, in business time. */
  warnAtShare: z.number().gt(0).lt(1),
  creditTiers: z.array(CreditTier).max(10),
  /** Offered on the public page of plans. */
  offered: z.boolean(),
});
export type PlanContent = z.infer<typeof PlanContent>;

export const PlanVersion = z.strictObject({
  id: Id,
  planId: Id,
  version: z.number().int().positive(),
  validFrom: Instant,
  /** Who saved it; null = shipped. */
  by: z.string().nullable(),
  content: PlanContent,
});
export type PlanVersion = z.infer<typeof PlanVersion>;

export const Plan = z.strictObject({
  id: Id,
  preset: PlanPreset.nullable(),
  archived: z.boolean(),
  /** The plan of everybody without a contract. Exactly one. */
  isDefault: z.boolean(),
  /** Organisations under contract with it now. */
  contractCount: z.number().int(),
  current: PlanVersion,
});
export type Plan = z.infer<typeof Plan>;

/** Money in the currency's smallest unit. */
export const Money = z.strictObject({
  amountMinor: z.number().int().nonnegative(),
  currency: z.string().regex(/^[A-Z]{3}$/),
});
export type Money = z.infer<typeof Money>;

/** What an organisation has agreed with us. Every change is kept with its reason. */
export const Contract = z.strictObject({
  organisationId: Id,
  planId: Id,
  planName: LocalisedText,
  /** Its months and days are those of this zone. */
  timeZone: z.string().max(60),
  /** The contract year begins on this local date; calls a year are counted from it. */
  startsOn: LocalDate,
  monthlyFee: Money.nullable(),
  /** Contacts who may raise P0 and P1, where the plan asks for it. */
  namedContacts: z.array(z.strictObject({ id: Id, name: z.string() })),
  /** The dedicated manager. */
  manager: z.strictObject({ id: Id, name: z.string() }).nullable(),
  /** Since when it stands as it does. */
  validFrom: Instant,
});
export type Contract = z.infer<typeof Contract>;

/** Why a request got less than it asked for. */
export const UncoveredReason = z.enum([
  'channel_not_in_plan',
  'priority_not_in_plan',
  'calls_used_up',
  'not_a_named_contact',
  'not_production',
]);
export type UncoveredReason = z.infer<typeof UncoveredReason>;
