import { randomInt } from 'node:crypto';
import { SYSTEM_ACTOR } from '@alongside/contracts';
import { arrived, type CallsDeps, leaveCallAs, startCall } from '../calls/actions.ts';
import { createDrill, fileDueDrill, judgeDrill } from '../drills/actions.ts';
import type { DrillsDeps } from '../drills/deps.ts';
import { findDrill } from '../drills/queries.ts';
import { createSeries } from '../drills/series.actions.ts';
import { latestPlans } from '../plans/list.queries.ts';
import type { Db } from '../platform/database/database.ts';
import type { Log } from '../platform/log/logger.ts';
import { type Author, actorOf, postMessage } from '../tickets/actions.ts';
import { changeTickets } from '../tickets/log.actions.ts';
import { appendRoutedAssignment } from '../tickets/triage.actions.ts';
import type { StaffKey } from './company.ts';
import { demoId } from './demo-id.ts';
import { tellAcknowledgement, tellChain } from './on-call.ts';

const DAY = 24 * 60;
const HOUR_MS = 3_600_000;
/** How long before its moment a drill was planned. */
const PLANNED_S = 26 * 3_600;
/** How its window lay around the moment. */
const HOURS_BEFORE = 2;
const WINDOW_HOURS = 6;

type People = Record<StaffKey, Author>;

/** A drill of the past: when it was, who took it, and after how many seconds what happened. */
export type DemoDrill = {
  key: string;
  /** Minutes before the seeding. */
  ago: number;
  by: StaffKey;
  engineer: StaffKey;
  text: string;
  climbs?: number;
  acknowledged: number;
  answers: number;
  says: string;
  calls: number;
};

/** Three rehearsals under the largest plan: the first went badly, and the team learnt from it. */
export const DRILLS: readonly DemoDrill[] = [
  {
    key: 'first',
    ago: 41 * DAY + 190,
    by: 'marcus',
    engineer: 'priya',
    text: 'The main stage of our conference is black for everybody, the backup too.',
    climbs: 305,
    acknowledged: 1_268,
    answers: 2_006,
    says: 'This is Priya. Sorry that it took so long: my pages went to a mailbox I do not read at night. I see your stage and am looking at the encoders now.',
    calls: 2_190,
  },
  {
    key: 'second',
    ago: 20 * DAY + 460,
    by: 'marcus',
    engineer: 'chen',
    text: 'Viewers in Asia hear an echo on every stream since the last ten minutes.',
    acknowledged: 96,
    answers: 512,
    says: 'This is Chen Xi. I hear the echo on the Singapore edge as well and am tracing where it comes in.',
    calls: 744,
  },
  {
    key: 'third',
    ago: 6 * DAY + 275,
    by: 'lin',
    engineer: 'chen',
    text: 'Nobody can enter the auction room; bidding starts in twenty minutes.',
    acknowledged: 41,
    answers: 203,
    says: 'This is Chen Xi. Your room answers with an error since the release of this morning; I am rolling it back.',
    calls: 318,
  },
];

/** The schedule the demo company has: once a month, at a moment nobody knows. */
export async function seedDrillSeries(db: Db, { lin }: People, now: Date): Promise<void> {
  const planId = await enterprisePlan(db);
  if (planId === null) return;
  await createSeries(
    // Found by the regular look for forgotten drills, so that it needs no job.
    { db, jobs: { send: async () => {} } as unknown as DrillsDeps['jobs'], now: () => now, pickMs: randomInt },
    actorOf(lin),
    {
      id: demoId('drill series'),
      repeat: { every: 'month', on: 15 },
      timeZone: 'Europe/London',
      windowFrom: '09:00',
      windowTo: '18:00',
      startsOn: now.toISOString().slice(0, 10),
      planId,
      topic: 'event',
      text: '',
      locale: 'en',
      withCall: true,
    },
    'en',
  );
}

/** Tells a drill of the past, with all that its ticket went through. One that is told already stays as it is. */
export async function seedDrill(
  { db, log, calls }: { db: Db; log: Log; calls: (now: () => Date) => CallsDeps },
  people: People,
  drill: DemoDrill,
  now: Date,
): Promise<void> {
  const id = demoId(`drill ${drill.key}`);
  const planId = await enterprisePlan(db);
  if (planId === null || (await findDrill(db, id))?.state === 'finished') return;
  const momentMs = now.getTime() - drill.ago * 60_000;
  const fromMs = (Math.floor(momentMs / HOUR_MS) - HOURS_BEFORE) * HOUR_MS;
  const after = (seconds: number) => () => new Date(momentMs + seconds * 1_000);
  const past = (seconds: number): DrillsDeps => ({
    db,
    now: after(seconds),
    jobs: { send: async () => {} } as unknown as DrillsDeps['jobs'],
    pickMs: () => momentMs - fromMs,
  });
  const engineer = people[drill.engineer];
  const matter = { planId, topic: 'event', text: drill.text, locale: 'en' as const, withCall: true };
  const window = {
    from: new Date(fromMs).toISOString(),
    to: new Date(fromMs + WINDOW_HOURS * HOUR_MS).toISOString(),
    timeZone: 'Europe/London',
  };
  await createDrill(past(-PLANNED_S), actorOf(people[drill.by]), { id, window, ...matter }, 'en');
  await fileDueDrill(past(0), id);
  const { ticketId, dueAt } = (await findDrill(db, id))!;
  const ticket = ticketId!;
  await changeTickets(
    db,
    async (log) => {
      const row = (await log.lock(ticket))!;
      if (row.assigneeId !== null) return;
      const person = { id: engineer.id, name: engineer.name };
      appendRoutedAssignment(log, row, SYSTEM_ACTOR, person, [{ what: 'working_now' }, { what: 'plan' }]);
    },
    after(1),
  );
  await tellChain(db, log, ticket, 'begins', after(2));
  if (drill.climbs !== undefined) await tellChain(db, log, ticket, 'climbs', after(drill.climbs));
  await tellAcknowledgement(db, log, engineer, ticket, after(drill.acknowledged));
  // A clock speaks at its instant, not when somebody next comes by.
  if (dueAt !== null && dueAt < after(drill.answers)()) await settleAt(db, ticket, dueAt);
  const message = { id: demoId(`drill message ${drill.key}`), body: drill.says, fileIds: [] };
  await postMessage(db, engineer, ticket, message, 'public', after(drill.answers));
  const callId = demoId(`drill call ${drill.key}`);
  await startCall(calls(after(drill.calls - 4)), engineer, { ticketId: ticket, callId, video: false });
  await arrived(calls(after(drill.calls)), callId, { person: engineer, sid: 'PA_engineer' });
  await judgeDrill(past(drill.calls + 1), id);
  await leaveCallAs(calls(after(drill.calls + 9)), engineer, callId, null);
}

async function settleAt(db: Db, ticketId: string, at: Date): Promise<void> {
  await changeTickets(
    db,
    async (log) => {
      await log.lock(ticketId);
      log.settle(ticketId);
    },
    () => at,
  );
}

async function enterprisePlan(db: Db): Promise<string | null> {
  return (await latestPlans(db)).find(({ preset }) => preset === 'enterprise')?.planId ?? null;
}
