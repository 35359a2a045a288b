import { z } from 'zod';
import { Id, Instant } from '../actors.ts';
import { LocalisedText } from '../locale.ts';
import {
  CalendarContent,
  Contract,
  ContractVersion,
  HolidayFeed,
  HolidayList,
  LocalDate,
  Money,
  OfferedPlan,
  OwnPlan,
  Plan,
  PlanContent,
  PlanPreset,
  PlanVersion,
  Recommendation,
  SceneNeed,
  StatutoryYear,
  SupportCalendar,
  SupportCalendarVersion,
} from '../plans.ts';
import { route } from '../route.ts';

const ById = z.strictObject({ id: Id });
const Empty = z.strictObject({});
/** The version one has looked at: saving over a newer one is refused, so that nobody's work is lost unseen. */
const BasedOn = z.number().int().nonnegative();

/** Largest iCalendar text, typed in or fetched, bytes. */
export const HOLIDAY_FEED_MAX_BYTES = 5 * 1024 * 1024;
export const REASON_MAX_LENGTH = 2_000;

export const listCalendars = route({
  method: 'GET',
  path: '/api/calendars',
  access: 'lead',
  rate: 'read',
  summary: 'The calendars of support hours as they are now, and which plans run on them.',
  reply: z.strictObject({ calendars: z.array(SupportCalendar) }),
});

export const listCalendarVersions = route({
  method: 'GET',
  path: '/api/calendars/:id/versions',
  access: 'lead',
  rate: 'read',
  summary: 'All versions of a calendar, the newest first.',
  params: ById,
  reply: z.strictObject({ versions: z.array(SupportCalendarVersion) }),
});

export const createCalendar = route({
  method: 'POST',
  path: '/api/calendars',
  access: 'administrator',
  rate: 'write',
  summary: 'Adds a calendar. One that never opens is refused.',
  body: z.strictObject({ id: Id, name: LocalisedText, content: CalendarContent }),
  reply: z.strictObject({ calendar: SupportCalendar }),
});

export const updateCalendar = route({
  method: 'PUT',
  path: '/api/calendars/:id',
  access: 'administrator',
  rate: 'write',
  summary:
    'Saves a new version of a calendar, in force from now on: running deadlines move, what is over stays as it was.',
  params: ById,
  body: z.strictObject({ basedOn: BasedOn, name: LocalisedText, content: CalendarContent }),
  reply: z.strictObject({ calendar: SupportCalendar }),
});

export const previewCalendar = route({
  method: 'POST',
  path: '/api/calendars/:id/preview',
  access: 'lead',
  rate: 'read',
  summary: 'What saving these hours would do to the deadlines that run now. Nothing is saved.',
  params: ById,
  body: z.strictObject({ content: CalendarContent }),
  reply: z.strictObject({
    /** Deadlines that run on this calendar, and of them those that would come sooner or later. */
    running: z.number().int(),
    sooner: z.number().int(),
    later: z.number().int(),
  }),
});

export const readHolidays = route({
  method: 'POST',
  path: '/api/holidays/read',
  access: 'administrator',
  rate: 'write',
  summary: 'Reads the text of an .ics file: the holidays in it, from last year to three years ahead. Nothing is saved.',
  bodyMax: { bytes: HOLIDAY_FEED_MAX_BYTES * 1.2, field: 'ics' },
  body: z.strictObject({ ics: z.string().min(1).max(HOLIDAY_FEED_MAX_BYTES) }),
  reply: HolidayList,
});

export const listStatutoryHolidays = route({
  method: 'GET',
  path: '/api/holidays/china',
  access: 'lead',
  rate: 'read',
  summary: 'The statutory holidays and make-up workdays of mainland China we ship, by year, with their source.',
  reply: z.strictObject({ years: z.array(StatutoryYear) }),
});

export const listHolidayFeeds = route({
  method: 'GET',
  path: '/api/calendars/:id/feeds',
  access: 'administrator',
  rate: 'read',
  summary: 'The addresses from which a calendar’s holidays are kept up to date, and how the last reading went.',
  params: ById,
  reply: z.strictObject({ feeds: z.array(HolidayFeed) }),
});

export const addHolidayFeed = route({
  method: 'POST',
  path: '/api/calendars/:id/feeds',
  access: 'administrator',
  rate: 'write',
  summary:
    'Reads an iCalendar address now and every day from now on; what it adds or takes back becomes a new version of the calendar.',
  params: ById,
  body: z.strictObject({ id: Id, address: z.string().trim().min(1).max(2_000) }),
  reply: z.strictObject({ feed: HolidayFeed, calendar: SupportCalendar }),
});

export const refreshHolidayFeed = route({
  method: 'POST',
  path: '/api/calendars/:id/feeds/:feedId/refresh',
  access: 'administrator',
  rate: 'write',
  summary: 'Reads a feed now. That it could not be read is told in the reply.',
  params: z.strictObject({ id: Id, feedId: Id }),
  body: Empty,
  reply: z.strictObject({ feed: HolidayFeed, calendar: SupportCalendar }),
});

export const deleteHolidayFeed = route({
  method: 'DELETE',
  path: '/api/calendars/:id/feeds/:feedId',
  access: 'administrator',
  rate: 'write',
  summary: 'No longer reads a feed. The holidays it brought stay in the calendar.',
  params: z.strictObject({ id: Id, feedId: Id }),
  reply: Empty,
});

export const listPlans = route({
  method: 'GET',
  path: '/api/plans',
  access: 'lead',
  rate: 'read',
  summary: 'The plans as they are now, archived ones at the end.',
  reply: z.strictObject({ plans: z.array(Plan) }),
});

export const listPlanVersions = route({
  method: 'GET',
  path: '/api/plans/:id/versions',
  access: 'lead',
  rate: 'read',
  summary: 'All versions of a plan, the newest first.',
  params: ById,
  reply: z.strictObject({ versions: z.array(PlanVersion) }),
});

export const createPlan = route({
  method: 'POST',
  path: '/api/plans',
  access: 'administrator',
  rate: 'write',
  summary: 'Adds a plan: what is said in `content`, or a copy of a shipped one.',
  body: z
    .strictObject({ id: Id, preset: PlanPreset.optional(), content: PlanContent.optional() })
    .refine((body) => (body.preset === undefined) !== (body.content === undefined), {
      path: ['content'],
      message: 'preset_or_content',
    }),
  reply: z.strictObject({ plan: Plan }),
});

export const updatePlan = route({
  method: 'PUT',
  path: '/api/plans/:id',
  access: 'administrator',
  rate: 'write',
  summary: 'Saves a new version of a plan. Tickets opened before keep the version they were opened under.',
  params: ById,
  body: z.strictObject({ basedOn: BasedOn, content: PlanContent }),
  reply: z.strictObject({ plan: Plan }),
});

export const archivePlan = route({
  method: 'POST',
  path: '/api/plans/:id/archived',
  access: 'administrator',
  rate: 'write',
  summary: 'Puts a plan away, or takes it out again. One that a contract has, and the default one, stay.',
  params: ById,
  body: z.strictObject({ archived: z.boolean() }),
  reply: z.strictObject({ plan: Plan }),
});

export const setDefaultPlan = route({
  method: 'POST',
  path: '/api/plans/:id/default',
  access: 'administrator',
  rate: 'write',
  summary: 'Makes it the plan of everybody without a contract.',
  params: ById,
  body: Empty,
  reply: z.strictObject({ plan: Plan }),
});

export const getContract = route({
  method: 'GET',
  path: '/api/organisations/:id/contract',
  access: 'engineer',
  rate: 'read',
  summary:
    'An organisation’s contract now, what is to come, and its history with reasons, the newest first. Fees are for leads and administrators.',
  params: ById,
  reply: z.strictObject({
    /** Null: none; the default plan holds. */
    contract: Contract.nullable(),
    /** The last saved version, to be sent back as `basedOn`; 0 before the first. */
    version: z.number().int().nonnegative(),
    /** What takes effect later, if that has been arranged. */
    scheduled: ContractVersion.nullable(),
    history: z.array(ContractVersion),
    /** The plan that holds: the contract's or the default one. */
    plan: z.strictObject({ planId: Id, name: LocalisedText, urgentByNamedContacts: z.boolean() }),
    /** Guided calls of the present contract year; null without a contract. */
    usage: z
      .strictObject({
        year: z.strictObject({ from: Instant, to: Instant }),
        callsUsed: z.number().int().nonnegative(),
        /** Null = as many as wanted. */
        callsPerYear: z.number().int().nonnegative().nullable(),
      })
      .nullable(),
    maySet: z.boolean(),
  }),
});

export const setContract = route({
  method: 'PUT',
  path: '/api/organisations/:id/contract',
  access: 'lead',
  rate: 'write',
  summary:
    'Sets how things stand with an organisation, from now or from a later instant on, with the reason. What was arranged for later before this is replaced. `planId: null` ends the contract.',
  params: ById,
  body: z.strictObject({
    basedOn: BasedOn,
    planId: Id.nullable(),
    timeZone: z.string().max(60),
    startsOn: LocalDate,
    monthlyFee: Money.nullable(),
    namedContactIds: z.array(Id).max(200),
    managerId: Id.nullable(),
    reason: z.string().trim().min(1).max(REASON_MAX_LENGTH),
    /** Left out = now. */
    validFrom: Instant.optional(),
  }),
  reply: z.strictObject({ contract: Contract.nullable(), version: z.number().int() }),
});

export const getOwnPlan = route({
  method: 'GET',
  path: '/api/plan',
  access: 'customer',
  rate: 'read',
  summary: 'What one’s own plan promises: times, hours, channels, calls left, the manager.',
  reply: z.strictObject({ plan: OwnPlan }),
});

export const listOfferedPlans = route({
  method: 'GET',
  path: '/api/plans/offered',
  access: 'anyone',
  rate: 'read',
  summary: 'The plans offered to everybody, the smallest first.',
  reply: z.strictObject({ plans: z.array(OfferedPlan) }),
});

export const recommendPlan = route({
  method: 'GET',
  path: '/api/plans/recommended',
  access: 'anyone',
  rate: 'read',
  summary:
    'Which of the offered plans suits somebody whose users are there at these hours: the smallest that is at work then and answers fast enough, else the nearest. Null when none is offered.',
  query: SceneNeed,
  reply: z.strictObject({ recommendation: Recommendation.nullable() }),
});
