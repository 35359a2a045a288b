import type { PageTarget } from '@alongside/contracts';
import { sql } from 'kysely';
import type { DbOrTrx } from '../platform/database/database.ts';
import type { DeviceRow, EscalationRow, HookRow, OncallTables, PageRow, PolicyRow } from './tables.ts';

/** In the order in which they are tried. */
export async function findPolicies(db: DbOrTrx): Promise<PolicyRow[]> {
  return db.selectFrom('escalationPolicy').selectAll().orderBy('place').orderBy('updatedAt').orderBy('id').execute();
}

/** The policies with a step that names such a target. */
export async function findPoliciesThatPage(db: DbOrTrx, kind: PageTarget['kind'], id: string): Promise<PolicyRow[]> {
  const policies = await findPolicies(db);
  return policies.filter(({ content }) =>
    content.steps.some(({ targets }) =>
      targets.some((target) => target.kind === kind && 'id' in target && target.id === id),
    ),
  );
}

/** Those not deleted, by name. */
export async function findHooks(db: DbOrTrx, ids?: readonly string[]): Promise<HookRow[]> {
  if (ids?.length === 0) return [];
  return db
    .selectFrom('pageHook')
    .selectAll()
    .where('deletedAt', 'is', null)
    .$if(ids !== undefined, (query) => query.where('id', 'in', [...ids!]))
    .orderBy('name')
    .orderBy('id')
    .execute();
}

/** The last settled delivery of each webhook. */
export async function findLastHookPages(db: DbOrTrx): Promise<PageRow[]> {
  return db
    .selectFrom('page')
    .selectAll()
    .distinctOn('hookId')
    .where('hookId', 'is not', null)
    .where('settledAt', 'is not', null)
    .orderBy('hookId')
    .orderBy('settledAt', 'desc')
    .execute();
}

export type PageSetting = Omit<OncallTables['pageSetting'], 'calendarKey'> & { calendarKey: number };

/** What holds for somebody who has chosen nothing. */
const DEFAULT_SETTING = { console: true, email: true, push: true, offDuty: true, calendarKey: 0 };

/** How pages reach these people, by their ids. */
export async function findSettings(db: DbOrTrx, staffIds: readonly string[]): Promise<Map<string, PageSetting>> {
  const rows =
    staffIds.length === 0
      ? []
      : await db
          .selectFrom('pageSetting')
          .selectAll()
          .where('staffId', 'in', [...staffIds])
          .execute();
  const chosen = new Map(rows.map((row) => [row.staffId, row]));
  return new Map(staffIds.map((staffId) => [staffId, chosen.get(staffId) ?? { staffId, ...DEFAULT_SETTING }]));
}

export async function findDevices(db: DbOrTrx, staffIds: readonly string[]): Promise<DeviceRow[]> {
  if (staffIds.length === 0) return [];
  return db
    .selectFrom('pushDevice')
    .selectAll()
    .where('staffId', 'in', [...staffIds])
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
}

export async function findDevice(db: DbOrTrx, id: string): Promise<DeviceRow | undefined> {
  return db.selectFrom('pushDevice').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findEscalation(db: DbOrTrx, id: string): Promise<EscalationRow | undefined> {
  return db.selectFrom('escalation').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Chains of a ticket that somebody can still acknowledge, oldest first. */
export async function findOpenEscalations(db: DbOrTrx, ticketId: string): Promise<EscalationRow[]> {
  return db
    .selectFrom('escalation')
    .selectAll()
    .where('ticketId', '=', ticketId)
    .where('state', 'in', ['running', 'exhausted'])
    .orderBy('startedAt')
    .orderBy('id')
    .execute();
}

/** Every chain of a ticket, newest first. */
export async function findEscalationsOf(db: DbOrTrx, ticketId: string): Promise<EscalationRow[]> {
  return db
    .selectFrom('escalation')
    .selectAll()
    .where('ticketId', '=', ticketId)
    .orderBy('startedAt', 'desc')
    .orderBy('id')
    .execute();
}

/** The last chain a policy began on a ticket. */
export async function findLastPolicyEscalation(db: DbOrTrx, ticketId: string): Promise<EscalationRow | undefined> {
  return db
    .selectFrom('escalation')
    .selectAll()
    .where('ticketId', '=', ticketId)
    .where('kind', '=', 'policy')
    .orderBy('startedAt', 'desc')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}

/** Chains that run, by when they climb. */
export async function findRunningEscalations(db: DbOrTrx): Promise<EscalationRow[]> {
  return db.selectFrom('escalation').selectAll().where('state', '=', 'running').orderBy('nextStepAt').execute();
}

export async function findPage(db: DbOrTrx, id: string): Promise<PageRow | undefined> {
  return db.selectFrom('page').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findPageByMail(db: DbOrTrx, mailId: string): Promise<PageRow | undefined> {
  return db.selectFrom('page').selectAll().where('mailId', '=', mailId).executeTakeFirst();
}

/** The deliveries of a chain, in the order in which they were made. */
export async function findPagesOf(db: DbOrTrx, escalationId: string): Promise<PageRow[]> {
  return db
    .selectFrom('page')
    .selectAll()
    .where('escalationId', '=', escalationId)
    .orderBy('createdAt')
    .orderBy('round')
    .orderBy('step')
    .orderBy('id')
    .execute();
}

/** The deliveries of one step. */
export async function findPagesOfStep(
  db: DbOrTrx,
  { id, round, step }: Pick<EscalationRow, 'id' | 'round' | 'step'>,
): Promise<PageRow[]> {
  return db
    .selectFrom('page')
    .selectAll()
    .where('escalationId', '=', id)
    .where('round', '=', round)
    .where('step', '=', step)
    .execute();
}

/** Deliveries that are neither done nor given up. */
export async function findUnsettledPages(db: DbOrTrx): Promise<PageRow[]> {
  return db
    .selectFrom('page')
    .selectAll()
    .where('state', 'in', ['waiting', 'sending', 'retrying'])
    .orderBy('dueAt')
    .execute();
}

/** Pages older than this no longer ring, whatever became of their chain. */
const RINGS_FOR_HOURS = 12;

/** The newest page in the console for somebody of each chain that still waits for an acknowledgement. */
export async function findRinging(
  db: DbOrTrx,
  staffId: string,
  now: Date,
): Promise<{ page: PageRow; escalation: EscalationRow }[]> {
  const pages = await db
    .selectFrom('page')
    .innerJoin('escalation', 'escalation.id', 'page.escalationId')
    .selectAll('page')
    .distinctOn('page.escalationId')
    .where('page.channel', '=', 'console')
    .where('page.staffId', '=', staffId)
    .where('page.createdAt', '>', new Date(now.getTime() - RINGS_FOR_HOURS * 3_600_000))
    .where((eb) =>
      eb.or([
        eb('escalation.state', '=', 'running'),
        eb.and([eb('escalation.state', '=', 'exhausted'), eb('escalation.kind', '!=', 'test')]),
      ]),
    )
    .orderBy('page.escalationId')
    .orderBy('page.createdAt', 'desc')
    .execute();
  if (pages.length === 0) return [];
  const escalations = await db
    .selectFrom('escalation')
    .selectAll()
    .where(
      'id',
      'in',
      pages.map((page) => page.escalationId),
    )
    .execute();
  return pages
    .map((page) => ({ page, escalation: escalations.find(({ id }) => id === page.escalationId)! }))
    .sort((a, b) => b.page.createdAt.getTime() - a.page.createdAt.getTime());
}

/** How far a ticket's log has been looked through; null when never. */
export async function findCursor(db: DbOrTrx, ticketId: string): Promise<number | null> {
  const row = await db.selectFrom('escalationCursor').select('seq').where('ticketId', '=', ticketId).executeTakeFirst();
  return row?.seq ?? null;
}

/** The states of the mails behind deliveries that were handed to the outbox and not heard of. */
export async function findSettledMails(
  db: DbOrTrx,
): Promise<{ id: string; state: 'sent' | 'failed'; error: string | null; attempts: number }[]> {
  return db
    .selectFrom('page')
    .innerJoin('mail', 'mail.id', 'page.mailId')
    .select(['mail.id', 'mail.error', 'mail.attempts'])
    .select(sql<'sent' | 'failed'>`mail.state`.as('state'))
    .where('page.state', 'in', ['sending', 'retrying'])
    .where('mail.state', 'in', ['sent', 'failed'])
    .execute();
}

/**
 * Tickets that something happened to since an instant and that have not been looked at since then; of those never looked
 * at only the ones that are as new.
 * @returns with where to begin
 */
export async function findUnjudged(db: DbOrTrx, since: Date): Promise<{ ticketId: string; seq: number }[]> {
  const rows = await db
    .selectFrom('ticket')
    .leftJoin('escalationCursor', 'escalationCursor.ticketId', 'ticket.id')
    .select(['ticket.id', 'escalationCursor.seq'])
    .where('ticket.updatedAt', '>=', since)
    .where((eb) =>
      eb.or([
        eb('escalationCursor.seq', '<', eb.ref('ticket.seq')),
        eb.and([eb('escalationCursor.seq', 'is', null), eb('ticket.openedAt', '>=', since)]),
      ]),
    )
    .execute();
  return rows.map(({ id, seq }) => ({ ticketId: id, seq: (seq ?? 0) + 1 }));
}
