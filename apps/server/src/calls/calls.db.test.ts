import { randomUUID } from 'node:crypto';
import {
  assignTicket,
  declineCall,
  endCall,
  joinCall,
  leaveCall,
  RING_TIMEOUT_MS,
  reportCallQuality,
  setTicketState,
  startCall,
  type TicketView,
} from '@alongside/contracts';
import { foldTicketEvents } from '@alongside/desk';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Client } from '../people/testing.ts';
import { LiveClient, newVisitor, opened, type ReaderName, snapshot, until } from '../tickets/testing.ts';
import { AWAY_AFTER_RESTART_MS, AWAY_MS, settleCall } from './actions.ts';
import { reconcileCalls, resumeCalls } from './reconcile.actions.ts';
import { type CallDesk, inMedia, quality, startCallDesk } from './testing.ts';

let desk: CallDesk;
let media: CallDesk['media'];
let clock: CallDesk['clock'];
let deps: CallDesk['deps'];
let people: CallDesk['people'];
let ticketId: string;

beforeAll(async () => {
  desk = await startCallDesk();
  ({ media, clock, deps, people } = desk);
});
afterAll(() => desk?.close());
beforeEach(async () => {
  clock.aheadMs = 0;
  media.state.isUp = true;
  ticketId = await opened(people.customer, 'The picture freezes');
});

const start = (who: Client, callId: string = randomUUID(), video = true, ticket = ticketId) =>
  who.call(startCall, { params: { id: ticket }, body: { callId, video } });
const call = (who: Client, contract: typeof joinCall | typeof declineCall, id: string) =>
  who.call(contract, { params: { id }, body: {} });
async function shown(who: Client = people.engineer): Promise<TicketView> {
  return (await snapshot(who, ticketId))!;
}
async function entryOf(callId: string, who: Client = people.engineer) {
  const entry = (await shown(who)).entries.find((one) => one.kind === 'call' && one.id === callId);
  if (entry?.kind !== 'call') throw new Error('the call is not in the timeline');
  return entry.call;
}

/** A call both are in. */
async function live(): Promise<{ id: string; engineerSid: string; customerSid: string }> {
  const { id } = (await start(people.engineer)).body.call;
  const engineerSid = await media.join(id, inMedia(people.engineer));
  await call(people.customer, joinCall, id);
  const customerSid = await media.join(id, inMedia(people.customer));
  return { id, engineerSid, customerSid };
}

describe('from ringing to the end', () => {
  test('the timeline holds who, when, how long, how good; both see the same', async () => {
    const started = (await start(people.customer)).body;
    expect(started.call).toMatchObject({ state: 'ringing', rings: 'staff', participants: [] });
    expect(started.token).toContain(people.customer.id);
    expect(started.url).toMatch(/^ws:\/\//);
    expect((await shown()).ticket.activeCall).toMatchObject({ id: started.call.id, state: 'ringing' });
    const { id } = started.call;
    const customerSid = await media.join(id, inMedia(people.customer));
    expect((await entryOf(id)).state).toBe('ringing');

    expect((await call(people.engineer, joinCall, id)).body.call.state).toBe('ringing');
    const engineerSid = await media.join(id, inMedia(people.engineer));
    expect((await shown()).ticket.activeCall).toMatchObject({ state: 'live' });
    await call(people.lead, joinCall, id);
    await media.join(id, inMedia(people.lead));
    await people.customer.call(reportCallQuality, { params: { id }, body: quality(2) });
    await people.customer.call(reportCallQuality, { params: { id }, body: quality(3) });

    const left = await people.lead.call(leaveCall, { params: { id }, body: { quality: null } });
    expect(left.body.call.state).toBe('live');
    await people.engineer.call(leaveCall, { params: { id }, body: { quality: quality(5) } });
    await people.customer.call(leaveCall, { params: { id }, body: { quality: null } });
    await media.leave(id, inMedia(people.engineer), engineerSid);
    await media.leave(id, inMedia(people.customer), customerSid);

    for (const who of [people.engineer, people.customer, people.colleague]) {
      const entry = await entryOf(id, who);
      expect(entry).toMatchObject({ state: 'ended', rings: 'staff' });
      expect(
        entry.participants.map(({ who: person, quality: measured }) => [person.name, measured?.score ?? null]),
      ).toEqual([
        ['Cleo Customer', 3],
        ['Eve Engineer', 5],
        ['Liam Lead', null],
      ]);
      expect(entry.participants.every(({ leftAt }) => leftAt !== null)).toBe(true);
      expect((await shown(who)).ticket.activeCall).toBeNull();
    }
    await until('the room to be closed', () => media.closed.includes(id));
  });

  test('every reader’s fold equals their fresh snapshot at every step', async () => {
    const readers: ReaderName[] = ['customer', 'colleague', 'engineer'];
    const before = new Map<ReaderName, TicketView>();
    const live = new Map<ReaderName, LiveClient>();
    for (const name of readers) {
      before.set(name, (await snapshot(people[name], ticketId))!);
      live.set(name, await LiveClient.open(desk.platform, people[name]));
      await live.get(name)!.subscribe({ topic: 'ticket', ticketId, since: before.get(name)!.ticket.seq });
    }
    const check = async () => {
      for (const name of readers) {
        const fresh = (await snapshot(people[name], ticketId))!;
        const of = () =>
          live
            .get(name)!
            .of('event')
            .map((frame) => frame.event);
        await until('the events', () => of().at(-1)?.seq === fresh.ticket.seq);
        expect(foldTicketEvents(before.get(name)!, of())).toEqual(fresh);
      }
    };
    const { id } = (await start(people.engineer)).body.call;
    await check();
    const sid = await media.join(id, inMedia(people.engineer));
    await call(people.customer, joinCall, id);
    await media.join(id, inMedia(people.customer));
    await check();
    await media.leave(id, inMedia(people.engineer), sid);
    clock.aheadMs = AWAY_MS + 1;
    await settleCall(deps, id);
    await check();
    await people.engineer.call(endCall, { params: { id }, body: { quality: quality(4) } });
    await check();
    for (const one of live.values()) one.close();
  });

  test('the caller who leaves a ringing call cancels it; an engineer ends it for everybody', async () => {
    const ringing = (await start(people.customer)).body.call.id;
    await people.customer.call(leaveCall, { params: { id: ringing }, body: { quality: null } });
    expect(await entryOf(ringing)).toMatchObject({ state: 'cancelled', participants: [] });
    const { id } = await live();
    await people.lead.call(endCall, { params: { id }, body: { quality: null } });
    expect((await entryOf(id)).state).toBe('ended');
    expect((await people.customer.call(endCall, { params: { id }, body: { quality: null } })).status).toBe(403);
  });
});

describe('declining', () => {
  test('a customer declines for their side; the caller cannot', async () => {
    const { id } = (await start(people.engineer)).body.call;
    expect((await call(people.engineer, declineCall, id)).error.code).toBe('forbidden');
    expect((await call(people.customer, declineCall, id)).body.call.state).toBe('declined');
    expect((await call(people.customer, declineCall, id)).body.call.state).toBe('declined');
    expect((await call(people.engineer, joinCall, id)).error.code).toBe('call_over');
  });

  test('of the team, everybody must', async () => {
    const { id } = (await start(people.customer)).body.call;
    expect((await call(people.engineer, declineCall, id)).body.call.state).toBe('ringing');
    expect((await call(people.engineer, declineCall, id)).body.call.state).toBe('ringing');
    expect((await call(people.lead, declineCall, id)).body.call.state).toBe('ringing');
    expect((await call(people.administrator, declineCall, id)).body.call.state).toBe('declined');
  });
});

describe('time', () => {
  test('nobody answers: missed, by a job, whatever happened to the process that rang', async () => {
    const { id, startedAt } = (await start(people.customer)).body.call;
    await settleCall({ ...deps, now: () => new Date(Date.parse(startedAt) + RING_TIMEOUT_MS - 1) }, id);
    expect((await entryOf(id)).state).toBe('ringing');
    const { rows } = await desk.platform.db
      .withSchema('pgboss')
      .selectFrom('job' as never)
      .select(['start_after', 'data'] as never)
      .where('name' as never, '=', 'calls.settle' as never)
      .execute()
      .then((found) => ({ rows: found as unknown as { startAfter: Date; data: { callId: string } }[] }));
    const dueMs = rows.filter((row) => row.data.callId === id).map((row) => row.startAfter.getTime() - Date.now());
    expect(Math.min(...dueMs)).toBeGreaterThan(RING_TIMEOUT_MS - 10_000);
    expect(Math.min(...dueMs)).toBeLessThanOrEqual(RING_TIMEOUT_MS);
    clock.aheadMs = RING_TIMEOUT_MS + 1;
    await settleCall(deps, id);
    await settleCall(deps, id);
    expect((await entryOf(id)).state).toBe('missed');
    expect((await shown()).entries.filter((entry) => entry.kind === 'call' && entry.id === id)).toHaveLength(1);
  });

  test('who answers in the last second gets in', async () => {
    const { id } = (await start(people.customer)).body.call;
    clock.aheadMs = RING_TIMEOUT_MS - 1_000;
    await call(people.engineer, joinCall, id);
    clock.aheadMs = RING_TIMEOUT_MS + 2_000;
    await settleCall(deps, id);
    await media.join(id, inMedia(people.engineer));
    expect((await entryOf(id)).state).toBe('live');
  });

  test('a reload or a short cut keeps one row and the call', async () => {
    const { id, customerSid } = await live();
    await media.leave(id, inMedia(people.customer), customerSid);
    clock.aheadMs = 10_000;
    await settleCall(deps, id);
    await media.join(id, inMedia(people.customer));
    clock.aheadMs = AWAY_MS + 5_000;
    await settleCall(deps, id);
    const entry = await entryOf(id);
    expect(entry.state).toBe('live');
    expect(entry.participants.map(({ leftAt }) => leftAt)).toEqual([null, null]);
  });

  test('a reload that is quicker than the report of the old connection', async () => {
    const { id, customerSid } = await live();
    await media.join(id, inMedia(people.customer));
    await media.report('left', id, inMedia(people.customer), customerSid);
    clock.aheadMs = AWAY_MS + 1;
    await settleCall(deps, id);
    expect((await entryOf(id)).participants.map(({ leftAt }) => leftAt)).toEqual([null, null]);
  });

  test('who stays away has left; when all have, the call is over', async () => {
    const { id, customerSid, engineerSid } = await live();
    await media.leave(id, inMedia(people.customer), customerSid);
    clock.aheadMs = AWAY_MS + 1;
    await settleCall(deps, id);
    expect((await entryOf(id)).participants[1]!.leftAt).not.toBeNull();
    await media.join(id, inMedia(people.customer)).then((sid) => media.leave(id, inMedia(people.customer), sid));
    await media.leave(id, inMedia(people.engineer), engineerSid);
    clock.aheadMs = 3 * AWAY_MS;
    await settleCall(deps, id);
    const entry = await entryOf(id);
    expect(entry.state).toBe('ended');
    expect(entry.participants).toHaveLength(2);
  });
});

describe('after a crash of the server', () => {
  test('calls nobody comes back to end after a minute', async () => {
    const { id } = await live();
    media.forgetRooms();
    await resumeCalls(deps);
    clock.aheadMs = AWAY_AFTER_RESTART_MS - 5_000;
    await reconcileCalls(deps);
    expect((await entryOf(id)).state).toBe('live');
    clock.aheadMs = AWAY_AFTER_RESTART_MS + 1;
    await reconcileCalls(deps);
    expect((await entryOf(id)).state).toBe('ended');
  });

  test('who comes back, or never went, stays; lost reports are made up for', async () => {
    const { id, customerSid } = await live();
    await resumeCalls(deps);
    // Both are still in their room on a media server that did not die with us.
    await reconcileCalls(deps);
    clock.aheadMs = AWAY_AFTER_RESTART_MS + 1;
    await reconcileCalls(deps);
    expect((await entryOf(id)).participants.map(({ leftAt }) => leftAt)).toEqual([null, null]);
    media.drop(id, inMedia(people.customer));
    await reconcileCalls(deps);
    clock.aheadMs += AWAY_MS + 1;
    await reconcileCalls(deps);
    expect((await entryOf(id)).participants[1]!.leftAt).not.toBeNull();
    await media.report('left', id, inMedia(people.customer), customerSid);
    expect((await entryOf(id)).state).toBe('live');
    await people.engineer.call(endCall, { params: { id }, body: { quality: null } });
  });

  test('a ringing call whose time ran out meanwhile is missed', async () => {
    const { id } = (await start(people.customer)).body.call;
    clock.aheadMs = 10 * 60_000;
    await resumeCalls(deps);
    await reconcileCalls(deps);
    expect((await entryOf(id)).state).toBe('missed');
  });
});

describe('twice and at once', () => {
  test('of several callers one gets through, the others are told to join', async () => {
    const replies = await Promise.all(
      [people.customer, people.engineer, people.lead, people.colleague, people.administrator].map((who) => start(who)),
    );
    expect(replies.map((reply) => reply.status).sort()).toEqual([200, 409, 409, 409, 409]);
    const refused = replies.find((reply) => reply.status === 409)!;
    expect(refused.error.code).toBe('call_active');
    expect(refused.error.details!.callId).toBe(replies.find((reply) => reply.status === 200)!.body.call.id);
    expect((await shown()).entries.filter((entry) => entry.kind === 'call')).toHaveLength(1);
  });

  test('the same start again is the same call; its id opens no other', async () => {
    const id = randomUUID();
    const replies = await Promise.all([
      start(people.customer, id),
      start(people.customer, id),
      start(people.customer, id),
    ]);
    expect(replies.map((reply) => reply.body.call.id)).toEqual([id, id, id]);
    expect((await shown()).entries.filter((entry) => entry.kind === 'call')).toHaveLength(1);
    expect((await start(people.engineer, id)).error.code).toBe('id_conflict');
    const other = await opened(people.customer, 'Another');
    expect((await start(people.customer, id, true, other)).error.code).toBe('id_conflict');
    await people.customer.call(leaveCall, { params: { id }, body: { quality: null } });
    expect((await start(people.customer, id)).error.code).toBe('call_over');
  });

  test('repeated and late reports change nothing', async () => {
    const { id, customerSid } = await live();
    await media.report('joined', id, inMedia(people.customer), customerSid);
    const { seq } = (await shown()).ticket;
    await media.report('joined', id, inMedia(people.customer), customerSid);
    expect((await shown()).ticket.seq).toBe(seq);
    for (let time = 0; time < 3; time += 1)
      await people.engineer.call(endCall, { params: { id }, body: { quality: null } });
    await media.report('left', id, inMedia(people.customer), customerSid);
    const ended = (await shown()).ticket.seq;
    expect(ended).toBe(seq + 1);
    const closedBefore = media.closed.length;
    await media.join(id, inMedia(people.customer));
    expect((await shown()).ticket.seq).toBe(ended);
    await until('the room to be closed again', () => media.closed.length > closedBefore);
  });
});

describe('who may', () => {
  test('others neither see, join, nor disturb a call', async () => {
    const { id } = (await start(people.customer)).body.call;
    for (const who of [people.otherCustomer, people.visitor]) {
      expect((await start(who)).status).toBe(404);
      for (const contract of [joinCall, declineCall]) expect((await call(who, contract, id)).status).toBe(404);
      for (const contract of [leaveCall, reportCallQuality] as const)
        expect(
          (
            await who.call(contract, {
              params: { id },
              body: contract === leaveCall ? { quality: null } : quality(1),
            } as never)
          ).status,
        ).toBe(404);
    }
    expect((await entryOf(id)).state).toBe('ringing');
  });

  test('somebody in the room without having been let in is put out', async () => {
    const { id } = await live();
    const stranger = { kind: 'customer' as const, id: randomUUID() };
    await media.join(id, stranger);
    expect((await entryOf(id)).participants).toHaveLength(2);
  });

  test('who left the team leaves the call, and the token they still hold lets nobody back in', async () => {
    const { id } = await live();
    await call(people.lead, joinCall, id);
    const leadSid = await media.join(id, inMedia(people.lead));
    const setDisabled = (disabled: boolean) =>
      desk.platform.db.updateTable('staff').set({ disabled }).where('id', '=', people.lead.id).execute();
    await setDisabled(true);
    try {
      await reconcileCalls(deps);
      expect((await media.media.list(id)).map(({ person }) => person.id)).not.toContain(people.lead.id);
      await media.leave(id, inMedia(people.lead), leadSid);
      await media.join(id, inMedia(people.lead));
      await vi.waitUntil(async () => (await media.media.list(id)).length === 2);
      expect((await entryOf(id)).state).toBe('live');
    } finally {
      await setDisabled(false);
      await people.engineer.call(endCall, { params: { id }, body: { quality: null } });
    }
  });

  test('closed tickets and missing media servers ring nobody; a visitor can be called', async () => {
    media.state.isUp = false;
    const down = await start(people.customer);
    expect([down.status, down.error.code]).toEqual([503, 'media_unavailable']);
    media.state.isUp = true;
    for (const state of ['solved', 'closed'] as const)
      await people.customer.call(setTicketState, { params: { id: ticketId }, body: { state } });
    expect((await start(people.engineer)).error.code).toBe('ticket_closed');
    const visitor = await newVisitor(desk.platform);
    const theirs = await opened(visitor, 'Help');
    await people.engineer.call(assignTicket, { params: { id: theirs }, body: { assigneeId: people.engineer.id } });
    const ringing = await start(people.engineer, randomUUID(), false, theirs);
    expect((await snapshot(visitor, theirs))!.ticket.activeCall).toMatchObject({
      id: ringing.body.call.id,
      rings: 'customer',
    });
    expect((await call(visitor, joinCall, ringing.body.call.id)).status).toBe(200);
  });
});

test('wrong input names its field', async () => {
  const { id } = await live();
  const reply = await people.customer.call(reportCallQuality, {
    params: { id },
    body: { ...quality(3), lossRatio: 7 },
  });
  expect(reply.error).toMatchObject({ code: 'invalid_input', field: 'lossRatio' });
  expect((await start(people.engineer, 'no id')).error.field).toBe('callId');
});
