import { randomUUID } from 'node:crypto';
import {
  createPolicy,
  type EscalationPolicyContent,
  pageByHand,
  postMessage,
  setTicketPriority,
} from '@alongside/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { opened } from '../tickets/testing.ts';
import { judgeTicket } from './escalation.actions.ts';
import { judged, type OncallDesk, startOncallDesk, told } from './testing.ts';

let desk: OncallDesk;
beforeAll(async () => {
  desk = await startOncallDesk();
  await policy('Gentle', 'opened', 'P2');
});
afterAll(() => desk?.close());

async function policy(
  name: string,
  cause: EscalationPolicyContent['rules'][number]['causes'][number],
  priority: 'P0' | 'P2',
): Promise<string> {
  const id = randomUUID();
  const rule = { causes: [cause], priorities: [priority], topics: [], planIds: [], targets: [] };
  const steps = [{ targets: [{ kind: 'everyone' as const }], waitMs: 3_600_000 }];
  const content = { name, rules: [rule], delayMs: 0, steps, repeats: 0 };
  await desk.people.lead.call(createPolicy, { body: { id, content, enabled: true } });
  return id;
}

const p2 = () => opened(desk.people.customer, 'It is slow', { priority: 'P2' });
const raise = (id: string) =>
  desk.people.engineer.call(setTicketPriority, { params: { id }, body: { priority: 'P0' } });
const answer = (id: string) =>
  desk.people.engineer.call(postMessage, {
    params: { id },
    body: { message: { id: randomUUID(), body: 'Hello' }, visibility: 'public' },
  });
const page = (id: string, escalationId: string) =>
  desk.people.engineer.call(pageByHand, {
    params: { id },
    body: { id: escalationId, to: { kind: 'person', id: desk.people.lead.id }, note: '' },
  });
const chains = async (ticketId: string) =>
  (await desk.chains(ticketId)).map(({ chain, cause, state }) => [chain.name, cause, state]);

test('a raise ends the chain that was for less and begins the one for more', async () => {
  const ticketId = await p2();
  await judged(desk);
  expect(await chains(ticketId)).toEqual([['Gentle', 'opened', 'running']]);
  await raise(ticketId);
  await judged(desk);
  expect(await chains(ticketId)).toEqual([
    ['Gentle', 'opened', 'priority'],
    ['P0 / P1', 'priority', 'running'],
  ]);
  expect(await told(desk, ticketId, 'escalation.stopped')).toMatchObject([{ because: 'priority' }]);
});

describe('looked at together, late', () => {
  test('an answer ends what ran when it was given, not what somebody began after it', async () => {
    const ticketId = await p2();
    await judged(desk);
    const byHand = randomUUID();
    await unwatched(ticketId, async () => {
      await answer(ticketId);
      await page(ticketId, byHand);
    });
    expect((await desk.chains(ticketId)).map(({ cause, state }) => [cause, state])).toEqual([
      ['opened', 'answered'],
      ['person', 'running'],
    ]);
    await answer(ticketId);
    await judged(desk);
    expect((await desk.chains(ticketId)).map(({ state }) => state)).toEqual(['answered', 'answered']);
  });
});

/** Lets things happen to a ticket while nobody can look at it. */
async function unwatched(ticketId: string, happen: () => Promise<void>): Promise<void> {
  const { db } = desk.platform;
  const { seq } = await db
    .selectFrom('escalationCursor')
    .select('seq')
    .where('ticketId', '=', ticketId)
    .executeTakeFirstOrThrow();
  const put = (to: number) =>
    db.updateTable('escalationCursor').set({ seq: to }).where('ticketId', '=', ticketId).execute();
  await put(1_000_000);
  await happen();
  await judged(desk);
  await put(seq);
  await judgeTicket(desk.deps, ticketId, seq + 1);
}
