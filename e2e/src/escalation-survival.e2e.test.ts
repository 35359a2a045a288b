import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EscalationPolicy, TicketEvent } from '@alongside/contracts';
import { type RunningServer, startServer, until } from '@alongside/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, setUpAdministrator, visitor } from './api.ts';
import { givenDefaultPlan } from './plans.ts';

const WAIT_MS = 4_000;
const TICKETS = 12;
const CUSTOMERS = 4;
const STEPS = 3;

type Call = { id: string; ticketId: string; step: number };

describe('a server killed while escalations climb', () => {
  let server: RunningServer;
  let engineer: Person;
  let receiver: Server;
  const calls: Call[] = [];
  const origin = () => server.origin;

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        const { data } = JSON.parse(body) as { data: { ticket: { id: string }; step: number } };
        calls.push({ id: String(request.headers['webhook-id']), ticketId: data.ticket.id, step: data.step });
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
    server = await startServer({
      args: ['--empty'],
      env: { RATE_LIMIT_SCALE: '1000', OUTGOING_PRIVATE_RANGES: '127.0.0.0/8' },
    });
    engineer = await setUpAdministrator(origin);
    await givenDefaultPlan(engineer, { first_response: 3_600_000 });
    const id = randomUUID();
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/pages`;
    await engineer.request('POST', '/api/on-call/hooks', { id, name: 'Phones', url });
    const { policies } = await engineer.request<{ policies: EscalationPolicy[] }>('GET', '/api/on-call/policies');
    const targets = [{ kind: 'webhook' as const, id }, { kind: 'everyone' as const }];
    const step = (waitMs: number) => ({ targets, waitMs });
    await engineer.request('PUT', `/api/on-call/policies/${policies[0]!.id}`, {
      enabled: true,
      content: { ...policies[0]!.content, steps: [step(WAIT_MS), step(WAIT_MS), step(3_600_000)], repeats: 0 },
    });
  });
  afterAll(async () => {
    await server?.close();
    receiver?.closeAllConnections();
    receiver?.close();
  });

  it('in the middle of the beginnings, begins each once', async () => {
    const customers = await Promise.all(Array.from({ length: CUSTOMERS }, () => visitor(origin)));
    const opened = customers.map((customer, index) => openP0s(customer, index));
    // What the kill cuts off was never opened; whoever was opened is paged.
    const attempts = Promise.allSettled(opened.flat());
    await until('the first chain', () => calls.length > 0);
    await server.kill();
    const ids = (await attempts).flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    expect(ids.length).toBeGreaterThan(0);
    await server.restart();
    for (const id of ids) {
      const log = await climbedTo(id, 1);
      expect(log.filter(({ body }) => body.type === 'escalation.started')).toHaveLength(1);
    }
    await Promise.all(ids.map((id) => engineer.request('POST', `/api/tickets/${id}/acknowledge`, {})));
  });

  it('in the middle of the climbing, performs each step once and pages each once', async () => {
    const customers = await Promise.all(Array.from({ length: CUSTOMERS }, () => visitor(origin)));
    const ids = await Promise.all(customers.flatMap((customer, index) => openP0s(customer, index)));
    await until('the first second step', () => calls.some((call) => call.step === 2 && ids.includes(call.ticketId)));
    await server.kill();
    await server.restart();
    for (const id of ids) {
      const log = await climbedTo(id, STEPS);
      expectEachStepOnce(log);
    }
    for (const id of ids) {
      const own = calls.filter((call) => call.ticketId === id);
      // A call the kill cut off from its record is made again with the same id, by which its receiver knows it.
      expect([...new Set(own.map((call) => `${call.step} ${call.id}`))].sort()).toEqual(
        [...new Map(own.map((call) => [call.step, `${call.step} ${call.id}`])).values()].sort(),
      );
      expect([...new Set(own.map((call) => call.step))].sort()).toEqual([1, 2, 3]);
    }
  });

  it('acknowledged before the kill, stays so after it', async () => {
    const [id] = await Promise.all(openP0s(await visitor(origin), 0, 1));
    await climbedTo(id!, 1);
    await engineer.request('POST', `/api/tickets/${id}/acknowledge`, {});
    const before = await logOf(id!);
    await server.kill();
    const dueMs = Date.parse(before[0]!.at) + WAIT_MS;
    await until('the step to be due', () => Date.now() > dueMs, 3 * WAIT_MS);
    await server.restart();
    // Another chain climbs meanwhile: had this one been woken, it would have climbed too.
    const [other] = await Promise.all(openP0s(await visitor(origin), 1, 1));
    await climbedTo(other!, 2);
    const types = (log: TicketEvent[]) => log.map(({ body }) => body.type).filter((type) => type !== 'page.delivered');
    expect(types(await logOf(id!))).toEqual(types(before));
  });

  /** One after the other, as one customer would. */
  function openP0s(customer: Person, of: number, count = TICKETS / CUSTOMERS): Promise<string>[] {
    let before: Promise<unknown> = Promise.resolve();
    return Array.from({ length: count }, (_, index) => {
      const id = randomUUID();
      const opened = before.then(() =>
        customer.request('POST', '/api/tickets', {
          id,
          channel: 'widget',
          subject: `Down ${of}.${index}`,
          priority: 'P0',
          production: true,
          message: { id: randomUUID(), body: 'Nothing works any more.' },
        }),
      );
      before = opened;
      return opened.then(() => id);
    });
  }

  const logOf = async (id: string) =>
    (await engineer.request<{ events: TicketEvent[] }>('GET', `/api/tickets/${id}/events`)).events;

  /** A ticket's log once its chain has performed so many steps and every webhook of theirs has been heard. */
  function climbedTo(id: string, steps: number): Promise<TicketEvent[]> {
    return until(
      `step ${steps}`,
      async () => {
        const log = await logOf(id);
        const sent = log.filter(({ body }) => body.type === 'page.delivered' && body.channel === 'webhook');
        return log.filter(({ body }) => body.type === 'escalation.stepped').length >= steps && sent.length >= steps
          ? log
          : null;
      },
      90_000,
    );
  }
});

function expectEachStepOnce(log: readonly TicketEvent[]): void {
  const steps = log.flatMap(({ body }) => (body.type === 'escalation.stepped' ? [body] : []));
  expect(steps.map(({ step, round }) => [step, round])).toEqual([
    [1, 1],
    [2, 1],
    [3, 1],
  ]);
  const sent = log.flatMap(({ body }) => (body.type === 'page.delivered' && body.outcome === 'sent' ? [body] : []));
  expect(new Set(sent.map(({ pageId }) => pageId)).size).toBe(sent.length);
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
}
