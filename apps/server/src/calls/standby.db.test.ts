import { randomUUID } from 'node:crypto';
import { endCall, joinCall, RING_TIMEOUT_MS, standByForCall, startCall } from '@alongside/contracts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Client } from '../people/testing.ts';
import { newVisitor, opened, snapshot, until } from '../tickets/testing.ts';
import { settleCall } from './actions.ts';
import { reconcileCalls } from './reconcile.actions.ts';
import { type CallDesk, inMedia, startCallDesk } from './testing.ts';

let desk: CallDesk;
let media: CallDesk['media'];
let clock: CallDesk['clock'];
let deps: CallDesk['deps'];
let people: CallDesk['people'];
let ticketId: string;
let callId: string;

beforeAll(async () => {
  desk = await startCallDesk();
  ({ media, clock, deps, people } = desk);
});
afterAll(() => desk?.close());

/** The customer calls, and is in the room. */
beforeEach(async () => {
  clock.aheadMs = 0;
  media.state.isSilent = false;
  ticketId = await opened(people.customer, 'The picture freezes');
  callId = randomUUID();
  const started = await people.customer.call(startCall, { params: { id: ticketId }, body: { callId, video: true } });
  expect(started.body.call.state).toBe('ringing');
  await media.join(callId, inMedia(people.customer));
});

const standBy = (who: Client, id = callId) => who.call(standByForCall, { params: { id } });
const join = (who: Client, standby?: string) =>
  who.call(joinCall, { params: { id: callId }, body: standby ? { standby } : {} });
async function shown() {
  const view = (await snapshot(people.engineer, ticketId))!;
  const entry = view.entries.find((one) => one.kind === 'call' && one.id === callId);
  if (entry?.kind !== 'call') throw new Error('the call is not in the timeline');
  return { state: entry.call.state, names: entry.call.participants.map(({ who }) => who.name), seq: view.ticket.seq };
}

test('who stands by answers nothing: it rings on, is missed, and leaves no room', async () => {
  const before = await shown();
  const { connection, token, url } = (await standBy(people.engineer)).body;
  expect(token).toContain(`standby token for staff:${people.engineer.id}`);
  expect(url).toMatch(/^ws:\/\//);
  media.standBy(callId, inMedia(people.engineer), connection);
  await reconcileCalls(deps);
  expect(await shown()).toEqual({ ...before, state: 'ringing', names: ['Cleo Customer'] });
  clock.aheadMs = RING_TIMEOUT_MS + 1_000;
  await settleCall(deps, callId);
  expect(await shown()).toMatchObject({ state: 'missed', names: ['Cleo Customer'] });
  await until('the room to be closed', () => media.closed.includes(callId));
});

test('answering lets the connection in that stood by: the call is live with the reply', async () => {
  const { connection } = (await standBy(people.engineer)).body;
  const sid = media.standBy(callId, inMedia(people.engineer), connection);
  const reply = (await join(people.engineer, connection)).body;
  expect(reply).toMatchObject({ admitted: true, call: { state: 'live' } });
  expect(reply.token).toContain(`in place of ${connection}`);
  expect(await shown()).toMatchObject({ state: 'live', names: ['Cleo Customer', 'Eve Engineer'] });
  // It is known by this connection from now on, and a second window takes its place.
  expect((await join(people.engineer)).body.token).toContain(`in place of ${sid}`);
  await media.leave(callId, inMedia(people.engineer), sid);
  expect((await join(people.engineer)).body.token).not.toContain('in place of');
});

test('one that is still connecting is in when it reports itself', async () => {
  const { connection } = (await standBy(people.engineer)).body;
  const sid = media.standBy(callId, inMedia(people.engineer), connection, false);
  expect((await join(people.engineer, connection)).body).toMatchObject({ admitted: true, call: { state: 'ringing' } });
  await media.report('joined', callId, inMedia(people.engineer), sid);
  expect((await shown()).state).toBe('live');
});

test('where it is gone, somebody else’s, or the media server is silent, one enters with the token', async () => {
  const { connection } = (await standBy(people.engineer)).body;
  media.standBy(callId, inMedia(people.engineer), connection);
  for (const [who, standby] of [
    [people.engineer, randomUUID()],
    [people.lead, connection],
  ] as const) {
    const reply = (await join(who, standby)).body;
    expect(reply).toMatchObject({ admitted: false, call: { state: 'ringing' } });
    expect(reply.token).toContain(`token for staff:${who.id}`);
  }
  media.state.isSilent = true;
  expect((await join(people.engineer, connection)).body).toMatchObject({ admitted: false });
  expect((await shown()).names).toEqual(['Cleo Customer']);
});

test('only the rung side of a call that is not over may stand by, and only who sees its ticket', async () => {
  expect((await standBy(people.customer)).error.code).toBe('forbidden');
  const stranger = await newVisitor(desk.platform);
  expect((await standBy(stranger)).error.code).toBe('not_found');
  expect((await join(people.engineer, 'not an id')).error.code).toBe('invalid_input');
  await people.engineer.call(endCall, { params: { id: callId }, body: { quality: null } });
  expect((await standBy(people.engineer)).error.code).toBe('call_over');
});
