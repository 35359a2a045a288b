import { randomUUID } from 'node:crypto';
import type { Drill, TicketEvent } from '@alongside/contracts';
import { type RunningServer, startServer, until } from '@alongside/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, setUpAdministrator } from './api.ts';
import { givenDefaultPlan } from './plans.ts';

/** Enough that a kill falls between some of them. */
const DRILLS = 24;
const WINDOW_MS = 3_000;

describe('a server killed in the middle of drills', () => {
  let server: RunningServer;
  let lead: Person;
  let planId: string;
  const origin = () => server.origin;
  beforeAll(async () => {
    server = await startServer({ args: ['--empty'], env: { RATE_LIMIT_SCALE: '1000' } });
    lead = await setUpAdministrator(origin);
    planId = await givenDefaultPlan(lead, { first_response: 30 * 60_000 });
  });
  afterAll(async () => {
    await server?.close();
  });

  it('files one whose moment came while it was away, once', async () => {
    const { id, window } = await planned(2_000);
    await server.kill();
    await until('the window to pass', () => Date.now() > Date.parse(window!.to), 30_000);
    const restartedMs = Date.now();
    await server.restart();
    const drill = await reached(id, 'running');
    expect(Date.parse(drill.filedAt!)).toBeGreaterThan(restartedMs);
    await expectFiledOnce([id]);
    await lead.request('POST', `/api/drills/${id}/stop`, {});
  });

  it('killed while it files many, files each of them once; killed while it ends them, ends each once', async () => {
    const plans = await Promise.all(Array.from({ length: DRILLS }, () => planned(4_000)));
    const ids = plans.map(({ id }) => id);
    await until('the first of them', async () =>
      (await drills()).some(({ id, state }) => ids.includes(id) && state === 'running'),
    );
    await server.kill();
    await server.restart();
    for (const id of ids) await reached(id, 'running');
    await expectFiledOnce(ids);

    const running = (await drills()).filter(({ id }) => ids.includes(id));
    await Promise.all(running.map(({ ticket }) => solve(ticket!.id)));
    await until('the first to end', async () =>
      (await drills()).some(({ id, state }) => ids.includes(id) && state === 'finished'),
    );
    await server.kill();
    await server.restart();
    for (const { id, ticket } of running) {
      const { steps, endedAt } = await reached(id, 'finished');
      const log = await logOf(ticket!.id);
      expect(log.filter(({ body }) => body.type === 'drill.ended')).toHaveLength(1);
      const solved = log.find(({ body }) => body.type === 'ticket.state_set' && body.to === 'solved')!;
      expect(endedAt).toBe(solved.at);
      expect(steps.find(({ step }) => step === 'first_response')).toMatchObject({ outcome: 'taken' });
    }
  });

  /** A drill whose window begins in a moment. */
  async function planned(inMs: number): Promise<Drill> {
    const fromMs = Date.now() + inMs;
    const window = {
      from: new Date(fromMs).toISOString(),
      to: new Date(fromMs + WINDOW_MS).toISOString(),
      timeZone: 'Europe/Berlin',
    };
    const body = { id: randomUUID(), planId, locale: 'en', withCall: false, window };
    return (await lead.request<{ drill: Drill }>('POST', '/api/drills', body)).drill;
  }

  const drills = async () => (await lead.request<{ drills: Drill[] }>('GET', '/api/drills')).drills;
  const logOf = async (ticketId: string) =>
    (await lead.request<{ events: TicketEvent[] }>('GET', `/api/tickets/${ticketId}/events`)).events;

  function reached(id: string, state: Drill['state']): Promise<Drill> {
    return until(
      `the drill to be ${state}`,
      async () => {
        const drill = (await drills()).find((one) => one.id === id)!;
        return drill.state === state ? drill : null;
      },
      60_000,
    );
  }

  async function solve(ticketId: string): Promise<void> {
    const message = { id: randomUUID(), body: 'Done' };
    await lead.request('POST', `/api/tickets/${ticketId}/messages`, { message, visibility: 'public' });
    await lead.request('POST', `/api/tickets/${ticketId}/state`, { state: 'solved' });
  }

  /** Each has a ticket of its own, with one opening and one chain of pages, and there is no other one. */
  async function expectFiledOnce(ids: readonly string[]): Promise<void> {
    const filed = (await drills()).filter(({ ticket }) => ticket !== null);
    const mine = filed.filter(({ id }) => ids.includes(id));
    expect(new Set(mine.map(({ ticket }) => ticket!.id)).size).toBe(ids.length);
    expect(new Set(filed.map(({ ticket }) => ticket!.number)).size).toBe(await countDrillTickets());
    for (const { ticket } of mine) {
      const types = await until(
        'the pages to begin',
        async () => {
          const all = (await logOf(ticket!.id)).map(({ body }) => body.type);
          return all.includes('escalation.started') ? all : null;
        },
        60_000,
      );
      for (const once of ['ticket.opened', 'message.posted', 'escalation.started'])
        expect(types.filter((type) => type === once)).toHaveLength(1);
    }
  }

  /** All tickets of the desk are drills. */
  async function countDrillTickets(): Promise<number> {
    let [count, cursor] = [0, ''];
    do {
      const page = await lead.request<{ tickets: { drill: boolean }[]; next: string | null }>(
        'GET',
        `/api/tickets?view=all${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      count += page.tickets.filter(({ drill }) => drill).length;
      cursor = page.next ?? '';
    } while (cursor !== '');
    return count;
  }
});
