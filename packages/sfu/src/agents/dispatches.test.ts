import {
  CreateAgentDispatchRequest,
  DisconnectReason,
  JobStatus,
  JobType,
  MigrateJobRequest,
  ParticipantInfo,
  ParticipantInfo_Kind,
  ParticipantPermission,
  Room,
  RoomAgentDispatch,
  UpdateJobStatus,
  WebhookEvent,
  WorkerStatus,
} from '@livekit/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { verifyToken } from '../service/tokens.ts';
import { AVAILABILITY_TIMEOUT_MS } from './agent-worker.ts';
import { AgentDispatches } from './dispatches.ts';
import { type TestWorker, testWorker } from './testing.ts';
import { WorkerPool } from './worker-pool.ts';

const KEYS = { devkey: 'a secret that is long enough for the test' };
const ROOM = new Room({ name: 'r', sid: 'RM_1' });

let random: number;
let pool: WorkerPool;
let dispatches: AgentDispatches;

beforeEach(() => {
  random = 0;
  pool = new WorkerPool(() => random);
  dispatches = new AgentDispatches({ keys: KEYS, workers: pool, log: () => {} });
});

afterEach(() => vi.useRealTimers());

const worker = (type: JobType, registration = {}): TestWorker => testWorker(pool, dispatches, type, registration);
/** Asking and signing have happened. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function happens(event: string, identity: string, more: Partial<ParticipantInfo> = {}): Promise<void> {
  const participant = new ParticipantInfo({ identity, sid: `PA_${identity}`, ...more });
  dispatches.onEvent(new WebhookEvent({ event, room: ROOM, participant }));
  await settled();
}

async function assigned(test_: TestWorker, count = 1): Promise<string[]> {
  await vi.waitFor(() => expect(test_.jobs('assignment')).toHaveLength(count));
  return test_.jobs('assignment');
}

describe('SFU-50: what calls an agent', () => {
  test('a room made without asking for agents calls every worker without a name, in each namespace once', async () => {
    const unnamed = worker(JobType.JT_ROOM);
    const elsewhere = worker(JobType.JT_ROOM, { namespace: 'blue' });
    const named = worker(JobType.JT_ROOM, { agentName: 'scribe' });
    dispatches.onRoomOpened(ROOM, []);
    await assigned(unnamed);
    await assigned(elsewhere);
    expect(named.jobs('availability')).toEqual([]);
    const [created] = dispatches.list('r', '');
    expect(created).toMatchObject({ agentName: '', room: 'r' });
    expect(created!.state!.jobs.map(({ state }) => state!.status)).toEqual([
      JobStatus.JS_RUNNING,
      JobStatus.JS_RUNNING,
    ]);
  });

  test('a room made with agents calls those and no others', async () => {
    const unnamed = worker(JobType.JT_ROOM);
    const named = worker(JobType.JT_ROOM, { agentName: 'scribe' });
    dispatches.onRoomOpened(ROOM, [new RoomAgentDispatch({ agentName: 'scribe', metadata: 'zh' })]);
    await assigned(named);
    const [assignment] = named.got.filter((message) => message.case === 'assignment');
    expect(assignment!.value).toMatchObject({ job: { metadata: 'zh', agentName: 'scribe', room: { name: 'r' } } });
    expect(unnamed.jobs('availability')).toEqual([]);
  });

  test('each one who joins, and each one’s first publication; agents, recorders and the hidden do not', async () => {
    const greeter = worker(JobType.JT_PARTICIPANT);
    const listener = worker(JobType.JT_PUBLISHER);
    dispatches.onRoomOpened(ROOM, []);
    await happens('participant_joined', 'ana');
    await happens('participant_joined', 'bot', { kind: ParticipantInfo_Kind.AGENT });
    await happens('participant_joined', 'tape', { kind: ParticipantInfo_Kind.EGRESS });
    await happens('participant_joined', 'lurker', { permission: new ParticipantPermission({ hidden: true }) });
    await happens('track_published', 'ana');
    await happens('track_published', 'ana');
    await happens('track_published', 'bot', { kind: ParticipantInfo_Kind.AGENT });
    await assigned(greeter);
    await assigned(listener);
    const about = (test_: TestWorker) =>
      test_.got.flatMap((message) => (message.case === 'assignment' ? message.value.job!.participant!.identity : []));
    expect([about(greeter), about(listener)]).toEqual([['ana'], ['ana']]);
  });

  test('whoever stood by when it joined, once it publishes with its rights', async () => {
    const greeter = worker(JobType.JT_PARTICIPANT);
    dispatches.onRoomOpened(ROOM, []);
    await happens('participant_joined', 'late', { permission: new ParticipantPermission({ hidden: true }) });
    expect(greeter.jobs('availability')).toEqual([]);
    await happens('track_published', 'late');
    await happens('track_published', 'late');
    expect(await assigned(greeter)).toHaveLength(1);
  });

  test('whoever is told to publish before to have joined, once', async () => {
    const greeter = worker(JobType.JT_PARTICIPANT);
    dispatches.onRoomOpened(ROOM, []);
    await happens('track_published', 'ana');
    await happens('participant_joined', 'ana');
    await assigned(greeter);
    await settled();
    expect(greeter.jobs('availability')).toHaveLength(1);
  });

  test('a dispatch of the service API, also for those who are there already', async () => {
    dispatches.onRoomOpened(ROOM, []);
    await happens('participant_joined', 'ana');
    await happens('track_published', 'ana');
    const kinds = [JobType.JT_ROOM, JobType.JT_PARTICIPANT, JobType.JT_PUBLISHER];
    const workers = kinds.map((type) => worker(type, { agentName: 'late' }));
    const made = dispatches.create(new CreateAgentDispatchRequest({ room: 'r', agentName: 'late', metadata: 'm' }));
    for (const each of workers) await assigned(each);
    expect(dispatches.list('r', made.id)[0]!.state!.jobs).toHaveLength(3);
    expect(() => dispatches.create(new CreateAgentDispatchRequest({ room: 'nowhere' }))).toThrow(/does not exist/);
  });
});

describe('SFU-50: who gets the job', () => {
  test('chance weighs by load; the full and the refusing are passed over', async () => {
    const idle = worker(JobType.JT_ROOM);
    const busy = worker(JobType.JT_ROOM);
    const full = worker(JobType.JT_ROOM);
    idle.status(WorkerStatus.WS_AVAILABLE, 0.2);
    busy.status(WorkerStatus.WS_AVAILABLE, 0.8);
    full.status(WorkerStatus.WS_FULL, 0);
    const wanted = { agentName: '', deployment: '', jobType: JobType.JT_ROOM };
    const chosen = [0, 0.3, 0.79, 0.81, 0.99].map((value) => {
      random = value;
      return pool.choose(wanted, '', new Set());
    });
    expect(chosen).toEqual([idle, idle, idle, busy, busy].map((each) => each.worker));
    random = 0;
    idle.answer = () => ({ available: false });
    dispatches.onRoomOpened(ROOM, []);
    await assigned(busy);
    expect(idle.jobs('availability')).toHaveLength(1);
    expect(full.jobs('availability')).toEqual([]);
  });

  test('who does not answer is passed over after ten seconds, who is gone at once', async () => {
    vi.useFakeTimers();
    const silent = worker(JobType.JT_ROOM);
    const gone = worker(JobType.JT_ROOM);
    const last = worker(JobType.JT_ROOM);
    silent.answer = () => undefined;
    gone.answer = () => {
      queueMicrotask(() => gone.worker.onClosed());
      return undefined;
    };
    dispatches.onRoomOpened(ROOM, []);
    await vi.advanceTimersByTimeAsync(AVAILABILITY_TIMEOUT_MS - 1);
    expect(gone.jobs('availability')).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(last.jobs('availability')).toHaveLength(1);
    vi.useRealTimers();
    await assigned(last);
  });

  test('a worker that ends the job itself is not followed by another', async () => {
    const first = worker(JobType.JT_ROOM);
    const second = worker(JobType.JT_ROOM);
    first.answer = () => ({ terminate: true });
    dispatches.onRoomOpened(ROOM, []);
    await vi.waitFor(() => expect(dispatches.list('r', '')[0]!.state!.jobs).toHaveLength(1));
    expect(dispatches.list('r', '')[0]!.state!.jobs[0]!.state!.status).toBe(JobStatus.JS_SUCCESS);
    expect(second.jobs('availability')).toEqual([]);
  });

  test('its token joins that room as an agent, with what the worker allows and no more', async () => {
    const quiet = worker(JobType.JT_ROOM, {
      agentName: 'quiet',
      allowedPermissions: new ParticipantPermission({ canSubscribe: true, hidden: true }),
    });
    quiet.answer = () => ({
      available: true,
      participantIdentity: 'q',
      participantMetadata: 'm',
      participantAttributes: { a: '1' },
    });
    dispatches.onRoomOpened(ROOM, [new RoomAgentDispatch({ agentName: 'quiet' })]);
    await assigned(quiet);
    const [assignment] = quiet.got.flatMap((message) => (message.case === 'assignment' ? message.value : []));
    const claims = await verifyToken(assignment!.token, KEYS);
    expect(claims).toMatchObject({
      identity: 'q',
      kind: 'agent',
      metadata: 'm',
      attributes: { a: '1', 'lk.agent_name': 'quiet' },
      video: { room: 'r', roomJoin: true, agent: true, hidden: true, canSubscribe: true, canPublish: false },
    });
    expect(claims.video).toMatchObject({ roomAdmin: false, canPublishData: false });
  });
});

describe('SFU-50: how a job ends', () => {
  test('with the room', async () => {
    const one = worker(JobType.JT_ROOM);
    dispatches.onRoomOpened(ROOM, []);
    const jobs = await assigned(one);
    dispatches.onEvent(new WebhookEvent({ event: 'room_finished', room: ROOM }));
    expect(one.jobs('termination')).toEqual(jobs);
    expect(() => dispatches.list('r', '')).toThrow();
    expect(dispatches.runningJobs).toBe(0);
  });

  test('as failed when its agent leaves, not when it comes back under the same identity', async () => {
    const one = worker(JobType.JT_ROOM);
    dispatches.onRoomOpened(ROOM, []);
    const [job] = await assigned(one);
    await happens('participant_joined', `agent-${job}`, { kind: ParticipantInfo_Kind.AGENT });
    await happens('participant_left', `agent-${job}`, { disconnectReason: DisconnectReason.DUPLICATE_IDENTITY });
    expect(one.jobs('termination')).toEqual([]);
    await happens('participant_left', `agent-${job}`);
    expect(one.jobs('termination')).toEqual([job]);
    const [{ state } = {}] = dispatches.list('r', '')[0]!.state!.jobs;
    expect(state).toMatchObject({ status: JobStatus.JS_FAILED, error: 'agent worker left the room' });
  });

  test('as its own worker says, and nobody else', async () => {
    const one = worker(JobType.JT_ROOM);
    dispatches.onRoomOpened(ROOM, []);
    const [jobId] = await assigned(one);
    const other = worker(JobType.JT_ROOM);
    const value = new UpdateJobStatus({ jobId, status: JobStatus.JS_FAILED, error: 'boom' });
    other.says({ case: 'updateJob', value });
    expect(dispatches.runningJobs).toBe(1);
    one.says({ case: 'updateJob', value });
    expect(dispatches.list('r', '')[0]!.state!.jobs[0]!.state).toMatchObject({
      status: JobStatus.JS_FAILED,
      error: 'boom',
    });
  });

  test('with its dispatch, which waits until the agent has left', async () => {
    const one = worker(JobType.JT_ROOM);
    dispatches.onRoomOpened(ROOM, []);
    const [job] = await assigned(one);
    await happens('participant_joined', `agent-${job}`, { kind: ParticipantInfo_Kind.AGENT });
    const { id } = dispatches.list('r', '')[0]!;
    const deleted = dispatches.delete('r', id);
    let isDone = false;
    void deleted.then(() => {
      isDone = true;
    });
    await settled();
    expect([one.jobs('termination'), isDone]).toEqual([[job], false]);
    await happens('participant_left', `agent-${job}`);
    expect((await deleted).state!.jobs[0]!.state!.status).toBe(JobStatus.JS_SUCCESS);
    await expect(dispatches.delete('r', id)).rejects.toThrow(/not found/);
  });

  test('a job whose worker lost its connection follows it to the new one', async () => {
    const before = worker(JobType.JT_ROOM);
    dispatches.onRoomOpened(ROOM, []);
    const jobIds = await assigned(before);
    const after = worker(JobType.JT_ROOM);
    after.says({ case: 'migrateJob', value: new MigrateJobRequest({ jobIds }) });
    dispatches.onRoomsLost(() => false);
    before.worker.onClosed();
    after.says({ case: 'migrateJob', value: new MigrateJobRequest({ jobIds }) });
    dispatches.onEvent(new WebhookEvent({ event: 'room_finished', room: ROOM }));
    expect([before.jobs('termination'), after.jobs('termination')]).toEqual([[], jobIds]);
  });
});

describe('SFU-50: a worker that speaks wrongly is cut off', () => {
  test.each([
    ['garbage', Buffer.from([0xff, 0xff, 0xff])],
    ['nothing but status before registering', Buffer.from([0x1a, 0x00])],
  ])('%s', (_what, bytes) => {
    const one = worker(JobType.JT_ROOM);
    const fresh = testWorker(new WorkerPool(), dispatches, JobType.JT_ROOM, { agentName: 'x'.repeat(300) });
    expect(fresh.closed, 'a name without end').toBe(true);
    fresh.closed = false;
    fresh.worker.receive(bytes);
    expect(fresh.closed).toBe(true);
    expect(one.closed).toBe(false);
  });
});
