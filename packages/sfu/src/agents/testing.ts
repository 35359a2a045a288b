import {
  AvailabilityResponse,
  type JobType,
  RegisterWorkerRequest,
  ServerMessage,
  UpdateWorkerStatus,
  WorkerMessage,
  WorkerStatus,
} from '@livekit/protocol';
import { AgentWorker } from './agent-worker.ts';
import type { AgentDispatches } from './dispatches.ts';
import type { WorkerPool } from './worker-pool.ts';

/** A worker without a network: what it was told, and how it answers when asked. */
export interface TestWorker {
  worker: AgentWorker;
  got: ServerMessage['message'][];
  closed: boolean;
  answer: (jobId: string) => Partial<AvailabilityResponse> | undefined;
  says(message: WorkerMessage['message']): void;
  status(status: WorkerStatus, load: number): void;
  jobs(kind: 'availability' | 'assignment' | 'termination'): string[];
}

/** Lets a worker register. It takes every job until its `answer` is replaced. */
export function testWorker(
  pool: WorkerPool,
  dispatches: AgentDispatches,
  type: JobType,
  registration: Partial<RegisterWorkerRequest> = {},
): TestWorker {
  const test: TestWorker = {
    worker: undefined as unknown as AgentWorker,
    got: [],
    closed: false,
    answer: (jobId) => ({ available: true, participantIdentity: `agent-${jobId}`, participantName: 'Agent' }),
    says: (message) => test.worker.receive(new WorkerMessage({ message }).toBinary()),
    status: (status, load) => test.says({ case: 'updateWorker', value: new UpdateWorkerStatus({ status, load }) }),
    jobs: (kind) =>
      test.got.flatMap((message) => {
        if (message.case !== kind) return [];
        return message.case === 'termination'
          ? message.value.jobId
          : (message.value as { job?: { id: string } }).job!.id;
      }),
  };
  test.worker = new AgentWorker(
    'devkey',
    {
      send(data) {
        const { message } = ServerMessage.fromBinary(data);
        test.got.push(message);
        if (message.case !== 'availability') return;
        const jobId = message.value.job!.id;
        const answer = test.answer(jobId);
        if (answer) {
          queueMicrotask(() =>
            test.says({ case: 'availability', value: new AvailabilityResponse({ jobId, ...answer }) }),
          );
        }
      },
      close: () => {
        test.closed = true;
      },
    },
    {
      onRegistered: (worker) => pool.add(worker),
      onJobUpdate: (worker, update) => dispatches.onJobUpdate(worker, update),
      onMigrate: (worker, jobIds) => dispatches.onMigrate(worker, jobIds),
      onSimulate: (worker, request) => dispatches.onSimulate(worker, request),
    },
  );
  test.says({ case: 'register', value: new RegisterWorkerRequest({ type, version: '1', ...registration }) });
  test.status(WorkerStatus.WS_AVAILABLE, 0);
  return test;
}
