import { parseRtcp, RtpWriter } from '@alongside/rtp';
import {
  AddTrackRequest,
  DataPacket,
  DisconnectReason,
  LeaveRequest_Action,
  RequestResponse_Reason,
  TrackSource,
  TrackType,
  UserPacket,
} from '@livekit/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { boundsOf } from '../room/room-settings.ts';
import { type Client, join, last, openTestRoom, pass, pipes, publishCamera, room, says } from '../room/testing.ts';
import { JOIN_BURST_S, JoinLimiter, joinerOf } from './join-limiter.ts';
import { TokenBucket } from './token-bucket.ts';

beforeEach(openTestRoom);

const refusals = (): Record<string, number> => Object.fromEntries(room.host.counters.refusals);
const told = (client: Client): string[] =>
  client.got.flatMap(({ message }) =>
    message.case === 'requestResponse' && message.value.reason === RequestResponse_Reason.LIMIT_EXCEEDED
      ? message.value.message
      : [],
  );

test('a bucket lets a burst pass, then so many a second; without a limit everything', () => {
  const bucket = new TokenBucket(10, 20, 0);
  const taken = (nowMs: number): number => {
    let count = 0;
    while (count < 100 && bucket.take(nowMs)) count++;
    return count;
  };
  expect([taken(0), taken(0), taken(1_000), taken(1_050), taken(100_000)]).toEqual([20, 0, 10, 0, 20]);
  expect(new TokenBucket(0, 0, 0).take(0, 1_000_000)).toBe(true);
});

describe('SFU-53: joins', () => {
  test('are counted by address and by key, and a refused one costs nothing', () => {
    const limiter = new JoinLimiter({ maxJoinsPerAddressPerS: 5, maxJoinsPerKeyPerS: 50 });
    const joins = (address: string, nowMs: number): boolean => limiter.allows('address', address, nowMs, true);
    const burst = Array.from({ length: 5 * JOIN_BURST_S }, () => joins('a', 0));
    expect(burst.every(Boolean)).toBe(true);
    expect([joins('a', 0), joins('b', 0), joins('a', 200)]).toEqual([false, true, true]);
    expect(limiter.allows('address', 'a', 200, false), 'validate says what an upgrade would be told').toBe(false);
    expect(Object.fromEntries(limiter.refused)).toEqual({ address: 1 });
  });

  test('of many strangers do not fill the memory', () => {
    const limiter = new JoinLimiter({ maxJoinsPerAddressPerS: 1, maxJoinsPerKeyPerS: 0 });
    for (let i = 0; i < 60_000; i++) limiter.allows('address', `10.${i}`, 0, true);
    expect(limiter.tracked).toBeLessThanOrEqual(50_000);
    for (let i = 0; i < 1_000; i++) limiter.allows('address', `11.${i}`, 60_000, true);
    expect(limiter.tracked, 'the idle are forgotten').toBeLessThanOrEqual(1_000);
    expect(limiter.allows('address', 'new', 60_000, true)).toBe(true);
  });

  test('of one IPv6 network count together', () => {
    expect(new Set(['2001:db8::1', '2001:db8:0:0:ffff::2', '2001:DB8::3%eth0'].map(joinerOf)).size).toBe(1);
    expect(joinerOf('2001:db8:0:1::1')).not.toBe(joinerOf('2001:db8::1'));
    expect([joinerOf('::ffff:192.0.2.7'), joinerOf('192.0.2.7')]).toEqual(['192.0.2.7', '192.0.2.7']);
  });

  test('beyond what a room holds are refused with 503', () => {
    room.host.limits.maxParticipantsPerRoom = 2;
    join('a');
    join('b');
    expect(() => join('c')).toThrow(expect.objectContaining({ status: 503, message: 'room is full' }));
    expect(refusals()).toEqual({ participants: 1 });
  });
});

test('SFU-53: one track too many is refused in the protocol’s own terms', () => {
  room.host.limits.maxTracksPerParticipant = 1;
  const a = join('a');
  publishCamera(a);
  const value = new AddTrackRequest({ cid: 'second', type: TrackType.AUDIO, source: TrackSource.MICROPHONE });
  says(a, { case: 'addTrack', value });
  expect(last(a, 'requestResponse')).toMatchObject({ reason: RequestResponse_Reason.LIMIT_EXCEEDED });
});

test('SFU-53: data packets beyond the rate are dropped, and the sender is told once a second', () => {
  Object.assign(room.host.limits, { maxDataPacketsPerS: 10 });
  const a = join('a');
  join('b');
  for (const pipe of pipes) pipe.setState('connected');
  const packet = new DataPacket({ value: { case: 'user', value: new UserPacket({ payload: Buffer.from('x') }) } });
  const send = (count: number): void => {
    for (let i = 0; i < count; i++) pipes[0]!.handlers.onDataMessage?.('_lossy', Buffer.from(packet.toBinary()), true);
  };
  send(100);
  expect(pipes[1]!.data).toHaveLength(40);
  expect(told(a)).toEqual([expect.stringContaining('10 data packets per second')]);
  pass(1_000);
  send(20);
  expect(pipes[1]!.data).toHaveLength(50);
  expect(told(a)).toHaveLength(2);
  pass(1_000);
  packet.destinationIdentities = Array.from({ length: 1_001 }, (_, i) => `b${i}`);
  send(1);
  expect(told(a).at(-1)).toContain('1000 destinations');
  packet.destinationIdentities = [...packet.destinationIdentities.slice(0, 999), 'b'];
  send(1);
  expect(pipes[1]!.data).toHaveLength(51);
});

describe('SFU-53: who publishes more than allowed', () => {
  const writer = new RtpWriter();
  let sequence = 0;

  /** A second of media of one track. */
  function sends(bitrateBps: number): void {
    const pipe = pipes[0]!;
    const payload = Buffer.alloc(1_000, 0x10);
    for (let sent = 0; sent < bitrateBps / 8; sent += 1_012) {
      writer.start(96, true, sequence++ & 0xffff, 0, 77);
      writer.endHeader();
      writer.append(payload, 0, payload.length);
      const packet = writer.toBuffer();
      (pipe.stats as { bytesReceived: number }).bytesReceived += packet.length;
      pipe.handlers.onRtp?.(packet, 0);
    }
    pass(1_000);
  }

  test('is told the limit, loses the track that is most, and is put out at last', () => {
    room.host.limits.maxPublishBps = 1_000_000;
    const a = join('a');
    const b = join('b');
    const advised: number[] = [];
    pipes[0]!.sendRtcp = (bytes) => {
      for (const entry of parseRtcp(bytes) ?? []) if (entry.type === 'remb') advised.push(entry.bitrateBps);
      return true;
    };
    for (const pipe of pipes) pipe.setState('connected');
    const sid = publishCamera(a);
    sends(500_000);
    expect(advised).toEqual([]);
    sends(900_000);
    expect(advised.at(-1)).toBeGreaterThan(990_000);
    for (let second = 0; second < 4; second++) sends(3_000_000);
    expect(told(a)).toEqual([]);
    sends(3_000_000);
    expect(told(a)).toEqual([expect.stringContaining(`1000 kbit/s may be published: the track ${sid}`)]);
    expect(last(a, 'trackUnpublished').trackSid).toBe(sid);
    expect(last(b, 'update').participants[0]!.tracks).toEqual([]);
    for (let second = 0; second < 5; second++) sends(3_000_000);
    expect(last(a, 'leave')).toMatchObject({
      reason: DisconnectReason.PARTICIPANT_REMOVED,
      action: LeaveRequest_Action.DISCONNECT,
    });
    expect(room.participantCount).toBe(1);
    expect(refusals()).toEqual({ 'publish-bitrate': 2 });
  });

  test('in a room with less of its own that is what counts, and never more than the engine’s', () => {
    const adviceIn = (roomBps: number): number => {
      openTestRoom({ maxPublishBps: roomBps });
      room.host.limits.maxPublishBps = 1_000_000;
      const a = join('a');
      let advised = 0;
      pipes[0]!.sendRtcp = (bytes) => {
        for (const entry of parseRtcp(bytes) ?? []) if (entry.type === 'remb') advised = entry.bitrateBps;
        return true;
      };
      pipes[0]!.setState('connected');
      publishCamera(a);
      sends(900_000);
      return Math.round(advised / 100_000);
    };
    expect([adviceIn(300_000), adviceIn(5_000_000)]).toEqual([3, 10]);
    expect(boundsOf({ 'max-publish-kbps': '3000', 'relay-lifetime-s': '90' })).toEqual({
      maxPublishBps: 3_000_000,
      relayLifetimeS: 90,
    });
    for (const bad of ['', '0', '-1', '1.5', 'all', '99999999'])
      expect(boundsOf({ 'max-publish-kbps': bad, 'relay-lifetime-s': bad })).toEqual({});
  });

  test('a burst alone costs nobody a track', () => {
    room.host.limits.maxPublishBps = 1_000_000;
    const a = join('a');
    pipes[0]!.setState('connected');
    publishCamera(a);
    for (let second = 0; second < 12; second++) sends(second % 4 === 0 ? 600_000 : 3_000_000);
    expect(told(a)).toEqual([]);
  });
});
