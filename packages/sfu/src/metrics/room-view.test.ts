import { SignalRequest } from '@livekit/protocol';
import { beforeEach, expect, test } from 'vitest';
import { handleRequest } from '../room/requests.ts';
import { join, openTestRoom, pass, pipes, publishCamera, room } from '../room/testing.ts';
import { viewRoom } from './room-view.ts';

beforeEach(openTestRoom);

test('each participant is told with what comes from them and what goes to them', () => {
  const ana = join('ana');
  pipes[0]!.setState('connected');
  publishCamera(ana);
  join('ben');
  pipes[1]!.setState('connected');
  Object.assign(pipes[1]!.stats, { bytesReceived: 300, bytesSent: 40_000 });
  const { atMs, participants } = viewRoom(room, 1_000, 5_000);
  expect(atMs).toBe(5_000);
  expect(participants.map(({ identity }) => identity)).toEqual(['ana', 'ben']);
  const [, ben] = participants;
  expect(ben).toMatchObject({ bytesReceived: 300, bytesSent: 40_000, estimateBps: undefined, received: [] });
  expect(ben!.sent).toMatchObject([{ publisher: 'ana', kind: 'video', source: 'camera', packets: 0, reportedLost: 0 }]);
  // Nothing has come yet: no stream is known, and nothing is sent on.
  expect(participants[0]).toMatchObject({ received: [], sent: [] });
  expect(ben!.sent[0]).toMatchObject({ active: false, layer: -1 });
});

test('it is told how long somebody said nothing on their signal', () => {
  join('ana');
  pipes[0]!.setState('connected');
  const silentMs = (nowMs: number) => viewRoom(room, nowMs, 0).participants[0]!.signalSilentMs;
  expect(silentMs(5_000)).toBe(4_000);
  pass(3_000);
  handleRequest([...room.participants][0]!, new SignalRequest({ message: { case: 'ping', value: 0n } }).toBinary());
  expect(silentMs(5_000)).toBe(1_000);
});

test('who is not connected is not in it', () => {
  join('ana');
  expect(viewRoom(room, 0, 0).participants).toEqual([]);
});
