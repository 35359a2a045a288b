import { DisconnectReason, JoinRequest, LeaveRequest, SignalRequest } from '@livekit/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { claims } from '../room/testing.ts';
import type { PipeFactory } from '../transport/pipe.ts';
import { Engine } from './engine.ts';
import { DEFAULT_LIMITS, type FromEngine } from './messages.ts';

let engine: Engine;
let posted: FromEngine[];

beforeEach(() => {
  vi.useFakeTimers();
  posted = [];
  const transport = { udpPort: 1, tcpPort: undefined, iceServers: () => [], close: async () => {} };
  engine = new Engine({
    transport: transport as unknown as PipeFactory,
    limits: DEFAULT_LIMITS,
    post: (message) => posted.push(message),
  });
});

afterEach(async () => {
  await engine.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function connect(connectionId: number, identity: string): void {
  engine.handle({
    type: 'connect',
    connectionId,
    roomName: 'r',
    claims: claims(identity),
    peerConnections: 'single',
    joinRequest: new JoinRequest().toBinary(),
  });
}

const hungUp = (): number[] => posted.flatMap((message) => (message.type === 'hang-up' ? [message.connectionId] : []));

test('SFU-63: whoever leaves is forgotten, however the connection ends', () => {
  for (const [i, identity] of ['leaves', 'is cut', 'is replaced', 'is replaced', 'stays'].entries())
    connect(i, identity);
  const leave = new LeaveRequest({ reason: DisconnectReason.CLIENT_INITIATED });
  engine.handle({
    type: 'signal',
    connectionId: 0,
    data: new SignalRequest({ message: { case: 'leave', value: leave } }).toBinary(),
  });
  engine.handle({ type: 'closed', connectionId: 1 });
  // The front says nothing more of those it was told to hang up.
  expect(hungUp().sort()).toEqual([0, 2]);
  expect(engine.connectionCount).toBe(2);
});
