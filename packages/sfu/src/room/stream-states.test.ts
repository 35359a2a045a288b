import { ConnectionQuality, SimulateScenario, StreamState } from '@livekit/protocol';
import { beforeEach, expect, test } from 'vitest';
import { packet, vp8 } from '../media/testing.ts';
import { viewRoom } from '../metrics/room-view.ts';
import {
  type Client,
  join,
  last,
  nowMs,
  offer,
  openTestRoom,
  pass,
  pipes,
  publishCamera,
  room,
  SLOTS,
  says,
  sink,
  turn,
} from './testing.ts';

beforeEach(openTestRoom);

let sequence = 0;

/** The publisher sends pictures of 240 kbit/s for a while. */
function film(ms: number): void {
  for (let i = 0; i < ms / 33; i++) {
    const payload = Buffer.concat([vp8(i === 0, sequence & 0x7fff), Buffer.alloc(990)]);
    pipes[0]!.handlers.onRtp!(packet(7, sequence & 0xffff, sequence * 3_000, payload), nowMs);
    sequence++;
    pass(33);
  }
}

async function callOfTwo(): Promise<{ callee: Client; sid: string }> {
  const caller = join('caller');
  pipes[0]!.setState('connected');
  const sid = publishCamera(caller);
  const callee = join('callee');
  pipes[1]!.setState('connected');
  await turn();
  says(callee, { case: 'offer', value: offer(SLOTS(1, 1), 2) });
  return { callee, sid };
}

function limit(client: Client, bps: number): void {
  says(client, {
    case: 'simulate',
    value: new SimulateScenario({ scenario: { case: 'subscriberBandwidth', value: BigInt(bps) } }),
  });
}

test('SFU-33 a picture that fits no more is stopped and its subscriber told, and again when it comes back', async () => {
  const { callee, sid } = await callOfTwo();
  film(2_000);
  expect(last(callee, 'streamStateUpdate')).toBeUndefined();
  // Shown as large as may be, of which the publisher sends one resolution: nothing is withheld.
  const seen = () => viewRoom(room, nowMs, 0).participants[1]!.sent[0];
  expect(seen()).toMatchObject({ layer: 0, wantedLayer: 0 });
  limit(callee, 100_000);
  film(2_000);
  expect(seen()).toMatchObject({ layer: -1, wantedLayer: 0 });
  expect(last(callee, 'streamStateUpdate')?.streamStates).toMatchObject([{ trackSid: sid, state: StreamState.PAUSED }]);
  limit(callee, 0);
  film(2_000);
  expect(last(callee, 'streamStateUpdate')?.streamStates).toMatchObject([{ trackSid: sid, state: StreamState.ACTIVE }]);
});

test('SFU-34 a path too narrow for what is shown is no excellent connection', async () => {
  const { callee } = await callOfTwo();
  const quality = (): ConnectionQuality | undefined =>
    callee.got
      .flatMap(({ message }) => (message.case === 'connectionQuality' ? message.value.updates : []))
      .findLast(({ participantSid }) => participantSid === callee.participant.sid)?.quality;
  film(6_000);
  expect(quality()).toBe(ConnectionQuality.EXCELLENT);
  limit(callee, 100_000);
  film(6_000);
  expect(quality()).toBe(ConnectionQuality.POOR);
});

test('SFU-33 whoever is back is told anew which pictures stand still: what went to the old signal was not heard', async () => {
  const { callee, sid } = await callOfTwo();
  film(2_000);
  const told = () => {
    film(1_000);
    const states = last(again, 'streamStateUpdate')?.streamStates;
    return states?.map(({ trackSid, state }: { trackSid: string; state: StreamState }) => [trackSid, state]);
  };
  limit(callee, 100_000);
  let again = sink();
  room.resume(callee.participant, again);
  expect(told()).toEqual([[sid, StreamState.PAUSED]]);
  // The picture moves while nobody listens.
  callee.participant.detachSignal(again);
  limit(callee, 0);
  film(2_000);
  again = sink();
  room.resume(callee.participant, again);
  expect(told()).toEqual([[sid, StreamState.ACTIVE]]);
});

test('SFU-34 whoever comes in or comes back is told of everybody’s connection, however long it has been the same', async () => {
  const { callee } = await callOfTwo();
  film(12_000);
  const everybody = new Set([...room.participants].map(({ sid }) => sid));
  const toldTo = (got: Client['got']) =>
    new Set(
      got
        .flatMap(({ message }) => (message.case === 'connectionQuality' ? message.value.updates : []))
        .map(({ participantSid }) => participantSid),
    );
  const other = join('other');
  const again = sink();
  room.resume(callee.participant, again);
  film(6_000);
  expect(toldTo(other.got)).toEqual(everybody);
  expect(toldTo(again.got)).toEqual(everybody);
});

test('SFU-34 whose path is cut is lost to the others and never to itself', async () => {
  const { callee } = await callOfTwo();
  const other = join('other');
  pipes[2]!.setState('connected');
  film(6_000);
  pipes[1]!.setState('disconnected');
  film(6_000);
  const toldTo = (client: Client): ConnectionQuality | undefined =>
    client.got
      .flatMap(({ message }) => (message.case === 'connectionQuality' ? message.value.updates : []))
      .findLast(({ participantSid }) => participantSid === callee.participant.sid)?.quality;
  expect(room.participantCount).toBe(3);
  expect(toldTo(other)).toBe(ConnectionQuality.LOST);
  expect(toldTo(callee)).toBe(ConnectionQuality.POOR);
});
