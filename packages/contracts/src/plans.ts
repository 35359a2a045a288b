import { z } from 'zod';
import { Id, Instant } from './actors.ts';
import { LocalisedText } from './locale.ts';
import { Priority } from './priority.ts';

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

/** One saved version of a calendar. */
export const SupportCalendarVersion = z.strictObject({
  version: z.number().int().positive(),
  validFrom: Instant,
  /** Who saved it; null = shipped. */
  by: z.string().nullable(),
  name: LocalisedText,
  content: CalendarContent,
});
export type SupportCalendarVersion = z.infer<typeof SupportCalendarVersion>;

/** A date on which the week's ordinary hours do not hold; a workday makes up for a holiday. */
export const HolidayDay = z.strictObject({ date: LocalDate, name: z.string(), kind: z.enum(['holiday', 'workday']) });
export type HolidayDay = z.infer<typeof HolidayDay>;

/** What an iCalendar text says of holidays. */
export const HolidayList = z.strictObject({
  /** What it calls itself. */
  name: z.string().nullable(),
  days: z.array(HolidayDay),
  /** What was left out and where; the rest is usable. */
  issues: z.array(z.strictObject({ field: z.string(), message: z.string() })),
});
export type HolidayList = z.infer<typeof HolidayList>;

/** The statutory holidays of mainland China in a year. */
export const StatutoryYear = z.strictObject({
  year: z.number().int(),
  /** Whether the arrangement has been published; if not, only what the law itself fixes is known. */
  announced: z.boolean(),
  /** Local date on which somebody last looked whether it has been. */
  checkedOn: z.string(),
  source: z.strictObject({ title: z.string(), document: z.string(), url: z.string(), publishedOn: z.string() }),
  days: z.array(HolidayDay),
});
export type StatutoryYear = z.infer<typeof StatutoryYear>;

/** Why the address of a feed gave no holidays. */
export const FEED_FAILURES = [
  'address_invalid',
  'address_private',
  'name_unknown',
  'unreachable',
  'timeout',
  'too_large',
  'too_many_redirects',
  'refused',
  'not_a_calendar',
] as const;
export const FeedFailureReason = z.enum(FEED_FAILURES);
export type FeedFailureReason = z.infer<typeof FeedFailureReason>;

/** An address from which a calendar's holidays are kept up to date. */
export const HolidayFeed = z.strictObject({
  id: Id,
  address: z.string(),
  name: z.string().nullable(),
  /** Dates it named when it was last read. */
  dayCount: z.number().int(),
  addedBy: z.string(),
  addedAt: Instant,
  triedAt: Instant.nullable(),
  readAt: Instant.nullable(),
  /** Why the last try came to nothing; null when it did not. */
  failure: z.strictObject({ reason: FeedFailureReason, detail: z.string() }).nullable(),
});
export type HolidayFeed = z.infer<typeof HolidayFeed>;

/** Ten years: more is a slip of the unit. */
const TARGET_MAX_MS = 10 * 366 * 86_400_000;
const TargetMs = z.number().int().positive().max(TARGET_MAX_MS).optional();
const TargetsMs = z.strictObject({
  first_response: TargetMs,
  next_response: TargetMs,
  update: TargetMs,
  resolve: TargetMs,
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
  callsPerYear: z.number().int().nonnegative().max(100_000).nullable(),
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

/** How things stood with an organisation from one change on. */
export const ContractVersion = z.strictObject({
  version: z.number().int().positive(),
  validFrom: Instant,
  savedAt: Instant,
  by: z.string(),
  reason: z.string(),
  /** Null: the contract ended. */
  contract: Contract.nullable(),
});
export type ContractVersion = z.infer<typeof ContractVersion>;

/** Hours as customers read them. */
export const PlanHours = z.strictObject({ id: Id, name: LocalisedText, content: CalendarContent });
export type PlanHours = z.infer<typeof PlanHours>;

/** What a plan promises, as customers may read it. */
export const PlanTerms = PlanContent.pick({
  name: true,
  summary: true,
  priorities: true,
  channels: true,
  callsPerYear: true,
  urgentByNamedContacts: true,
  urgentForProduction: true,
  creditTiers: true,
})
  .extend({
    /** Those the priorities name. */
    hours: z.array(PlanHours),
  })
  .strict();
export type PlanTerms = z.infer<typeof PlanTerms>;

/** A plan on the public page. */
export const OfferedPlan = z.strictObject({ planId: Id, preset: PlanPreset.nullable(), terms: PlanTerms });
export type OfferedPlan = z.infer<typeof OfferedPlan>;

/** Why a request got less than it asked for. */
export const UncoveredReason = z.enum([
  'channel_not_in_plan',
  'priority_not_in_plan',
  'calls_used_up',
  'not_a_named_contact',
  'not_production',
]);
export type UncoveredReason = z.infer<typeof UncoveredReason>;

/** What a plan makes of a priority a customer asks for: granted as asked, or the best it has instead and why. */
export const PriorityOffer = z.strictObject({
  offered: Priority,
  /** Null: it is what was asked for. */
  reason: UncoveredReason.nullable(),
});
export type PriorityOffer = z.infer<typeof PriorityOffer>;

const OffersByUse = z.strictObject({ production: PriorityOffer, other: PriorityOffer });

/** A customer's own plan. */
export const OwnPlan = z.strictObject({
  terms: PlanTerms,
  /** Null: no contract, the plan is everybody's. */
  contract: z
    .strictObject({
      startsOn: LocalDate,
      timeZone: z.string(),
      /** The contract year, half-open. */
      year: z.strictObject({ from: Instant, to: Instant }),
      /** Who may raise P0 and P1, where the plan asks for it. */
      namedContacts: z.array(z.strictObject({ id: Id, name: z.string() })),
      manager: z.strictObject({ id: Id, name: z.string() }).nullable(),
    })
    .nullable(),
  /** Whether the reader is one of those who may raise P0 and P1. */
  mayRaiseUrgent: z.boolean(),
  /** What the reader gets who asks for P0 or P1, for what runs in production and for anything else. */
  urgent: z.strictObject({ P0: OffersByUse, P1: OffersByUse }),
  /** Answered calls of this contract year. */
  callsUsed: z.number().int().nonnegative(),
  /** Null = as many as wanted. */
  callsLeft: z.number().int().nonnegative().nullable(),
});
export type OwnPlan = z.infer<typeof OwnPlan>;

/** What a customer does with us, for the page that recommends a plan. */
export const SCENES = [
  'evening_live_show',
  'social_video',
  'overseas_business',
  'education',
  'smart_hardware',
  'other',
] as const;
export const Scene = z.enum(SCENES);
export type Scene = z.infer<typeof Scene>;

/** How long one can wait for an engineer when production stands still. */
export const WAITS = ['half_hour', 'hour', 'half_day', 'any'] as const;
export const Wait = z.enum(WAITS);
export type Wait = z.infer<typeof Wait>;

/** When a customer's own users are there, in the customer's zone. */
export const SceneNeed = z.strictObject({
  scene: Scene,
  days: z.enum(['workdays', 'every_day']),
  /** "19:00-02:00"; "00:00-24:00" is round the clock. */
  window: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/),
  timeZone: z.string().max(60),
  wait: Wait,
});
export type SceneNeed = z.infer<typeof SceneNeed>;

/** Which of the offered plans suits a need, and why. */
export const Recommendation = z.strictObject({
  planId: Id,
  /** Hours a week the customer's users are there, and of them those in which this plan works on P0. */
  neededHours: z.number(),
  coveredHours: z.number(),
  /** Time to the first answer to P0; null where the plan promises none. */
  firstResponseMs: z.number().int().nullable(),
  /** Whether hours and time both suit; else it is the nearest. */
  suits: z.boolean(),
  /** The next smaller plan and what it lacks; null when this is the smallest. */
  smaller: z
    .strictObject({
      planId: Id,
      lacks: z.array(z.enum(['hours', 'response'])),
      coveredHours: z.number(),
      firstResponseMs: z.number().int().nullable(),
    })
    .nullable(),
});
export type Recommendation = z.infer<typeof Recommendation>;
