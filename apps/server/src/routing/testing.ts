import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EngineerProfileContent,
  getTicket,
  type RoutingMode,
  saveEngineer,
  setEngineerAway,
  type TicketChange,
  type TimelineEntry,
  updateRouting,
} from '@alongside/contracts';
import { sql } from 'kysely';
import { vi } from 'vitest';
import { customersFeature } from '../customers/feature.ts';
import { filesFeature } from '../files/feature.ts';
import { peopleFeature } from '../people/feature.ts';
import { type Client, signedInStaff } from '../people/testing.ts';
import { plansFeature } from '../plans/feature.ts';
import { loadConfig } from '../platform/config/load.ts';
import { openDatabase } from '../platform/database/database.ts';
import { silentLog } from '../platform/log/logger.ts';
import type { Feature } from '../platform/platform.ts';
import { type RunningServer, startServer } from '../platform/server.ts';
import { followed } from '../platform/testing.ts';
import { seesTickets } from '../tickets/access.ts';
import { ticketsFeature } from '../tickets/feature.ts';
import { opened, startTestDesk, type TestDesk } from '../tickets/testing.ts';
import { createRoutingFeature } from './feature.ts';
import type { OnCallPerson } from './on-call-now.ts';

/** A desk that routes, and what tests do with it. Its clock stands where a test puts it, or runs. */
export async function startRoutingDesk() {
  const clock: { at: Date | null } = { at: null };
  const onCall: OnCallPerson[] = [];
  const rotations: Feature = {
    name: 'rotations',
    register({ app }) {
      app.onCallNow = async () => onCall;
    },
  };
  const desk = await startTestDesk([
    filesFeature(seesTickets),
    createRoutingFeature(() => clock.at ?? new Date()),
    rotations,
  ]);
  const { people, platform } = desk;
  const setMode = async (mode: RoutingMode) =>
    (await people.administrator.call(updateRouting, { body: { mode } })).body;
  return {
    ...desk,
    clock,
    onCall,
    setMode,
    /** A new member of the team who takes part in routing. */
    async engineer(name: string, more: Partial<EngineerProfileContent> = {}): Promise<Client> {
      const engineer = await signedInStaff(platform, 'engineer', name);
      await saved(engineer, more);
      return engineer;
    },
    /** The customer opens a ticket. @returns its id */
    ask: (body: string, more: Parameters<typeof opened>[2] = {}) => opened(people.customer, body, more),
    async setAway(who: Client, away: boolean): Promise<void> {
      void (await who.call(setEngineerAway, { params: { id: who.id }, body: { away } })).body;
    },
    settled: () => settled(desk),
    /** Nobody takes part any more, and nothing is open. */
    async reset(): Promise<void> {
      clock.at = null;
      onCall.splice(0);
      await setMode('assign');
      // A truncation locks whole tables, in another order than a routing that is still under way.
      await sql`delete from ticket_route`.execute(platform.db);
      await sql`delete from engineer_profile`.execute(platform.db);
      await sql`update ticket set state = 'closed'`.execute(platform.db);
    },
  };
}

export type RoutingDesk = Awaited<ReturnType<typeof startRoutingDesk>>;

/** Waits until all that has happened so far has been routed. */
export const settled = ({ platform }: TestDesk): Promise<void> => followed(platform, 'routing');

export function profileOf(more: Partial<EngineerProfileContent> = {}): EngineerProfileContent {
  return {
    title: { en: 'Audio engineer', 'zh-CN': '音频工程师' },
    about: { en: '', 'zh-CN': '' },
    skills: [],
    languages: ['en'],
    photoFileId: null,
    calendarId: null,
    planIds: [],
    capacity: 5,
    ...more,
  };
}

/** Saves one's own profile. */
export async function saved(engineer: Client, more: Partial<EngineerProfileContent> = {}) {
  return (await engineer.call(saveEngineer, { params: { id: engineer.id }, body: profileOf(more) })).body.profile;
}

/** The changes of a ticket as a reader's timeline has them. */
export async function changesOf(reader: Client, ticketId: string): Promise<TicketChange[]> {
  const { entries } = (await reader.call(getTicket, { params: { id: ticketId } })).body.view;
  return entries.filter(isChange).map(({ change }) => change);
}

export function assignments(changes: readonly TicketChange[]) {
  return changes.filter((change) => change.what === 'assignee');
}

export function isWaiting(change: TicketChange): boolean {
  return change.what === 'recorded' && change.body.type === 'routing.waiting';
}

export function isSuggested(change: TicketChange): boolean {
  return change.what === 'recorded' && change.body.type === 'routing.suggested';
}

/** Waits until the ticket is somebody's. @returns whose */
export async function assigneeOf(reader: Client, ticketId: string): Promise<string> {
  return vi.waitUntil(
    async () => (await reader.call(getTicket, { params: { id: ticketId } })).body.view.ticket.assignee?.id,
    { interval: 5 },
  );
}

/** Waits until a change of this kind is in the timeline. */
export async function hasChange(
  reader: Client,
  ticketId: string,
  is: (change: TicketChange) => boolean,
): Promise<TicketChange> {
  return vi.waitUntil(async () => (await changesOf(reader, ticketId)).find(is), { interval: 5 });
}

/** One more process on the desk's database. @param features after those of tickets */
export async function oneMoreServer(desk: TestDesk, features: readonly Feature[]): Promise<RunningServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'alongside-test-data-'));
  const config = loadConfig({ PORT: '0', HOST: '127.0.0.1', ALONGSIDE_DATA: dataDir, RATE_LIMIT_SCALE: '0' });
  const database = await openDatabase(desk.platform.connection, 5, silentLog());
  const all = [peopleFeature, customersFeature, plansFeature, ticketsFeature, ...features];
  const server = await startServer(config, silentLog(), database, all, { frontEnds: [] });
  return {
    ...server,
    async stop() {
      await server.stop();
      await database.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function isChange(entry: TimelineEntry): entry is Extract<TimelineEntry, { kind: 'change' }> {
  return entry.kind === 'change';
}
