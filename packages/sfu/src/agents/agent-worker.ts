import {
  AvailabilityRequest,
  type AvailabilityResponse,
  type Job,
  JobAssignment,
  JobTermination,
  ParticipantPermission,
  type RegisterWorkerRequest,
  RegisterWorkerResponse,
  ServerMessage,
  type SimulateJobRequest,
  type UpdateJobStatus,
  WorkerMessage,
  WorkerPong,
  WorkerStatus,
} from '@livekit/protocol';
import { newId } from '../room/ids.ts';
import { serverInfo } from '../room/server-info.ts';

/** A worker that does not say whether it takes a job is passed over after this. */
export const AVAILABILITY_TIMEOUT_MS = 10_000;
const MAX_NAME_CHARACTERS = 256;

/** The worker's connection, as whoever holds the socket gives it. */
export interface WorkerSink {
  send(data: Uint8Array): void;
  close(): void;
}

export interface AgentWorkerEvents {
  onRegistered(worker: AgentWorker): void;
  onJobUpdate(worker: AgentWorker, update: UpdateJobStatus): void;
  /** It came back on a new connection and still runs these jobs. */
  onMigrate(worker: AgentWorker, jobIds: readonly string[]): void;
  onSimulate(worker: AgentWorker, request: SimulateJobRequest): void;
}

/** One registered program that runs agents: what it says of itself and the questions it has not answered. */
export class AgentWorker {
  readonly id: string = newId('AW_');
  /** Whose API key it came with; its agents' tokens are signed by the same. */
  readonly apiKey: string;
  status: WorkerStatus = WorkerStatus.WS_AVAILABLE;
  /** 0 idle to 1 full, as the worker reckons it. */
  load = 0;
  readonly #sink: WorkerSink;
  readonly #events: AgentWorkerEvents;
  readonly #questions = new Map<string, (answer: AvailabilityResponse | undefined) => void>();
  #registration: RegisterWorkerRequest | undefined;
  #closed = false;

  constructor(apiKey: string, sink: WorkerSink, events: AgentWorkerEvents) {
    this.apiKey = apiKey;
    this.#sink = sink;
    this.#events = events;
  }

  get registration(): RegisterWorkerRequest | undefined {
    return this.#registration;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What its agents may do in a room. */
  get permission(): ParticipantPermission {
    return (
      this.#registration?.allowedPermissions ??
      new ParticipantPermission({ canSubscribe: true, canPublish: true, canPublishData: true, canUpdateMetadata: true })
    );
  }

  /** Takes one message. What cannot be read ends the connection: a worker is a program, not a person's browser. */
  receive(bytes: Uint8Array): void {
    let message: WorkerMessage['message'];
    try {
      ({ message } = WorkerMessage.fromBinary(bytes));
    } catch {
      this.#sink.close();
      return;
    }
    if (message.case === 'register') {
      this.#register(message.value);
      return;
    }
    if (!this.#registration) {
      this.#sink.close();
      return;
    }
    switch (message.case) {
      case 'availability':
        this.#questions.get(message.value.jobId)?.(message.value);
        return;
      case 'updateWorker':
        this.status = message.value.status ?? this.status;
        this.load = Number.isFinite(message.value.load) ? Math.min(1, Math.max(0, message.value.load)) : 1;
        return;
      case 'updateJob':
        this.#events.onJobUpdate(this, message.value);
        return;
      case 'ping':
        this.#send({
          case: 'pong',
          value: new WorkerPong({ lastTimestamp: message.value.timestamp, timestamp: BigInt(Date.now()) }),
        });
        return;
      case 'simulateJob':
        this.#events.onSimulate(this, message.value);
        return;
      case 'migrateJob':
        this.#events.onMigrate(this, message.value.jobIds);
        return;
      default:
    }
  }

  #register(request: RegisterWorkerRequest): void {
    const tooLong = [request.agentName, request.namespace ?? '', request.deployment, request.version].some(
      (text) => text.length > MAX_NAME_CHARACTERS,
    );
    if (this.#registration || tooLong) {
      this.#sink.close();
      return;
    }
    this.#registration = request;
    this.#send({
      case: 'register',
      value: new RegisterWorkerResponse({ workerId: this.id, serverInfo: serverInfo() }),
    });
    this.#events.onRegistered(this);
  }

  /** Asks whether it takes a job; undefined when it does not say or is gone. */
  ask(job: Job): Promise<AvailabilityResponse | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const settle = (answer: AvailabilityResponse | undefined): void => {
        if (!this.#questions.delete(job.id)) return;
        clearTimeout(timer);
        resolve(answer);
      };
      const timer = setTimeout(() => settle(undefined), AVAILABILITY_TIMEOUT_MS);
      this.#questions.set(job.id, settle);
      this.#send({ case: 'availability', value: new AvailabilityRequest({ job }) });
    });
  }

  assign(job: Job, token: string): void {
    this.#send({ case: 'assignment', value: new JobAssignment({ job, token }) });
  }

  terminate(jobId: string): void {
    this.#send({ case: 'termination', value: new JobTermination({ jobId }) });
  }

  #send(message: ServerMessage['message']): void {
    if (!this.#closed) this.#sink.send(new ServerMessage({ message }).toBinary());
  }

  /** The connection ended: whoever waits for an answer gets none. */
  onClosed(): void {
    this.#closed = true;
    for (const settle of [...this.#questions.values()]) settle(undefined);
  }
}
