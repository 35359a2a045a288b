import {
  DisconnectReason,
  JoinRequest,
  LeaveRequest,
  LeaveRequest_Action,
  RoomParticipantIdentity,
  SignalRequest,
  SignalResponse,
} from '@livekit/protocol';
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

/** @param participantSid of whom it was, when it comes back */
function connect(connectionId: number, identity: string, participantSid = ''): void {
  engine.handle({
    type: 'connect',
    connectionId,
    roomName: 'r',
    claims: claims(identity),
    peerConnections: 'single',
    joinRequest: new JoinRequest({ reconnect: participantSid !== '', participantSid }).toBinary(),
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

test.each([
  ['removed', DisconnectReason.PARTICIPANT_REMOVED],
  ['replaced', DisconnectReason.DUPLICATE_IDENTITY],
])('SFU-42: whoever was %s while cut off is told to stay away', (_how, reason) => {
  connect(0, 'a');
  const { sid } = engine.room('r')!.byIdentity('a')!;
  engine.room('r')!.byIdentity('a')!.become('active');
  engine.handle({ type: 'closed', connectionId: 0 });
  expect(engine.room('r')!.byIdentity('a'), 'it may come back').toBeDefined();
  if (reason === DisconnectReason.DUPLICATE_IDENTITY) connect(1, 'a');
  else {
    const request = new RoomParticipantIdentity({ room: 'r', identity: 'a' }).toBinary();
    engine.handle({ type: 'service', callId: 1, method: 'RemoveParticipant', request });
  }
  connect(2, 'a', sid);
  const said = posted.flatMap((message) =>
    message.type === 'send' && message.connectionId === 2 ? [SignalResponse.fromBinary(message.data).message] : [],
  );
  expect(said).toMatchObject([{ case: 'leave', value: { reason, action: LeaveRequest_Action.DISCONNECT } }]);
});
