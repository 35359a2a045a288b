import { gzipSync } from 'node:zlib';
import {
  ClientInfo,
  ClientInfo_SDK,
  JoinRequest,
  WrappedJoinRequest,
  WrappedJoinRequest_Compression,
} from '@livekit/protocol';
import { expect, test } from 'vitest';
import { decodeJoinRequest, JoinRequestError, joinRequestFromQuery } from './join-request.ts';

const REQUEST = new JoinRequest({
  clientInfo: new ClientInfo({ sdk: ClientInfo_SDK.JS, clientProtocol: 2 }),
  metadata: 'x',
});

function wrap(bytes: Uint8Array, compression: WrappedJoinRequest_Compression): Buffer {
  return Buffer.from(new WrappedJoinRequest({ compression, joinRequest: bytes as never }).toBinary());
}

test('reads plain and gzipped requests, padded and not', () => {
  const plain = wrap(REQUEST.toBinary(), WrappedJoinRequest_Compression.NONE);
  const packed = wrap(gzipSync(REQUEST.toBinary()), WrappedJoinRequest_Compression.GZIP);
  for (const text of [plain.toString('base64url'), plain.toString('base64'), packed.toString('base64url')]) {
    expect(decodeJoinRequest(text).equals(REQUEST)).toBe(true);
  }
});

test('a bomb is refused before it is unpacked', () => {
  const bomb = wrap(gzipSync(Buffer.alloc(50_000_000)), WrappedJoinRequest_Compression.GZIP);
  expect(bomb.length).toBeLessThan(100_000);
  expect(() => decodeJoinRequest(bomb.toString('base64url'))).toThrow(JoinRequestError);
});

test.each(['', 'a', '!!!!', 'AAAA', Buffer.from([0x12, 0xff, 0xff, 0xff, 0xff]).toString('base64url')])(
  'garbage %j throws nothing but JoinRequestError',
  (text) => {
    try {
      decodeJoinRequest(text);
    } catch (error) {
      expect(error).toBeInstanceOf(JoinRequestError);
    }
  },
);

test('the older query says the same', () => {
  const request = joinRequestFromQuery(
    new URLSearchParams('sdk=js&protocol=17&client_protocol=2&auto_subscribe=0&adaptive_stream=1&reconnect=1&sid=PA_x'),
  );
  expect(request.clientInfo?.sdk).toBe(ClientInfo_SDK.JS);
  expect(request.connectionSettings).toMatchObject({ autoSubscribe: false, adaptiveStream: true });
  expect([request.reconnect, request.participantSid]).toEqual([true, 'PA_x']);
  expect(() => joinRequestFromQuery(new URLSearchParams('attributes=%7B'))).toThrow(JoinRequestError);
});
