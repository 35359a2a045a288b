import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningServer, startServer } from '@alongside/testkit';
import pg from 'pg';

const MINUTE_MS = 60_000;
/** What the bench's plan promises for a first response; it warns at three quarters. */
export const BUDGET_MS = 120 * MINUTE_MS;
export const WARNED_AFTER_MS = 90 * MINUTE_MS;
/** Rows of one statement. */
const ROWS = 500;
/** Above any number the desk itself gives in a bench. */
const FIRST_NUMBER = 1_000_000;

type Row = Record<string, unknown>;

/** A real ticket as the desk wrote it: its row, its log, and the instant it was opened. */
export type Template = { ticket: Row; events: Row[]; openedAtMs: number };

/** A desk with one plan and one ticket under it, and the database it writes to. */
export type World = {
  server: RunningServer;
  cookie: string;
  template: Template;
  /** Runs on a connection of its own: the embedded database is another one after each start. */
  onDatabase<T>(work: (db: pg.Client) => Promise<T>): Promise<T>;
  /** Tickets just like the template, each opened at an instant of its own. */
  writeTickets(openedAtsMs: readonly number[]): Promise<void>;
};

/** @param databaseUrl none = the embedded database */
export async function startWorld(databaseUrl: string | null): Promise<World> {
  const server = await startServer({
    args: ['--empty'],
    env: {
      RATE_LIMIT_SCALE: '100000',
      LOG_LEVEL: 'warn',
      // Set even when there is none, so that this shell's own does not slip in.
      DATABASE_URL: databaseUrl ?? '',
    },
  });
  const setUp = await post(server.origin, '/api/setup', {
    workspaceName: 'Bench',
    name: 'Engineer',
    email: 'engineer@bench.test',
    password: randomUUID(),
    locale: 'en',
  });
  const cookie = setUp.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  await givePlan(server.origin, cookie);
  const { token } = (await (await post(server.origin, '/api/widget/session', { locale: 'en' })).json()) as {
    token: string;
  };
  const id = randomUUID();
  const message = { id: randomUUID(), body: 'It stutters.' };
  await post(server.origin, '/api/tickets', { id, channel: 'widget', message }, { authorization: `Bearer ${token}` });
  const onDatabase: World['onDatabase'] = async (work) => {
    const db = new pg.Client(databaseUrl ?? embeddedConnection(server.dataFolder));
    await db.connect();
    try {
      return await work(db);
    } finally {
      await db.end();
    }
  };
  const template = await onDatabase((db) => readTemplate(db, id));
  let number = FIRST_NUMBER;
  const writeTickets: World['writeTickets'] = (openedAtsMs) =>
    onDatabase(async (db) => {
      const made = openedAtsMs.map((openedAtMs) => ({ openedAtMs, number: number++ }));
      for (let start = 0; start < made.length; start += ROWS)
        await insertTickets(
          db,
          made.slice(start, start + ROWS).map((one) => movedTo(template, one.openedAtMs, one.number)),
        );
      await db.query('analyze ticket');
      await db.query('analyze ticket_event');
    });
  return { server, cookie, template, onDatabase, writeTickets };
}

/** The plan of everybody, on hours that are open all the time but must be reckoned with like any others. */
async function givePlan(origin: string, cookie: string): Promise<void> {
  const [calendarId, planId] = [randomUUID(), randomUUID()];
  const day = ['00:00-24:00'];
  const week = { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day };
  const name = { en: 'Bench', 'zh-CN': 'Bench' };
  const content = { tz: 'Asia/Shanghai', week };
  await post(origin, '/api/calendars', { id: calendarId, name, content }, { cookie });
  const promise = { calendarId, targetsMs: { first_response: BUDGET_MS, resolve: 40 * BUDGET_MS } };
  const plan = {
    name,
    summary: name,
    priorities: { P0: promise, P1: promise, P2: promise, P3: promise },
    channels: ['self_service', 'ticket'],
    callsPerYear: null,
    urgentByNamedContacts: false,
    urgentForProduction: false,
    assistantCounts: false,
    pausesOnHold: false,
    warnAtShare: WARNED_AFTER_MS / BUDGET_MS,
    creditTiers: [],
    offered: false,
  };
  await post(origin, '/api/plans', { id: planId, content: plan }, { cookie });
  await post(origin, `/api/plans/${planId}/default`, {}, { cookie });
}

/** Where the embedded PostgreSQL of a data folder listens, as its own file says. */
function embeddedConnection(dataFolder: string): pg.ClientConfig {
  const lines = readFileSync(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
  return { host: lines[4]!, port: Number(lines[3]), user: 'alongside', database: 'alongside', password: '' };
}

async function readTemplate(db: pg.Client, id: string): Promise<Template> {
  const tickets = await db.query('select to_jsonb(t) as row from ticket t where id = $1', [id]);
  const events = await db.query('select to_jsonb(e) as row from ticket_event e where ticket_id = $1 order by seq', [
    id,
  ]);
  const ticket = tickets.rows[0].row as Row;
  return { ticket, events: events.rows.map(({ row }) => row as Row), openedAtMs: Date.parse(String(ticket.opened_at)) };
}

async function insertTickets(db: pg.Client, made: readonly { ticket: Row; events: Row[] }[]): Promise<void> {
  await db.query('begin');
  await insert(
    db,
    'ticket',
    made.map(({ ticket }) => ticket),
  );
  await insert(
    db,
    'ticket_event',
    made.flatMap(({ events }) => events),
  );
  await db.query('commit');
}

async function insert(db: pg.Client, table: 'ticket' | 'ticket_event', rows: Row[]): Promise<void> {
  await db.query(`insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`, [
    JSON.stringify(rows),
  ]);
}

const INSTANT = /"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00))"/g;

/** The template as if it had been opened at another instant: every instant in its row and its log moves by as much. */
function movedTo(
  { ticket, events, openedAtMs }: Template,
  toMs: number,
  number: number,
): { ticket: Row; events: Row[] } {
  const id = randomUUID();
  const text = JSON.stringify({ ticket, events })
    .replaceAll(String(ticket.id), id)
    .replace(INSTANT, (_, instant: string) => `"${new Date(Date.parse(instant) + toMs - openedAtMs).toISOString()}"`);
  const moved = JSON.parse(text) as { ticket: Row; events: Row[] };
  for (const event of moved.events) {
    event.id = randomUUID();
    if (event.message_id !== null) event.message_id = randomUUID();
  }
  moved.ticket.number = number;
  return moved;
}

/** @throws Error with status and body on any answer that is not a success */
export async function post(
  origin: string,
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Response> {
  const reply = await fetch(origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-alongside': '1', ...headers },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
  return reply;
}
