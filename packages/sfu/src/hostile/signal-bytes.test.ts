import { gzipSync } from 'node:zlib';
import {
  AddTrackRequest,
  DataPacket,
  JoinRequest,
  RpcRequest,
  SessionDescription,
  SignalRequest,
  SimulateScenario,
  SubscriptionPermission,
  SyncState,
  TrackPermission,
  TrackSource,
  TrackType,
  UpdateParticipantMetadata,
  UpdateSubscription,
  UpdateTrackSettings,
  UserPacket,
  WrappedJoinRequest,
  WrappedJoinRequest_Compression,
} from '@livekit/protocol';
import fc from 'fast-check';
import { AccessToken } from 'livekit-server-sdk';
import { beforeEach, describe, expect, test } from 'vitest';
import { handleRequest } from '../room/requests.ts';
import {
  answerFor,
  join,
  joinDual,
  last,
  media,
  offer,
  openTestRoom,
  pass,
  pipes,
  publishCamera,
  room,
  SLOTS,
} from '../room/testing.ts';
import { TokenError, verifyToken } from '../service/tokens.ts';
import { signalRequestFromText } from '../signal/codec.ts';
import { decodeJoinRequest, JoinRequestError, joinRequestFromQuery } from '../signal/join-request.ts';
import { assertHostile, hostileBytes, hostileText } from './testing.ts';

const MEDIA_SDP = offer([...SLOTS(2, 2), media('video', 'send', 'sendonly', 'cam')]).sdp;

function refusing<T>(call: () => T, known: new (...args: never[]) => Error): T | undefined {
  try {
    return call();
  } catch (error) {
    expect(error).toBeInstanceOf(known);
    return undefined;
  }
}

describe('SFU-54: the way in', () => {
  const request = new JoinRequest({ publisherOffer: offer(SLOTS(2, 2)), participantAttributes: { a: '1' } });
  const wrap = (compression: WrappedJoinRequest_Compression, joinRequest: Uint8Array): Buffer =>
    Buffer.from(new WrappedJoinRequest({ compression, joinRequest }).toBinary());
  const plain = wrap(WrappedJoinRequest_Compression.NONE, request.toBinary());
  const packed = wrap(WrappedJoinRequest_Compression.GZIP, gzipSync(request.toBinary()));

  test('a join request is read or refused by its own error', () => {
    assertHostile(
      fc.property(hostileBytes([plain, packed]), fc.string(), (bytes, text) => {
        refusing(() => decodeJoinRequest(bytes.toString('base64url')), JoinRequestError);
        refusing(() => decodeJoinRequest(text), JoinRequestError);
      }),
      2,
    );
  });

  test('a gzip bomb is not unpacked', () => {
    // Unpacked it would be a request as good as any.
    const large = new JoinRequest({ metadata: 'a'.repeat(8 << 20) }).toBinary();
    for (const bytes of [large, Buffer.alloc(16 << 20)]) {
      const bomb = wrap(WrappedJoinRequest_Compression.GZIP, gzipSync(bytes));
      expect(bomb.length).toBeLessThan(128 << 10);
      expect(() => decodeJoinRequest(bomb.toString('base64url'))).toThrow(JoinRequestError);
    }
    expect(() => decodeJoinRequest(wrap(WrappedJoinRequest_Compression.NONE, large).toString('base64url'))).toThrow(
      JoinRequestError,
    );
    const nested = gzipSync(gzipSync(Buffer.alloc(16 << 20)));
    expect(() => decodeJoinRequest(wrap(WrappedJoinRequest_Compression.GZIP, nested).toString('base64url'))).toThrow(
      JoinRequestError,
    );
  });

  test('the older query', () => {
    const names = ['attributes', 'capabilities', 'sdk', 'protocol', 'reconnect', 'sid', 'auto_subscribe'];
    assertHostile(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...names), fc.string())), (pairs) => {
        refusing(() => joinRequestFromQuery(new URLSearchParams(pairs)), JoinRequestError);
      }),
    );
  });

  test('a token is good, or refused by its own error', async () => {
    const secret = 'secret-of-at-least-thirty-two-bytes!';
    const token = new AccessToken('key', secret, { identity: 'ana', attributes: { a: '1' } });
    token.addGrant({ roomJoin: true, room: 'r' });
    const good = await token.toJwt();
    const tried: string[] = [];
    assertHostile(
      fc.property(hostileText([good]), (text) => void tried.push(text)),
      0.5,
    );
    for (const text of tried) {
      const claims = await verifyToken(text, { key: secret }).catch((error: unknown) => {
        expect(error).toBeInstanceOf(TokenError);
        return undefined;
      });
      // Nothing but the signed bytes is believed; base64url has a few spellings of the last letter.
      if (claims) expect(text.split('.').slice(0, 2)).toEqual(good.split('.').slice(0, 2));
    }
  });
});

const REQUESTS: SignalRequest['message'][] = [
  { case: 'offer', value: new SessionDescription({ type: 'offer', sdp: MEDIA_SDP, id: 2 }) },
  { case: 'answer', value: new SessionDescription({ type: 'answer', sdp: MEDIA_SDP, id: 2 }) },
  {
    case: 'addTrack',
    value: new AddTrackRequest({
      cid: 'c',
      type: TrackType.VIDEO,
      source: TrackSource.CAMERA,
      width: 640,
      height: 360,
    }),
  },
  { case: 'subscription', value: new UpdateSubscription({ trackSids: ['TR_x'], subscribe: true }) },
  { case: 'trackSetting', value: new UpdateTrackSettings({ trackSids: ['TR_x'], width: 100, height: 100 }) },
  {
    case: 'subscriptionPermission',
    value: new SubscriptionPermission({ trackPermissions: [new TrackPermission({ participantIdentity: 'b' })] }),
  },
  {
    case: 'syncState',
    value: new SyncState({
      offer: new SessionDescription({ type: 'offer', sdp: MEDIA_SDP }),
      answer: new SessionDescription({ type: 'answer', sdp: MEDIA_SDP }),
    }),
  },
  { case: 'simulate', value: new SimulateScenario({ scenario: { case: 'speakerUpdate', value: 1 } }) },
  { case: 'updateMetadata', value: new UpdateParticipantMetadata({ name: 'n', metadata: 'm', requestId: 1 }) },
];

describe('SFU-54: signalling and data of somebody in a room', () => {
  beforeEach(openTestRoom);

  /** Somebody else in the room has noticed nothing: still there, still able to hear and see what comes next. */
  function expectUndisturbed(watcher: ReturnType<typeof join>): void {
    expect(last(watcher, 'leave')).toBeUndefined();
    expect(watcher.hungUp).toBe(false);
    expect(room.byIdentity('watcher')).toBe(watcher.participant);
  }

  test('messages of any bytes', () => {
    const watcher = join('watcher', {}, SLOTS(4, 4));
    pipes[0]!.setState('connected');
    const seeds = REQUESTS.map((message) => Buffer.from(new SignalRequest({ message }).toBinary()));
    let client = join('hostile');
    assertHostile(
      fc.property(fc.array(hostileBytes(seeds), { maxLength: 6 }), (all) => {
        for (const bytes of all) {
          // It may have left, or been sent to start over, by what it said.
          if (client.participant.state === 'disconnected') client = join('hostile');
          handleRequest(client.participant, bytes);
        }
        pass(100);
      }),
    );
    expectUndisturbed(watcher);
    const friend = join('friend');
    const sid = publishCamera(friend);
    const told = last(watcher, 'update').participants.flatMap(({ tracks }) => tracks.map((track) => track.sid));
    expect(told).toContain(sid);
  });

  test.each([
    ['one connection', join],
    ['two connections', joinDual],
  ])('descriptions of any text, offered and answered over %s', (_what, joinAs) => {
    const watcher = join('watcher');
    pipes[0]!.setState('connected');
    publishCamera(watcher);
    let client = joinAs('hostile');
    const seeds = [MEDIA_SDP, answerFor(joinDual('model')).sdp];
    assertHostile(
      fc.property(hostileText(seeds), fc.nat(3), fc.boolean(), (sdp, id, isOffer) => {
        // An answer to what was really offered gets furthest, and each offer takes one.
        if (!isOffer || client.participant.state === 'disconnected') client = joinAs('hostile');
        const answered = isOffer ? id : (last(client, 'offer')?.id ?? id);
        const value = new SessionDescription({ type: isOffer ? 'offer' : 'answer', sdp, id: answered });
        const message: SignalRequest['message'] = isOffer ? { case: 'offer', value } : { case: 'answer', value };
        handleRequest(client.participant, new SignalRequest({ message }).toBinary());
        pass(10);
      }),
      0.5,
    );
    expectUndisturbed(watcher);
  });

  test('text frames are read or ignored', () => {
    const seeds = REQUESTS.map((message) => new SignalRequest({ message }).toJsonString());
    assertHostile(fc.property(hostileText(seeds), (text) => void signalRequestFromText(text)));
  });

  test('data packets of any bytes never speak for another', () => {
    const watcher = join('watcher');
    const client = join('hostile');
    for (const pipe of pipes) pipe.setState('connected');
    room.host.limits.maxDataPacketsPerS = 0;
    const seeds = [
      new DataPacket({
        participantIdentity: 'watcher',
        sequence: 5,
        value: { case: 'user', value: new UserPacket({ payload: Buffer.from('x'), nonce: Buffer.alloc(16, 1) }) },
      }),
      new DataPacket({ value: { case: 'rpcRequest', value: new RpcRequest({ id: '1', method: 'm' }) } }),
    ].map((packet) => Buffer.from(packet.toBinary()));
    assertHostile(
      fc.property(hostileBytes(seeds), fc.constantFrom('_reliable', '_lossy', 'other'), (bytes, label) => {
        pipes[1]!.handlers.onDataMessage?.(label, Buffer.from(bytes), true);
      }),
      2,
    );
    expect(pipes[0]!.data.length).toBeGreaterThan(0);
    for (const { bytes } of pipes[0]!.data) {
      const packet = DataPacket.fromBinary(bytes);
      expect([packet.participantIdentity, packet.participantSid]).toEqual(['hostile', client.participant.sid]);
    }
    expectUndisturbed(watcher);
  });
});
