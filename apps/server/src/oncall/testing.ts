import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createRotation,
  type EscalationStep,
  getTicket,
  listPolicies,
  type RecordedBody,
  type RotationContent,
  savePolicy,
} from '@alongside/contracts';
import { vi } from 'vitest';
import { filesFeature } from '../files/feature.ts';
import type { Client } from '../people/testing.ts';
import { everybodyHas } from '../plans/testing.ts';
import { followed } from '../platform/testing.ts';
import { createRoutingFeature } from '../routing/feature.ts';
import { seesTickets } from '../tickets/access.ts';
import { startTestDesk, type TestDesk } from '../tickets/testing.ts';
import { performDueStep } from './chain.actions.ts';
import { createOncallFeature } from './feature.ts';
import type { EscalationRow, PageRow } from './tables.ts';

export type OncallDesk = Awaited<ReturnType<typeof startOncallDesk>>;

/** A desk whose on-call parts go by a clock of the test's: it is ahead of the real one, or stands where a test puts it. */
export async function startOncallDesk(env: Record<string, string> = {}) {
  const clock: { aheadMs: number; stands: Date | null; now(): Date; reset(): void } = {
    aheadMs: 0,
    stands: null,
    now: () => clock.stands ?? new Date(Date.now() + clock.aheadMs),
    reset: () => void Object.assign(clock, { aheadMs: 0, stands: null }),
  };
  const oncall = createOncallFeature(clock.now);
  const desk = await startTestDesk([filesFeature(seesTickets), createRoutingFeature(), oncall], {
    OUTGOING_PRIVATE_RANGES: '127.0.0.0/8',
    ...env,
  });
  const { db } = desk.platform;
  // Whose customers may call anything a P0.
  await everybodyHas(desk.platform, 'business');
  return {
    ...desk,
    clock,
    deps: oncall.deps(),
    /** Moves the clock to a chain's next step and performs it. */
    async climb(escalationId: string): Promise<void> {
      const { nextStepAt } = await db
        .selectFrom('escalation')
        .select('nextStepAt')
        .where('id', '=', escalationId)
        .executeTakeFirstOrThrow();
      if (nextStepAt) clock.aheadMs += Math.max(0, nextStepAt.getTime() - clock.now().getTime());
      await performDueStep(oncall.deps(), escalationId);
    },
    chains: (ticketId: string): Promise<EscalationRow[]> =>
      db
        .selectFrom('escalation')
        .selectAll()
        .where('ticketId', '=', ticketId)
        .orderBy('startedAt')
        .orderBy('id')
        .execute(),
    pages: (escalationId: string): Promise<PageRow[]> =>
      db
        .selectFrom('page')
        .selectAll()
        .where('escalationId', '=', escalationId)
        .orderBy('round')
        .orderBy('step')
        .orderBy('channel')
        .execute(),
  };
}

/** What the on-call chain wrote into a ticket's timeline, oldest first. */
export async function told<T extends RecordedBody['type']>(
  desk: TestDesk,
  ticketId: string,
  ...types: T[]
): Promise<Extract<RecordedBody, { type: T }>[]> {
  const { view } = (await desk.people.lead.call(getTicket, { params: { id: ticketId } })).body;
  return view.entries.flatMap((entry) =>
    entry.kind === 'change' && entry.change.what === 'recorded' && types.includes(entry.change.body.type as T)
      ? [entry.change.body as Extract<RecordedBody, { type: T }>]
      : [],
  );
}

/** Waits until everything that happened so far has been looked at and judged. */
export async function judged({ platform }: Pick<TestDesk, 'platform'>): Promise<void> {
  await followed(platform, 'oncall.judge');
  await vi.waitUntil(async () => !(await waitingJobs(platform, 'oncall.judge')), { interval: 10 });
}

/** Whether jobs of a queue wait to be done now, or are being done. */
async function waitingJobs({ db }: TestDesk['platform'], queue: string): Promise<boolean> {
  const row = await db
    .withSchema('pgboss' as never)
    .selectFrom('job' as never)
    .select('id' as never)
    .where('name' as never, '=', queue as never)
    .where('state' as never, 'in', ['created', 'retry', 'active'] as never)
    .executeTakeFirst();
  return row !== undefined;
}

/** Makes the shipped policy another one; with short words: whom it pages, and how long it waits. */
export async function setChain(
  client: Client,
  steps: EscalationStep[],
  more: { repeats?: number; delayMs?: number } = {},
): Promise<string> {
  const [policy] = (await client.call(listPolicies, {})).body.policies;
  const content = { ...policy!.content, steps, repeats: 0, ...more };
  await client.call(savePolicy, { params: { id: policy!.id }, body: { content, enabled: true } });
  return policy!.id;
}

/** A rotation in which one person is on call all the time, or several by the week. */
export function rotationContent(people: Client[], more: Partial<RotationContent> = {}): RotationContent {
  return {
    name: 'Video',
    tz: 'Europe/Berlin',
    layers: [
      {
        id: '00000000-0000-4000-8000-00000000000a',
        name: 'Weeks',
        people: people.map((client) => client.id),
        handover: { every: 'week', at: '09:00', on: 'mon' },
        startsOn: '2026-01-05',
      },
    ],
    ...more,
  };
}

/** @returns its id */
export async function withRotation(client: Client, content: RotationContent): Promise<string> {
  const id = crypto.randomUUID();
  await client.call(createRotation, { body: { id, content } });
  return id;
}

/** What a server of somebody else's was sent. */
export type Received = { path: string; headers: IncomingHttpHeaders; body: Buffer };

/** Somebody else's server, on the loopback: takes what it is sent and answers as told. */
export async function startReceiver() {
  const received: Received[] = [];
  const answers: number[] = [];
  const state: { status: number; hold: Promise<void> | null } = { status: 200, hold: null };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
      await state.hold;
      response.writeHead(answers.shift() ?? state.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    /** Statuses of the next answers, then `state.status`. */
    answers,
    state,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
