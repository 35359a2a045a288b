import { z } from 'zod';
import { ActorRef, Id, Instant } from './actors.ts';
import { LocalDate, Target, TimeWindow } from './plans.ts';
import { Priority } from './priority.ts';
import { EscalationCause, EscalationEnd, PageChannel, PageOutcome, PageTrouble } from './recorded.ts';

/** Names of rotations, layers, policies and webhooks. */
const Title = z.string().trim().min(1).max(80);
const Person = z.strictObject({ id: Id, name: z.string() });

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export const Weekday = z.enum(WEEKDAYS);
export type Weekday = z.infer<typeof Weekday>;

/** Local wall time, "09:00". */
export const WallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/** When one turn passes to the next person: at that local time, whatever the clocks did meanwhile. */
export const Handover = z.strictObject({
  /** Every day, every week, or every so many days. */
  every: z.union([z.enum(['day', 'week']), z.number().int().min(1).max(366)]),
  at: WallTime,
  /** The weekday of weekly ones; absent = that of the layer's start. */
  on: Weekday.optional(),
});
export type Handover = z.infer<typeof Handover>;

const Windows = z.array(TimeWindow).max(12).optional();

/** People who take turns. packages/sla judges whether it is sound. */
export const RotationLayer = z.strictObject({
  id: Id,
  name: Title,
  /** Staff, in the order of their turns; one may come more than once. */
  people: z.array(Id).min(1).max(60),
  handover: Handover,
  /** The first turn begins at the first handover on or after this local date. */
  startsOn: LocalDate,
  /** Windows per weekday in which the layer is on; absent = round the clock. */
  restrictions: z
    .strictObject({
      mon: Windows,
      tue: Windows,
      wed: Windows,
      thu: Windows,
      fri: Windows,
      sat: Windows,
      sun: Windows,
    })
    .optional(),
  /** Its own zone (follow the sun); absent = the rotation's. */
  tz: z.string().max(60).optional(),
});
export type RotationLayer = z.infer<typeof RotationLayer>;

/** What a rotation says. Later layers beat earlier ones where they are on. */
export const RotationContent = z.strictObject({
  name: Title,
  /** IANA name. */
  tz: z.string().max(60),
  layers: z.array(RotationLayer).min(1).max(8),
});
export type RotationContent = z.infer<typeof RotationContent>;

/** One saving of a rotation. It decides who was on call from `validFrom` until the next one; an edit never changes the past. */
export const RotationVersion = z.strictObject({
  version: z.number().int().positive(),
  validFrom: Instant,
  /** Null = came with the demo or the installation. */
  by: ActorRef.nullable(),
  savedAt: Instant,
  /** It was planned, and another saving took its place before it came into force. */
  withdrawn: z.boolean(),
  content: RotationContent,
});
export type RotationVersion = z.infer<typeof RotationVersion>;

/** Who is on call, until when. */
export const OnCallPerson = z.strictObject({ person: Person, from: Instant, to: Instant });
export type OnCallPerson = z.infer<typeof OnCallPerson>;

/** A rotation as it is now. */
export const OnCallRotation = z.strictObject({
  id: Id,
  /** Whom policies page that name “the default rotation”. At most one. */
  isDefault: z.boolean(),
  current: RotationVersion,
  /** Saved, and in force from a later instant on. */
  planned: RotationVersion.nullable(),
  /** Null = nobody: a gap. */
  now: OnCallPerson.nullable(),
  /** The next one who is somebody else. */
  next: OnCallPerson.nullable(),
  /** Policies that page it. */
  usedBy: z.array(z.strictObject({ id: Id, name: z.string() })),
});
export type OnCallRotation = z.infer<typeof OnCallRotation>;

/** For this stretch this person is on call, whatever the layers say. */
export const RotationOverride = z.strictObject({
  id: Id,
  rotationId: Id,
  person: Person,
  from: Instant,
  to: Instant,
  note: z.string(),
  by: ActorRef,
  /** Of a swap two colleagues agreed on. */
  swapId: Id.nullable(),
});
export type RotationOverride = z.infer<typeof RotationOverride>;

export const OnCallShift = z.strictObject({
  from: Instant,
  to: Instant,
  /** Null = nobody is on call. */
  personId: Id.nullable(),
  /** Null for an override and for a gap. */
  layerId: Id.nullable(),
});
export type OnCallShift = z.infer<typeof OnCallShift>;

/** Who is on call in a rotation over a stretch of time: the answer, and the layers it comes from. */
export const RotationSchedule = z.strictObject({
  rotationId: Id,
  name: z.string(),
  tz: z.string(),
  isDefault: z.boolean(),
  shifts: z.array(OnCallShift),
  layers: z.array(z.strictObject({ id: Id, name: z.string(), shifts: z.array(OnCallShift) })),
  overrides: z.array(RotationOverride),
});
export type RotationSchedule = z.infer<typeof RotationSchedule>;

export const SwapState = z.enum(['asked', 'accepted', 'declined', 'withdrawn']);
export type SwapState = z.infer<typeof SwapState>;

/** Somebody asks a colleague to take a stretch of their shift, for one of the colleague's or for thanks. */
export const ShiftSwap = z.strictObject({
  id: Id,
  rotationId: Id,
  rotationName: z.string(),
  asker: Person,
  colleague: Person,
  from: Instant,
  to: Instant,
  /** What the asker takes over in return. */
  back: z.strictObject({ from: Instant, to: Instant }).nullable(),
  note: z.string(),
  state: SwapState,
  askedAt: Instant,
});
export type ShiftSwap = z.infer<typeof ShiftSwap>;

/** Whom a step pages. */
export const PageTarget = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('person'), id: Id }),
  /** Who is on call in it. */
  z.strictObject({ kind: z.literal('rotation'), id: Id }),
  /** Who is on call in the default rotation; while there is none, leads and administrators. */
  z.strictObject({ kind: z.literal('default_rotation') }),
  /** Everybody who has the skill. */
  z.strictObject({ kind: z.literal('skill'), id: z.string().min(1).max(60) }),
  z.strictObject({ kind: z.literal('everyone') }),
  z.strictObject({ kind: z.literal('webhook'), id: Id }),
]);
export type PageTarget = z.infer<typeof PageTarget>;

export const ESCALATION_WAIT_MAX_MS = 24 * 3_600_000;
const WaitMs = z.number().int().max(ESCALATION_WAIT_MAX_MS);

export const EscalationStep = z.strictObject({
  targets: z.array(PageTarget).min(1).max(10),
  /** How long to wait for an acknowledgement before the next step. */
  waitMs: WaitMs.min(1_000),
});
export type EscalationStep = z.infer<typeof EscalationStep>;

/** When a policy applies; every given condition must hold, an empty list holds always. */
export const EscalationRule = z.strictObject({
  causes: z
    .array(EscalationCause.exclude(['person']))
    .min(1)
    .max(5),
  priorities: z.array(Priority).max(4).default([]),
  topics: z.array(z.string().max(40)).max(100).default([]),
  planIds: z.array(Id).max(100).default([]),
  /** Of warnings and breaches: of which promise. */
  targets: z.array(Target).max(4).default([]),
});
export type EscalationRule = z.infer<typeof EscalationRule>;

export const EscalationPolicyContent = z.strictObject({
  name: Title,
  /** It applies when one of them does. */
  rules: z.array(EscalationRule).min(1).max(10),
  /** Between the cause and the first step; 0 = at once. */
  delayMs: WaitMs.nonnegative().default(0),
  steps: z.array(EscalationStep).min(1).max(12),
  /** How often the whole chain runs again when nobody acknowledged. */
  repeats: z.number().int().min(0).max(9).default(0),
});
export type EscalationPolicyContent = z.infer<typeof EscalationPolicyContent>;

/** A chain and the tickets it is for. Of those that match a ticket the one with the lowest place runs. */
export const EscalationPolicy = z.strictObject({
  id: Id,
  place: z.number().int().positive(),
  enabled: z.boolean(),
  content: EscalationPolicyContent,
  /** Null = shipped and never changed. */
  updatedBy: ActorRef.nullable(),
  updatedAt: Instant,
});
export type EscalationPolicy = z.infer<typeof EscalationPolicy>;

/** Whom a step would page now. */
export const TriedStep = z.strictObject({
  /** After the cause. */
  afterMs: z.number().int(),
  people: z.array(z.strictObject({ id: Id, name: z.string(), channels: z.array(PageChannel) })),
  hooks: z.array(z.string()),
});
export type TriedStep = z.infer<typeof TriedStep>;

/** An address that is called with a signed message (Standard Webhooks). Its secret is shown once. */
export const PageHook = z.strictObject({
  id: Id,
  name: z.string(),
  url: z.string(),
  enabled: z.boolean(),
  last: z.strictObject({ at: Instant, outcome: PageOutcome, detail: z.string() }).nullable(),
});
export type PageHook = z.infer<typeof PageHook>;

export const HookInput = z.strictObject({ name: Title, url: z.string().trim().max(2_000) });

/** A browser that takes push messages for a person. */
export const PushDevice = z.strictObject({
  id: Id,
  name: z.string(),
  /** Registered, and not disturbed. */
  quiet: z.boolean(),
  createdAt: Instant,
  /** The last message it took. */
  lastSentAt: Instant.nullable(),
});
export type PushDevice = z.infer<typeof PushDevice>;

/** How pages reach one. */
export const PageChannels = z.strictObject({ console: z.boolean(), email: z.boolean(), push: z.boolean() });
export type PageChannels = z.infer<typeof PageChannels>;

export const MyPages = z.strictObject({
  channels: PageChannels,
  /** Also when one is not on call: for steps that page everyone, and while there is no rotation. */
  offDuty: z.boolean(),
  devices: z.array(PushDevice),
  /** The server's key, which a browser must know to subscribe (VAPID, base64url). */
  pushKey: z.string(),
  /** False: no mail server is set up; mails wait in the outbox. */
  mailGoesOut: z.boolean(),
  /** Secret addresses for calendar programs: one's own shifts, and each rotation. */
  calendars: z.array(z.strictObject({ rotationId: Id.nullable(), name: z.string(), url: z.string() })),
});
export type MyPages = z.infer<typeof MyPages>;

/** What a browser gives when it subscribes to push messages (W3C Push API). */
export const PushSubscription = z.strictObject({
  endpoint: z.string().max(2_000),
  keys: z.strictObject({ p256dh: z.string().min(80).max(100), auth: z.string().min(16).max(40) }),
});
export type PushSubscription = z.infer<typeof PushSubscription>;

/** A page that rings in the console of the person it is for. */
export const RingingPage = z.strictObject({
  id: Id,
  escalationId: Id,
  /** Null for a test page. */
  ticket: z
    .strictObject({
      id: Id,
      number: z.number().int(),
      subject: z.string(),
      priority: Priority,
      contact: z.string(),
      organisation: z.string().nullable(),
      drill: z.boolean(),
    })
    .nullable(),
  cause: EscalationCause,
  policy: z.string().nullable(),
  /** Of a page by hand: who wants one, and what they wrote. */
  by: Person.nullable(),
  note: z.string(),
  step: z.number().int(),
  round: z.number().int(),
  at: Instant,
  /** Nobody has acknowledged and the chain is at its end. */
  exhausted: z.boolean(),
  /** Looked at; it is quiet and still waits to be acknowledged. */
  seenAt: Instant.nullable(),
});
export type RingingPage = z.infer<typeof RingingPage>;

/** One delivery of a step, as it stands. */
export const EscalationPage = z.strictObject({
  id: Id,
  step: z.number().int(),
  round: z.number().int(),
  channel: PageChannel,
  /** Null for a webhook. */
  person: Person.nullable(),
  /** The webhook's name. */
  hook: z.string().nullable(),
  at: Instant,
  /** Null while it is on its way, and when it was no longer wanted. */
  outcome: PageOutcome.nullable(),
  why: PageTrouble.nullable(),
  seenAt: Instant.nullable(),
  late: z.boolean(),
});
export type EscalationPage = z.infer<typeof EscalationPage>;

/** A chain of a ticket: where it stands, what it did, and what comes next. */
export const TicketEscalation = z.strictObject({
  id: Id,
  /** Null for a page by hand. */
  policy: z.string().nullable(),
  cause: EscalationCause,
  note: z.string(),
  by: ActorRef,
  /** Exhausted: everybody was paged, and nobody has acknowledged yet. */
  state: z.union([z.enum(['running', 'exhausted']), EscalationEnd]),
  /** As they were when it began. */
  steps: z.array(EscalationStep),
  /** Performed last; 0 = none yet. */
  step: z.number().int(),
  round: z.number().int(),
  rounds: z.number().int(),
  /** Null once it no longer runs. */
  nextStepAt: Instant.nullable(),
  startedAt: Instant,
  endedAt: Instant.nullable(),
  endedBy: ActorRef.nullable(),
  pages: z.array(EscalationPage),
});
export type TicketEscalation = z.infer<typeof TicketEscalation>;

/** One delivery of a test page. */
export const TestDelivery = z.strictObject({
  channel: PageChannel,
  /** The device's or webhook's name. */
  to: z.string().nullable(),
  /** Null while it is on its way. */
  outcome: PageOutcome.nullable(),
  why: PageTrouble.nullable(),
  detail: z.string(),
});
export type TestDelivery = z.infer<typeof TestDelivery>;

/** What the page behind a link in a mail shows before one presses its button. */
export const AcknowledgementLook = z.strictObject({
  person: Person,
  /** Null for a test page. */
  ticket: z.strictObject({ number: z.number().int(), subject: z.string(), priority: Priority }).nullable(),
  state: z.enum(['waiting', 'acknowledged', 'over']),
  /** Who acknowledged. */
  by: z.string().nullable(),
});
export type AcknowledgementLook = z.infer<typeof AcknowledgementLook>;
