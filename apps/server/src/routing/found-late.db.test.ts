import { randomUUID } from 'node:crypto';
import { excludeTicket, setTicketState, splitTicket } from '@alongside/contracts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { postMessage } from '../tickets/actions.ts';
import { openTicket } from '../tickets/open.actions.ts';
import { snapshot } from '../tickets/testing.ts';
import { assigneeOf, hasChange, isWaiting, type RoutingDesk, saved, startRoutingDesk } from './testing.ts';

let desk: RoutingDesk;
beforeAll(async () => {
  desk = await startRoutingDesk();
});
afterAll(() => desk?.close());
afterEach(() => desk.reset());

/** One engineer with room for one, who has it, and a ticket that waits for them. */
async function oneWaits() {
  const only = await desk.engineer('Only', { capacity: 1 });
  await assigneeOf(desk.people.lead, await desk.ask('First'));
  const id = await desk.ask('Second');
  await hasChange(desk.people.lead, id, isWaiting);
  return { only, id };
}

test('a ticket split off an old message finds somebody', async () => {
  const { customer, lead } = desk.people;
  const { db } = desk.platform;
  const author = { kind: 'customer' as const, id: customer.id, name: 'Cleo', organisationId: null };
  const old = () => new Date(Date.now() - 3_600_000);
  const id = randomUUID();
  const rest = { topic: null, priority: 'P2', channel: 'portal', context: {}, conversation: 'new' } as const;
  const message = { id: randomUUID(), body: 'An hour ago', fileIds: [] };
  await openTicket(db, author, { ...rest, id, production: false, message }, 'en', old);
  const other = { id: randomUUID(), body: 'And something else', fileIds: [] };
  await postMessage(db, author, id, other, 'public', old);
  await desk.settled();
  const only = await desk.engineer('Only');
  const body = { id: randomUUID(), messageId: other.id };
  expect((await lead.call(splitTicket, { params: { id }, body })).status).toBe(200);
  expect(await assigneeOf(lead, body.id)).toBe(only.id);
});

test('what waits, solved and reopened, waits again', async () => {
  const { only, id } = await oneWaits();
  for (const state of ['solved', 'open'] as const)
    await desk.people.customer.call(setTicketState, { params: { id }, body: { state } });
  await desk.settled();
  await saved(only, { capacity: 2 });
  expect((await snapshot(desk.people.lead, id))!.ticket.assignee?.id).toBe(only.id);
});

test('spam does not take the free place of what waits behind it', async () => {
  const { only, id } = await oneWaits();
  const behind = await desk.ask('Third');
  await hasChange(desk.people.lead, behind, isWaiting);
  const body = { excluded: true, because: 'spam' as const };
  await desk.people.lead.call(excludeTicket, { params: { id }, body });
  await desk.settled();
  await saved(only, { capacity: 2 });
  expect((await snapshot(desk.people.lead, behind))!.ticket.assignee?.id).toBe(only.id);
});
