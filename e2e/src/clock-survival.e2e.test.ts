import type { TicketEvent } from '@alongside/contracts';
import { type RunningServer, startServer, until } from '@alongside/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTicket, type Person, setUpAdministrator, visitor } from './api.ts';
import { givenDefaultPlan } from './plans.ts';

/** First responses are due after this, ms; the warning comes at half of it. */
const DUE_MS = 6_000;
const TICKETS = 60;

describe('a server killed while clocks run', () => {
  let server: RunningServer;
  let engineer: Person;
  const origin = () => server.origin;
  beforeAll(async () => {
    server = await startServer({ args: ['--empty'], env: { RATE_LIMIT_SCALE: '1000' } });
    engineer = await setUpAdministrator(origin);
    await givenDefaultPlan(engineer, { first_response: DUE_MS }, { warnAtShare: 0.5 });
  });
  afterAll(async () => {
    await server?.close();
  });

  it('records what came due meanwhile at its true instant, and says that it noticed late', async () => {
    const id = await openTicket(await visitor(origin), 'Is anybody there?');
    const dueMs = Date.parse((await logOf(id))[0]!.at) + DUE_MS;
    await server.kill();
    await until('the deadline to pass', () => Date.now() > dueMs, 2 * DUE_MS);
    const restartedAt = Date.now();
    await server.restart();
    const events = await momentsOf(id);
    expectOnTime(await logOf(id), events);
    for (const { body } of events)
      if (body.type === 'clock.breached') expect(Date.parse(body.noticedAt)).toBeGreaterThan(restartedAt);
  });

  it('killed in the middle of the warnings of many, records each of them once', async () => {
    const customers = await Promise.all(Array.from({ length: 4 }, () => visitor(origin)));
    const ids = await Promise.all(
      Array.from({ length: TICKETS }, (_, index) => openTicket(customers[index % customers.length]!, `Help ${index}`)),
    );
    await until('the first warning', async () => {
      const logs = await Promise.all(ids.slice(0, 4).map(logOf));
      return logs.flat().some(({ body }) => body.type === 'clock.warned');
    });
    await server.kill();
    await server.restart();
    for (const id of ids) expectOnTime(await logOf(id), await momentsOf(id));
  });

  const logOf = async (id: string) =>
    (await engineer.request<{ events: TicketEvent[] }>('GET', `/api/tickets/${id}/events`)).events;

  /** What the clock of a ticket has said, once both the warning and the breach have come. */
  function momentsOf(id: string): Promise<TicketEvent[]> {
    return until('the warning and the breach', async () => {
      const moments = (await logOf(id)).filter(({ body }) => body.type.startsWith('clock.'));
      return moments.length >= 2 ? moments : null;
    });
  }
});

function expectOnTime(log: readonly TicketEvent[], moments: readonly TicketEvent[]): void {
  const openedAtMs = Date.parse(log[0]!.at);
  expect(moments.map(({ body, at }) => [body.type, Date.parse(at) - openedAtMs])).toEqual([
    ['clock.warned', DUE_MS / 2],
    ['clock.breached', DUE_MS],
  ]);
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
}
