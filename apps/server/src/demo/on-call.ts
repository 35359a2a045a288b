import type { EscalationPolicyContent, RotationContent, RotationLayer } from '@alongside/contracts';
import { performDueStep } from '../oncall/chain.actions.ts';
import type { OncallDeps } from '../oncall/deps.ts';
import { acknowledgeTicket, judgeTicket } from '../oncall/escalation.actions.ts';
import { checkShown, settlePage } from '../oncall/page.actions.ts';
import { createPolicy, orderPolicies } from '../oncall/policy.actions.ts';
import { findOpenEscalations, findPagesOf, findPolicies } from '../oncall/queries.ts';
import { createOverride, createRotation } from '../oncall/rotation.actions.ts';
import { findRotations } from '../oncall/rotation.queries.ts';
import { latestPlans } from '../plans/list.queries.ts';
import type { Db } from '../platform/database/database.ts';
import type { Log } from '../platform/log/logger.ts';
import { type Author, actorOf } from '../tickets/actions.ts';
import type { StaffKey } from './company.ts';
import { demoId } from './demo-id.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** The team has been on call since long before the stories. */
const SINCE_DAYS = 90;

const SUN = demoId('rotation sun');
const LEADS = demoId('rotation leads');
const POLICY = demoId('policy enterprise');

type People = Record<StaffKey, Author>;

/** When the demo's chain climbed, minutes before the seeding: who stood in that night, so that the story holds on any weekday. */
export const NIGHT_AGO = 31 * 60;

/**
 * Who is on call in the demo company: Shanghai by day, London for the rest; a lead behind them; and what a failure at a
 * customer with the largest plan sets going. What is there stays as it is.
 */
export async function seedOnCall(db: Db, log: Log, people: People, now: Date): Promise<void> {
  if ((await findRotations(db)).length > 0) return;
  const by = actorOf(people.lin);
  const since = new Date(now.getTime() - SINCE_DAYS * DAY_MS);
  const long = pastDeps(db, log, () => since);
  await createRotation(long, by, { id: SUN, content: sunContent(people, since) }, 'en');
  const soonAfter = pastDeps(db, log, () => new Date(since.getTime() + MINUTE_MS));
  await createRotation(soonAfter, by, { id: LEADS, content: leadsContent(people, since) }, 'en');

  const night = now.getTime() - NIGHT_AGO * MINUTE_MS;
  const aWeekBefore = pastDeps(db, log, () => new Date(night - 7 * DAY_MS));
  for (const [rotationId, person, note] of [
    [SUN, people.chen, '值夜班，周末补休。'],
    [LEADS, people.marcus, 'Swapped with Yue, she travels.'],
  ] as const)
    await createOverride(
      aWeekBefore,
      by,
      rotationId,
      {
        from: new Date(night - 5 * 60 * MINUTE_MS).toISOString(),
        to: new Date(night + 6 * 60 * MINUTE_MS).toISOString(),
        personId: person.id,
        note,
      },
      'en',
    );
  const enterprise = (await latestPlans(db)).find(({ preset }) => preset === 'enterprise');
  const content: EscalationPolicyContent = {
    name: 'Enterprise P0',
    rules: [
      {
        causes: ['opened', 'priority', 'reopened', 'breach'],
        priorities: ['P0'],
        topics: [],
        planIds: enterprise ? [enterprise.planId] : [],
        targets: [],
      },
    ],
    delayMs: 0,
    steps: [
      { targets: [{ kind: 'rotation', id: SUN }], waitMs: 5 * MINUTE_MS },
      { targets: [{ kind: 'rotation', id: LEADS }], waitMs: 10 * MINUTE_MS },
      { targets: [{ kind: 'everyone' }], waitMs: 15 * MINUTE_MS },
    ],
    repeats: 1,
  };
  await createPolicy(long, by, { id: POLICY, content, enabled: true }, 'en');
  const others = (await findPolicies(db)).map(({ id }) => id).filter((id) => id !== POLICY);
  await orderPolicies(long, [POLICY, ...others], 'en');
}

function sunContent({ lin, marcus, priya, chen }: People, since: Date): RotationContent {
  const common = { startsOn: mondayBefore(since) };
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
  const layers: RotationLayer[] = [
    {
      ...common,
      id: demoId('layer london'),
      name: 'London',
      people: [marcus.id, priya.id],
      handover: { every: 'week', at: '09:00', on: 'mon' },
    },
    {
      ...common,
      id: demoId('layer shanghai'),
      name: '上海 Shanghai',
      people: [chen.id, lin.id],
      handover: { every: 'day', at: '08:00' },
      tz: 'Asia/Shanghai',
      restrictions: Object.fromEntries(days.map((day) => [day, ['08:00-20:00']])),
    },
  ];
  return { name: 'Follow the sun 接力值班', tz: 'Europe/London', layers };
}

function leadsContent({ lin, marcus, priya }: People, since: Date): RotationContent {
  return {
    name: 'Lead on duty 值班主管',
    tz: 'Asia/Shanghai',
    layers: [
      {
        id: demoId('layer leads'),
        name: 'Weeks 每周',
        people: [marcus.id, lin.id, priya.id],
        handover: { every: 'week', at: '10:00', on: 'mon' },
        startsOn: mondayBefore(since),
      },
    ],
  };
}

function mondayBefore(at: Date): string {
  const weekday = (at.getUTCDay() + 6) % 7;
  return new Date(at.getTime() - weekday * DAY_MS).toISOString().slice(0, 10);
}

/** What the chain of a story's ticket did at a moment of the past. */
export async function tellChain(
  db: Db,
  log: Log,
  ticketId: string,
  does: 'begins' | 'climbs',
  now: () => Date,
): Promise<void> {
  const deps = pastDeps(db, log, now);
  if (does === 'begins') await judgeTicket(deps, ticketId, 1);
  const [chain] = await findOpenEscalations(db, ticketId);
  if (!chain) return;
  if (does === 'climbs') await performDueStep(deps, chain.id);
  const later = (seconds: number) => pastDeps(db, log, () => new Date(now().getTime() + seconds * 1_000));
  const pages = (await findPagesOf(db, chain.id)).filter(({ state }) => state === 'waiting');
  for (const { id } of pages.filter(({ channel }) => channel !== 'console'))
    await settlePage(later(2), id, { ok: true });
  // Nobody had a console open at that hour.
  for (const { id } of pages.filter(({ channel }) => channel === 'console')) await checkShown(later(20), id);
}

/** Somebody took the pages of a story's ticket upon themselves. */
export async function tellAcknowledgement(
  db: Db,
  log: Log,
  author: Author,
  ticketId: string,
  now: () => Date,
): Promise<void> {
  await acknowledgeTicket(pastDeps(db, log, now), author, ticketId);
}

/** On-call parts of the past: nothing leaves the house and nothing is woken, for it is all over. */
function pastDeps(db: Db, log: Log, now: () => Date): OncallDeps {
  const never = () => Promise.reject(new Error('the past sends nothing'));
  return {
    db,
    log,
    now,
    jobs: { send: async () => {} },
    outgoing: { fetch: never, refusal: () => null },
    mailer: { send: never, goesOut: false },
    origin: () => '',
    contact: '',
    pushKeys: never,
    linkSecret: never,
  } as unknown as OncallDeps;
}
