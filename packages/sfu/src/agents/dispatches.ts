import {
  AgentDispatch,
  AgentDispatchState,
  type CreateAgentDispatchRequest,
  DisconnectReason,
  Job,
  JobState,
  JobStatus,
  JobType,
  type ParticipantInfo,
  ParticipantInfo_Kind,
  type Room,
  RoomAgentDispatch,
  type SimulateJobRequest,
  type UpdateJobStatus,
  type WebhookEvent,
} from '@livekit/protocol';
import type { LogFields, LogLevel } from '../engine/messages.ts';
import { newId } from '../room/ids.ts';
import { ServiceError } from '../service/service-error.ts';
import { AGENT_NAME_ATTRIBUTE, signAgentToken } from './agent-token.ts';
import type { AgentWorker } from './agent-worker.ts';
import { Dispatch, isEnded, type RoomAgents } from './room-agents.ts';
import type { WorkerPool } from './worker-pool.ts';

/** How long deleting a dispatch waits for its agents to leave the room. */
const LEAVE_TIMEOUT_MS = 3_000;
const MAX_DISPATCHES_PER_ROOM = 100;

export interface DispatchesOptions {
  /** API key → secret, to sign what agents join with. */
  keys: Readonly<Record<string, string>>;
  workers: WorkerPool;
  log(level: LogLevel, message: string, fields: LogFields): void;
  /** Unix ms, for tests. */
  wallMs?(): number;
}

/**
 * Which agents go to which room: dispatches a room is made with (or one to all workers without a name, when it is made
 * with none), those the service API adds, and the jobs they become when a room begins, somebody joins, or somebody
 * publishes for the first time. Follows the rooms by the same events that webhooks tell.
 */
export class AgentDispatches {
  readonly #options: DispatchesOptions;
  readonly #rooms = new Map<string, RoomAgents>();
  readonly #leaving = new Set<() => void>();

  constructor(options: DispatchesOptions) {
    this.#options = options;
  }

  /** Jobs under way, for the figures. */
  get runningJobs(): number {
    let count = 0;
    for (const { dispatches } of this.#rooms.values()) {
      for (const { jobs } of dispatches.values()) for (const { job } of jobs.values()) if (!isEnded(job)) count++;
    }
    return count;
  }

  onRoomOpened(room: Room, agents: readonly RoomAgentDispatch[]): void {
    const state: RoomAgents = {
      room,
      dispatches: new Map(),
      people: new Map(),
      hidden: new Set(),
      publishers: new Set(),
      agents: new Set(),
    };
    this.#rooms.set(room.name, state);
    // Workers without a name serve every room whose maker asked for nothing else.
    const wanted = agents.length > 0 ? agents.slice(0, MAX_DISPATCHES_PER_ROOM) : [new RoomAgentDispatch()];
    for (const agent of wanted) this.#add(state, agent);
  }

  /** Takes what happens in rooms, as webhooks tell it. */
  onEvent(event: WebhookEvent): void {
    const state = this.#rooms.get(event.room?.name ?? '');
    if (!state || state.room.sid !== event.room?.sid) return;
    const { participant } = event;
    if (event.event === 'room_finished') this.#onRoomEnded(state);
    else if (!participant) return;
    else if (event.event === 'participant_joined') this.#onJoined(state, participant);
    else if (event.event === 'track_published') this.#onPublished(state, participant);
    else if (event.event === 'participant_left' || event.event === 'participant_connection_aborted') {
      this.#onLeft(state, participant);
    }
  }

  /** The rooms of a media thread that is no more. */
  onRoomsLost(isLost: (roomName: string) => boolean): void {
    for (const [name, state] of this.#rooms) if (isLost(name)) this.#onRoomEnded(state);
  }

  #onJoined(state: RoomAgents, participant: ParticipantInfo): void {
    if (participant.kind === ParticipantInfo_Kind.AGENT) state.agents.add(participant.identity);
    if (!mayBeServed(participant)) {
      state.hidden.add(participant.identity);
      return;
    }
    state.people.set(participant.identity, participant);
    for (const dispatch of state.dispatches.values()) {
      void this.#launch(state, dispatch, JobType.JT_PARTICIPANT, participant);
    }
  }

  #onPublished(state: RoomAgents, participant: ParticipantInfo): void {
    if (!mayBeServed(participant) || state.publishers.has(participant.identity)) return;
    // Others may be told to publish before they are told to have joined, and are served then.
    if (state.hidden.delete(participant.identity)) this.#onJoined(state, participant);
    state.publishers.add(participant.identity);
    state.people.set(participant.identity, participant);
    for (const dispatch of state.dispatches.values()) {
      void this.#launch(state, dispatch, JobType.JT_PUBLISHER, participant);
    }
  }

  #onLeft(state: RoomAgents, { identity, disconnectReason }: ParticipantInfo): void {
    // Its newer connection has taken the place.
    if (disconnectReason === DisconnectReason.DUPLICATE_IDENTITY) return;
    state.people.delete(identity);
    state.hidden.delete(identity);
    state.publishers.delete(identity);
    state.agents.delete(identity);
    for (const dispatch of state.dispatches.values()) {
      for (const { job, worker } of dispatch.jobs.values()) {
        if (isEnded(job) || job.state?.participantIdentity !== identity) continue;
        worker.terminate(job.id);
        this.#end(job, JobStatus.JS_FAILED, 'agent worker left the room');
      }
    }
    for (const check of [...this.#leaving]) check();
  }

  #onRoomEnded(state: RoomAgents): void {
    this.#rooms.delete(state.room.name);
    for (const dispatch of state.dispatches.values()) this.#terminate(dispatch);
    state.agents.clear();
    for (const check of [...this.#leaving]) check();
  }

  /** @throws ServiceError when there is no such room or it has too many dispatches */
  create(request: CreateAgentDispatchRequest): AgentDispatch {
    const state = this.#roomOf(request.room);
    if (state.dispatches.size >= MAX_DISPATCHES_PER_ROOM) {
      throw new ServiceError('resource_exhausted', `no more than ${MAX_DISPATCHES_PER_ROOM} dispatches`);
    }
    const dispatch = this.#add(state, request);
    for (const person of state.people.values()) {
      void this.#launch(state, dispatch, JobType.JT_PARTICIPANT, person);
      if (state.publishers.has(person.identity)) void this.#launch(state, dispatch, JobType.JT_PUBLISHER, person);
    }
    return dispatch.present();
  }

  /** Ends a dispatch's jobs and waits, not long, until its agents have left. @throws ServiceError */
  async delete(roomName: string, dispatchId: string): Promise<AgentDispatch> {
    const state = this.#roomOf(roomName);
    const dispatch = state.dispatches.get(dispatchId);
    if (!dispatch) throw new ServiceError('not_found', 'dispatch ID not found');
    state.dispatches.delete(dispatchId);
    const identities = [...dispatch.jobs.values()].flatMap(({ job }) =>
      isEnded(job) ? [] : (job.state?.participantIdentity ?? []),
    );
    this.#terminate(dispatch);
    await this.#left(state, identities);
    dispatch.info.state!.deletedAt = this.#nowNs();
    return dispatch.present();
  }

  /** @param dispatchId empty for all @throws ServiceError */
  list(roomName: string, dispatchId: string): AgentDispatch[] {
    return [...this.#roomOf(roomName).dispatches.values()]
      .filter(({ info }) => dispatchId === '' || info.id === dispatchId)
      .map((dispatch) => dispatch.present());
  }

  #roomOf(name: string): RoomAgents {
    const state = this.#rooms.get(name);
    if (!state) throw new ServiceError('not_found', 'requested room does not exist');
    return state;
  }

  #add(
    state: RoomAgents,
    wanted: Pick<RoomAgentDispatch, 'agentName' | 'metadata' | 'restartPolicy' | 'deployment' | 'attributes'>,
  ): Dispatch {
    const { agentName, metadata, restartPolicy, deployment, attributes } = wanted;
    const dispatch = new Dispatch(
      new AgentDispatch({
        id: newId('AD_'),
        room: state.room.name,
        ...{ agentName, metadata, restartPolicy, deployment, attributes },
        state: new AgentDispatchState({ createdAt: this.#nowNs() }),
      }),
    );
    state.dispatches.set(dispatch.info.id, dispatch);
    void this.#launch(state, dispatch, JobType.JT_ROOM, undefined);
    return dispatch;
  }

  async #launch(
    state: RoomAgents,
    dispatch: Dispatch,
    jobType: JobType,
    participant: ParticipantInfo | undefined,
  ): Promise<void> {
    const { agentName, deployment } = dispatch.info;
    const namespaces = this.#options.workers.namespaces({ agentName, deployment, jobType });
    await Promise.all(namespaces.map((namespace) => this.#find(state, dispatch, jobType, participant, namespace)));
  }

  /** Asks one worker after the other until one takes the job. */
  async #find(
    state: RoomAgents,
    dispatch: Dispatch,
    jobType: JobType,
    participant: ParticipantInfo | undefined,
    namespace: string,
  ): Promise<void> {
    const { agentName, deployment, id, metadata, attributes } = dispatch.info;
    const job = new Job({
      id: newId('AJ_'),
      dispatchId: id,
      type: jobType,
      room: state.room,
      ...(participant ? { participant } : {}),
      ...{ namespace, metadata, agentName, deployment, attributes },
    });
    const tried = new Set<AgentWorker>();
    for (;;) {
      const worker = this.#options.workers.choose({ agentName, deployment, jobType }, namespace, tried);
      if (!worker) {
        const { name } = state.room;
        this.#options.log('warn', 'no agent worker takes a job', { room: name, agent: agentName, tried: tried.size });
        return;
      }
      tried.add(worker);
      if (await this.#offer(state, dispatch, worker, job)) return;
      if (dispatch.deleted) return;
    }
  }

  /** True when the worker took the job, or said that nobody shall. */
  async #offer(state: RoomAgents, dispatch: Dispatch, worker: AgentWorker, job: Job): Promise<boolean> {
    const nowNs = this.#nowNs();
    job.state = new JobState({
      status: JobStatus.JS_RUNNING,
      workerId: worker.id,
      startedAt: nowNs,
      updatedAt: nowNs,
    });
    const answer = await worker.ask(job);
    if (!answer || dispatch.deleted) return false;
    if (answer.terminate) {
      this.#end(job, JobStatus.JS_SUCCESS, '');
      dispatch.add({ job, worker });
      return true;
    }
    if (!answer.available) return false;
    const identity = answer.participantIdentity || `agent-${job.id}`;
    job.state.participantIdentity = identity;
    const token = await signAgentToken({
      apiKey: worker.apiKey,
      secret: this.#options.keys[worker.apiKey] ?? '',
      room: state.room.name,
      identity,
      name: answer.participantName,
      metadata: answer.participantMetadata,
      attributes: { ...answer.participantAttributes, [AGENT_NAME_ATTRIBUTE]: job.agentName },
      permission: worker.permission,
    });
    if (worker.closed || dispatch.deleted) return false;
    dispatch.add({ job, worker });
    worker.assign(job, token);
    this.#options.log('info', 'agent job assigned', { room: state.room.name, job: job.id, worker: worker.id });
    return true;
  }

  /** What a worker says of a job it runs. */
  onJobUpdate(worker: AgentWorker, { jobId, status, error }: UpdateJobStatus): void {
    const running = this.#running(jobId);
    if (running?.worker !== worker || isEnded(running.job)) return;
    this.#end(running.job, status, error);
  }

  /** A worker that lost its connection is back as another one, its jobs still running: they are told to this one now. */
  onMigrate(worker: AgentWorker, jobIds: readonly string[]): void {
    for (const jobId of jobIds) {
      const running = this.#running(jobId);
      if (!running?.worker.closed || running.worker.apiKey !== worker.apiKey || isEnded(running.job)) continue;
      running.worker = worker;
      running.job.state!.workerId = worker.id;
    }
  }

  /** A worker asks to be given a job, to try itself out. */
  onSimulate(worker: AgentWorker, { type, room, participant }: SimulateJobRequest): void {
    const state = this.#rooms.get(room?.name ?? '');
    const { agentName = '', namespace = '', deployment = '' } = worker.registration ?? {};
    if (!state) return;
    const dispatch = new Dispatch(
      new AgentDispatch({ id: newId('AD_'), room: state.room.name, agentName, deployment }),
    );
    state.dispatches.set(dispatch.info.id, dispatch);
    const about = participant ? { participant } : {};
    const job = new Job({
      id: newId('AJ_'),
      dispatchId: dispatch.info.id,
      type,
      room: state.room,
      ...about,
      namespace,
    });
    job.agentName = agentName;
    void this.#offer(state, dispatch, worker, job);
  }

  #running(jobId: string): { job: Job; worker: AgentWorker } | undefined {
    for (const { dispatches } of this.#rooms.values()) {
      for (const { jobs } of dispatches.values()) {
        const running = jobs.get(jobId);
        if (running) return running;
      }
    }
    return undefined;
  }

  #terminate(dispatch: Dispatch): void {
    dispatch.deleted = true;
    for (const { job, worker } of dispatch.jobs.values()) {
      if (isEnded(job)) continue;
      worker.terminate(job.id);
      this.#end(job, JobStatus.JS_SUCCESS, '');
    }
  }

  #end(job: Job, status: JobStatus, error: string): void {
    const state = job.state!;
    state.status = status;
    state.error = error;
    state.updatedAt = this.#nowNs();
    if (isEnded(job)) state.endedAt = state.updatedAt;
  }

  #left(state: RoomAgents, identities: readonly string[]): Promise<void> {
    const areGone = (): boolean => identities.every((identity) => !state.agents.has(identity));
    if (areGone()) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#leaving.delete(check);
        resolve();
      };
      const check = (): void => {
        if (areGone()) done();
      };
      const timer = setTimeout(done, LEAVE_TIMEOUT_MS);
      this.#leaving.add(check);
    });
  }

  #nowNs(): bigint {
    return BigInt(Math.round(this.#options.wallMs?.() ?? Date.now())) * 1_000_000n;
  }
}

/** Agents serve people: not each other, not recorders, not whoever stands by unseen. */
function mayBeServed({ kind, permission }: ParticipantInfo): boolean {
  const isProgram = kind === ParticipantInfo_Kind.AGENT || kind === ParticipantInfo_Kind.EGRESS;
  return !isProgram && !permission?.hidden && !permission?.recorder;
}
