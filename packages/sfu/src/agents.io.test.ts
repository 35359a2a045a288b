import { once } from 'node:events';
import { until } from '@alongside/testkit';
import {
  AvailabilityResponse,
  JobType,
  RegisterWorkerRequest,
  ServerMessage,
  WorkerMessage,
  WorkerPing,
} from '@livekit/protocol';
import { Room } from '@livekit/rtc-node';
import {
  AccessToken,
  AgentDispatchClient,
  RoomAgentDispatch,
  RoomConfiguration,
  RoomServiceClient,
} from 'livekit-server-sdk';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type DevServer, startDevServer } from './dev.ts';

let sfu: DevServer;
let dispatcher: AgentDispatchClient;
let service: RoomServiceClient;
const workers: WebSocket[] = [];
const rooms: Room[] = [];
/** By job. */
const agentRooms = new Map<string, Promise<Room>>();

beforeAll(async () => {
  sfu = await startDevServer({ port: 0, host: '127.0.0.1', workers: 2 });
  dispatcher = new AgentDispatchClient(sfu.url.replace('ws', 'http'), 'devkey', 'secret');
  service = new RoomServiceClient(sfu.url.replace('ws', 'http'), 'devkey', 'secret');
});

afterEach(async () => {
  await Promise.all(rooms.splice(0).map((room) => room.disconnect()));
  for (const worker of workers.splice(0)) worker.terminate();
});

afterAll(() => sfu?.close());

async function token(identity: string, grant: object, config?: RoomConfiguration): Promise<string> {
  const access = new AccessToken('devkey', 'secret', { identity });
  access.addGrant(grant);
  if (config) access.roomConfig = config;
  return access.toJwt();
}

async function join(identity: string, roomName: string, config?: RoomConfiguration): Promise<Room> {
  return enter(await token(identity, { roomJoin: true, room: roomName }, config));
}

async function enter(access: string): Promise<Room> {
  const room = new Room();
  await room.connect(sfu.url, access, { autoSubscribe: true, dynacast: false });
  rooms.push(room);
  return room;
}

/** A worker as its bytes on the wire: takes every job, and sends the agent into the room it is told. */
async function rawWorker(
  agentName: string,
  type: JobType,
): Promise<{ socket: WebSocket; got: ServerMessage['message'][] }> {
  // agents-js makes this doubled slash out of an address that ends in one.
  const socket = new WebSocket(`${sfu.url}//agent`, {
    headers: { authorization: `Bearer ${await token('worker', { agent: true })}` },
  });
  workers.push(socket);
  const got: ServerMessage['message'][] = [];
  const say = (message: WorkerMessage['message']): void => socket.send(new WorkerMessage({ message }).toBinary());
  socket.on('message', (data: Buffer) => {
    const { message } = ServerMessage.fromBinary(data);
    got.push(message);
    if (message.case === 'availability') {
      const jobId = message.value.job!.id;
      const participantIdentity = `agent-${jobId}`;
      say({ case: 'availability', value: new AvailabilityResponse({ jobId, available: true, participantIdentity }) });
    } else if (message.case === 'assignment') {
      const entered = enter(message.value.token);
      // A test that does not wait for it may delete the room meanwhile.
      entered.catch(() => {});
      agentRooms.set(message.value.job!.id, entered);
    }
  });
  await once(socket, 'open');
  say({ case: 'register', value: new RegisterWorkerRequest({ type, agentName, version: '1' }) });
  await until('the worker is registered', () => got.some((message) => message.case === 'register'));
  say({ case: 'ping', value: new WorkerPing({ timestamp: 7n }) });
  return { socket, got };
}

const agentsOf = async (roomName: string): Promise<string[]> =>
  (await service.listParticipants(roomName)).filter(({ kind }) => kind === 4).map(({ identity }) => identity);

describe('SFU-51: an agent worker on the wire', () => {
  test('is called by a room, joins it, and is told when the room is over', async () => {
    const { got } = await rawWorker('', JobType.JT_ROOM);
    const ana = await join('ana', 'called');
    const [identity] = await until('the agent is there', async () => {
      const all = await agentsOf('called');
      return all.length > 0 ? all : undefined;
    });
    expect(identity).toMatch(/^agent-AJ_/);
    await until('ana sees it', () => ana.remoteParticipants.has(identity!));
    expect(ana.remoteParticipants.get(identity!)!.attributes).toEqual({ 'lk.agent_name': '' });
    expect(got.find((message) => message.case === 'pong')?.value).toMatchObject({ lastTimestamp: 7n });
    const [register] = got.flatMap((message) => (message.case === 'register' ? message.value : []));
    expect(register).toMatchObject({ workerId: expect.stringMatching(/^AW_/), serverInfo: { agentProtocol: 1 } });
    await service.deleteRoom('called');
    await until('the job ends', () => got.some((message) => message.case === 'termination'));
  });

  test('is called by name: in a token’s room configuration, and by AgentDispatchClient, which can call it off', async () => {
    const { got } = await rawWorker('scribe', JobType.JT_ROOM);
    const config = new RoomConfiguration({
      agents: [new RoomAgentDispatch({ agentName: 'scribe', metadata: 'token' })],
    });
    await join('ana', 'configured', config);
    await until('the agent is there', async () => (await agentsOf('configured')).length === 1);
    const made = await dispatcher.createDispatch('made by dispatch', 'scribe', { metadata: 'service' });
    await until('the other agent is there', async () => (await agentsOf('made by dispatch')).length === 1);
    await service.createRoom({
      name: 'made',
      agents: [new RoomAgentDispatch({ agentName: 'scribe', metadata: 'room' })],
    });
    await until('the third agent is there', async () => (await agentsOf('made')).length === 1);
    const metadata = got.flatMap((message) => (message.case === 'assignment' ? message.value.job!.metadata : []));
    expect(metadata).toEqual(['token', 'service', 'room']);
    const [listed] = (await dispatcher.listDispatch('made by dispatch')).filter(({ id }) => id === made.id);
    expect(listed!.state!.jobs.map(({ state }) => state!.status)).toEqual([1]);
    const [jobId] = listed!.state!.jobs.map(({ id }) => id);
    const leaving = await agentRooms.get(jobId!)!;
    const terminated = until('it is told to end', () =>
      got.some((message) => message.case === 'termination' && message.value.jobId === jobId),
    ).then(() => leaving.disconnect());
    await dispatcher.deleteDispatch(made.id, 'made by dispatch');
    await terminated;
    expect(await agentsOf('made by dispatch')).toEqual([]);
  });

  test('is called for each one who joins', async () => {
    const { got } = await rawWorker('', JobType.JT_PARTICIPANT);
    await join('ana', 'each');
    await join('ben', 'each');
    const about = (): string[] =>
      got.flatMap((message) => (message.case === 'assignment' ? message.value.job!.participant!.identity : []));
    await until('both have one', () => about().length === 2);
    expect(about().sort()).toEqual(['ana', 'ben']);
  });

  test('needs a token that says so; one that vanished is not called', async () => {
    const refused = async (access: string): Promise<number> => {
      const socket = new WebSocket(`${sfu.url}/agent`, { headers: { authorization: `Bearer ${access}` } });
      socket.on('error', () => {});
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
      socket.terminate();
      return response.statusCode;
    };
    expect(await refused(await token('ana', { roomJoin: true, room: 'r' }))).toBe(401);
    expect(await refused('x')).toBe(401);
    const gone = await rawWorker('shy', JobType.JT_ROOM);
    const stays = await rawWorker('shy', JobType.JT_ROOM);
    gone.socket.terminate();
    await dispatcher.createDispatch('after one vanished', 'shy');
    await until('the agent is there', () => stays.got.some((message) => message.case === 'assignment'));
  });
});

test('SFU-51: a worker that is sent away by a closing server notices', async () => {
  const own = await startDevServer({ port: 0, host: '127.0.0.1' });
  const socket = new WebSocket(`${own.url}/agent`, {
    headers: { authorization: `Bearer ${await token('worker', { agent: true })}` },
  });
  await once(socket, 'open');
  const closed = once(socket, 'close');
  await own.close();
  await closed;
});
