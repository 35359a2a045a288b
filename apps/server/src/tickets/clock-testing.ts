import { randomUUID } from 'node:crypto';
import {
  type CalendarContent,
  type PlanContent,
  PRIORITIES,
  type Priority,
  type PriorityPromise,
  SYSTEM_ACTOR,
  type TicketEventBody,
  type TicketEventOf,
  type TicketEventType,
} from '@alongside/contracts';
import { createContact } from '../customers/actions.ts';
import { createOrganisation } from '../customers/organisation.actions.ts';
import type { Client } from '../people/testing.ts';
import { createCalendar } from '../plans/calendar.actions.ts';
import { setContract } from '../plans/contract.actions.ts';
import { createPlan } from '../plans/plan.actions.ts';
import type { Db } from '../platform/database/database.ts';
import { type Author, postMessage, setState } from './actions.ts';
import { openTicket } from './open.actions.ts';
import { findEvents } from './queries.ts';
import type { TicketEventRow } from './tables.ts';

/**
 * A Thursday, 09:00 in Shanghai, far ahead of the clock on the wall: no timer of a running server wakes for what these
 * tests tell, they say themselves what time it is.
 */
export const START = '2031-05-15T01:00:00.000Z';
const BEFORE = new Date('2020-01-01T00:00:00.000Z');
export const MINUTE_MS = 60_000;

/** The instant so many minutes after the start. */
export function at(minutes: number): Date {
  return new Date(Date.parse(START) + minutes * MINUTE_MS);
}

/** The time as the code under test asks for it. */
export function clock(minutes: number): () => Date {
  return () => at(minutes);
}

/** The same promise for every priority, in minutes. */
export type Minutes = Partial<Record<keyof PriorityPromise['targetsMs'], number>>;

/** What a plan says; with as little of it as a test is about. */
export function planContent(
  minutes: Minutes | Partial<Record<Priority, Minutes>>,
  { calendarId = null, ...more }: Partial<PlanContent> & { calendarId?: string | null } = {},
): PlanContent {
  const isSame = !PRIORITIES.some((priority) => priority in minutes);
  const promiseFor = (priority: Priority): PriorityPromise => {
    const own = isSame ? (minutes as Minutes) : ((minutes as Partial<Record<Priority, Minutes>>)[priority] ?? {});
    return {
      calendarId,
      targetsMs: Object.fromEntries(Object.entries(own).map(([target, count]) => [target, count * MINUTE_MS])),
    };
  };
  return {
    name: { en: 'Test plan', 'zh-CN': '测试套餐' },
    summary: { en: '', 'zh-CN': '' },
    priorities: { P0: promiseFor('P0'), P1: promiseFor('P1'), P2: promiseFor('P2'), P3: promiseFor('P3') },
    channels: ['ticket', 'chat', 'call'],
    callsPerYear: null,
    urgentByNamedContacts: false,
    urgentForProduction: false,
    assistantCounts: false,
    pausesOnHold: false,
    warnAtShare: 0.75,
    creditTiers: [],
    offered: false,
    ...more,
  };
}

/** A plan of these contents, in force since long ago. @returns its id */
export async function givenPlan(db: Db, content: PlanContent): Promise<string> {
  const id = randomUUID();
  await createPlan(db, SYSTEM_ACTOR, { id, content }, 'en', BEFORE);
  return id;
}

/** A calendar, in force since long ago. @returns its id */
export async function givenCalendar(db: Db, content: CalendarContent): Promise<string> {
  const id = randomUUID();
  await createCalendar(db, SYSTEM_ACTOR, { id, name: { en: 'Hours', 'zh-CN': '时段' }, content }, 'en', BEFORE);
  return id;
}

/** Puts an organisation under a plan since long ago. */
export async function givenContract(
  db: Db,
  organisationId: string,
  planId: string,
  namedContactIds: string[] = [],
): Promise<void> {
  const { length } = await db
    .selectFrom('contract')
    .select('id')
    .where('organisationId', '=', organisationId)
    .execute();
  await setContract(
    db,
    SYSTEM_ACTOR,
    organisationId,
    {
      basedOn: length,
      planId,
      timeZone: 'Asia/Shanghai',
      startsOn: '2020-01-01',
      monthlyFee: null,
      namedContactIds,
      managerId: null,
      reason: 'Signed.',
    },
    'en',
    BEFORE,
  );
}

/** Somebody as actions know them. */
export function authorOf({ me }: Client): Author {
  if (!me) throw new Error('not signed in');
  if (me.role === 'customer')
    return { kind: 'customer', id: me.id, name: me.name, organisationId: me.organisation?.id ?? null };
  return { kind: 'staff', id: me.id, name: me.name, role: me.role };
}

/** A ticket the customer opens at a minute. @returns its id */
export async function openedAt(
  db: Db,
  author: Author,
  minutes: number,
  more: Partial<Parameters<typeof openTicket>[2]> = {},
): Promise<string> {
  const id = randomUUID();
  await openTicket(
    db,
    author,
    {
      id,
      topic: null,
      priority: 'P2',
      channel: 'portal',
      context: {},
      conversation: 'new',
      message: { id: randomUUID(), body: 'The pump has stopped', fileIds: [] },
      ...more,
    },
    'en',
    clock(minutes),
  );
  return id;
}

/** @returns the message's id */
export async function says(
  db: Db,
  author: Author,
  ticketId: string,
  minutes: number,
  visibility: 'public' | 'internal' = 'public',
): Promise<string> {
  const id = randomUUID();
  const message = { id, body: `Word at ${minutes}`, fileIds: [] };
  await postMessage(db, author, ticketId, message, visibility, clock(minutes));
  return id;
}

export async function moves(
  db: Db,
  author: Author,
  ticketId: string,
  state: Parameters<typeof setState>[3],
  minutes: number,
): Promise<void> {
  await setState(db, author, ticketId, state, clock(minutes));
}

/** The ticket's log, whole. */
export async function logOf(db: Db, ticketId: string): Promise<TicketEventRow[]> {
  return findEvents(db, ticketId, { since: 0, publicOnly: false });
}

/** What of one kind stands in the log, with the minute of each. */
export async function recorded<T extends TicketEventType>(
  db: Db,
  ticketId: string,
  type: T,
): Promise<{ minute: number; body: TicketEventOf<T> }[]> {
  const events = await logOf(db, ticketId);
  return events
    .filter((event) => event.type === type)
    .map((event) => ({ minute: minuteOf(event.at), body: event.body as TicketEventBody as TicketEventOf<T> }));
}

/** The moments a ticket's log holds, in words: `warned first_response:1 at 45`. */
export async function momentsOf(db: Db, ticketId: string): Promise<string[]> {
  const events = await logOf(db, ticketId);
  return events.flatMap(({ body, at: instant }) =>
    body.type === 'clock.warned' || body.type === 'clock.breached'
      ? `${body.type.slice('clock.'.length)} ${body.cycleId} at ${minuteOf(instant)}`
      : [],
  );
}

export function minuteOf(instant: Date | string | null): number {
  return instant === null ? Number.NaN : (new Date(instant).getTime() - Date.parse(START)) / MINUTE_MS;
}

/** The open promises of a ticket's row, in words: `first_response:1 due 60`, `resolve:1 paused`. */
export async function openCyclesOf(db: Db, ticketId: string): Promise<string[]> {
  const { clock: shown } = await db
    .selectFrom('ticket')
    .select('clock')
    .where('id', '=', ticketId)
    .executeTakeFirstOrThrow();
  return (shown?.cycles ?? []).map(({ id, dueAt }) => `${id} ${dueAt === null ? 'paused' : `due ${minuteOf(dueAt)}`}`);
}

/** A customer of an organisation of its own under this plan, so that no test's contract touches another's tickets. */
export async function givenCustomer(
  db: Db,
  content: PlanContent,
): Promise<{ customer: Author; organisationId: string; planId: string }> {
  const organisationId = randomUUID();
  const name = `Works ${organisationId.slice(0, 8)}`;
  await createOrganisation(db, { id: organisationId, name, domains: [] }, 'en');
  const planId = await givenPlan(db, content);
  await givenContract(db, organisationId, planId);
  const contact = { id: randomUUID(), name: 'Cora', email: `${randomUUID()}@works.test`, organisationId };
  await createContact(db, contact, 'en');
  return { customer: { kind: 'customer', id: contact.id, name: contact.name, organisationId }, organisationId, planId };
}
