import { once } from 'node:events';
import { LeaveRequest_Action, SignalResponse } from '@livekit/protocol';
import { AccessToken } from 'livekit-server-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type DevServer, startDevServer } from '../dev.ts';

let mocking: DevServer;
let plain: DevServer;

beforeAll(async () => {
  mocking = await startDevServer({ port: 0, host: '127.0.0.1', mock: true });
  plain = await startDevServer({ port: 0, host: '127.0.0.1' });
});

afterAll(async () => {
  await mocking?.close();
  await plain?.close();
});

async function address(server: DevServer, control: object, path = '/rtc', query = ''): Promise<string> {
  const access = new AccessToken('devkey', 'secret', {
    identity: 'a',
    attributes: { 'lk.mock': JSON.stringify(control) },
  });
  access.addGrant({ roomJoin: true, room: 'mock' });
  return `${server.url}${path}?access_token=${await access.toJwt()}${query}`;
}

/** The first message of a signal connection, or how the server ended it. */
async function first(url: string): Promise<SignalResponse['message'] | number> {
  const socket = new WebSocket(url);
  try {
    return await new Promise((resolve, reject) => {
      socket.once('message', (data: Buffer) => resolve(SignalResponse.fromBinary(data).message));
      socket.once('close', resolve);
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.once('error', reject);
    });
  } finally {
    socket.terminate();
  }
}

test('SFU-44: a mode is served where it was asked for at the start, and nowhere else', async () => {
  const control = { signal: 'leave_first_message', leaveAction: 'reconnect' };
  expect(await first(await address(mocking, control))).toMatchObject({
    case: 'leave',
    value: { action: LeaveRequest_Action.RECONNECT },
  });
  expect(await first(await address(plain, control))).toMatchObject({ case: 'join' });
});

test.each([
  ['validate_500', 500],
  ['validate_service_not_found', 404],
  ['room_not_found', 404],
])('%s refuses the upgrade and validate alike', async (signal, status) => {
  expect(await first(await address(mocking, { signal }))).toBe(status);
  const validate = (await address(mocking, { signal }, '/rtc/validate')).replace('ws', 'http');
  expect((await fetch(validate)).status).toBe(status);
});

test('happy joins the real engine; nonsense is no mode', async () => {
  for (const control of [{ signal: 'happy' }, { signal: 'explode' }, 7]) {
    const message = await first(await address(mocking, Object(control)));
    expect(message).toMatchObject({ case: 'join', value: { pingTimeout: 15 } });
  }
});

test('a connection is dropped without a word when it is to be', async () => {
  const socket = new WebSocket(await address(mocking, { signal: 'drop_when_connected' }));
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(1006);
});
