import { randomUUID } from 'node:crypto';
import type { TicketView } from '@alongside/contracts';
import { type RunningServer, startServer, until } from '@alongside/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTicket, type Person, setUpAdministrator, visitor } from './api.ts';

const KILLS = 3;
const WRITERS = 4;

describe('a server killed while people write', () => {
  let server: RunningServer;
  const origin = () => server.origin;
  beforeAll(async () => {
    server = await startServer({ args: ['--empty'], env: { RATE_LIMIT_SCALE: '1000' } });
  });
  afterAll(async () => {
    await server?.close();
  });

  it('keeps all it acknowledged and doubles nothing', async () => {
    const engineer = await setUpAdministrator(origin);
    const customers = await Promise.all(Array.from({ length: WRITERS }, () => visitor(origin)));
    const tickets = await Promise.all(customers.map((customer, index) => openTicket(customer, `first ${index}`)));
    const acknowledged = new Map<string, Set<string>>(tickets.map((id) => [id, new Set()]));
    const attempted = new Map<string, Set<string>>(tickets.map((id) => [id, new Set()]));

    for (let kill = 0; kill < KILLS; kill += 1) {
      let isDown = false;
      let acknowledgedNow = 0;
      const writing = [...customers.entries()].flatMap(([index, customer]) =>
        [customer, engineer].map(async (author) => {
          for (let number = 0; !isDown; number += 1) {
            const message = { id: randomUUID(), body: `round ${kill} number ${number}` };
            const visibility = author === engineer && number % 2 === 1 ? 'internal' : 'public';
            attempted.get(tickets[index]!)!.add(message.id);
            // Every message is sent twice at once, as an outbox does that did not hear the first answer.
            const post = () =>
              author.request('POST', `/api/tickets/${tickets[index]}/messages`, { message, visibility });
            const outcomes = await Promise.allSettled([post(), post()]);
            if (outcomes.some(({ status }) => status === 'fulfilled')) {
              acknowledged.get(tickets[index]!)!.add(message.id);
              acknowledgedNow += 1;
            }
          }
        }),
      );
      await until('a good deal to be acknowledged', () => acknowledgedNow > 40 + kill * 7);
      await server.kill();
      isDown = true;
      await Promise.all(writing);
      await server.restart();
      for (const [index, ticketId] of tickets.entries()) {
        expectWhole(await engineer.ticket(ticketId), acknowledged.get(ticketId)!, attempted.get(ticketId)!);
        expectGapless((await customers[index]!.ticket(ticketId)).entries.map((entry) => entry.seq));
      }
    }
    await resendAll(engineer, tickets[0]!, [...acknowledged.get(tickets[0]!)!].slice(0, 5));
  });
});

function expectWhole(view: TicketView, acknowledged: Set<string>, attempted: Set<string>): void {
  const ids = view.entries.flatMap((entry) => (entry.kind === 'message' ? [entry.id] : []));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of acknowledged) expect(ids).toContain(id);
  // What was under way at the kill may or may not be there; nothing nobody sent may be.
  for (const id of ids.slice(1)) expect(attempted).toContain(id);
  expectGapless(view.entries.map((entry) => entry.seq));
  expect(view.ticket.seq).toBe(view.entries.at(-1)!.seq);
}

// Without calls every event is one entry, so the entries' numbers show any hole in the log.
function expectGapless(seqs: number[]): void {
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
}

async function resendAll(engineer: Person, ticketId: string, messageIds: string[]): Promise<void> {
  const before = await engineer.ticket(ticketId);
  for (const entry of before.entries) {
    if (entry.kind !== 'message' || !messageIds.includes(entry.id) || entry.by.kind !== 'staff') continue;
    const { events } = await engineer.request<{ events: unknown[] }>('POST', `/api/tickets/${ticketId}/messages`, {
      message: { id: entry.id, body: entry.body },
      visibility: entry.visibility,
    });
    expect(events).toEqual([]);
  }
  expect((await engineer.ticket(ticketId)).ticket.seq).toBe(before.ticket.seq);
}
