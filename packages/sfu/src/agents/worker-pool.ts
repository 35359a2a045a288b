import { type JobType, WorkerStatus } from '@livekit/protocol';
import type { AgentWorker } from './agent-worker.ts';

/** What a job asks of the worker it goes to. */
export interface WorkerWanted {
  agentName: string;
  deployment: string;
  jobType: JobType;
}

/** The workers that have registered. */
export class WorkerPool {
  readonly #workers = new Set<AgentWorker>();
  readonly #random: () => number;

  /** @param random 0 to 1, for tests */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  get size(): number {
    return this.#workers.size;
  }

  add(worker: AgentWorker): void {
    this.#workers.add(worker);
  }

  remove(worker: AgentWorker): void {
    this.#workers.delete(worker);
  }

  #matching(wanted: WorkerWanted): AgentWorker[] {
    return [...this.#workers].filter(({ registration }) => {
      return (
        registration?.agentName === wanted.agentName &&
        registration.deployment === wanted.deployment &&
        registration.type === wanted.jobType
      );
    });
  }

  /** A dispatch makes one job in each namespace that has a worker for it. */
  namespaces(wanted: WorkerWanted): string[] {
    return [...new Set(this.#matching(wanted).map(({ registration }) => registration?.namespace ?? ''))];
  }

  /**
   * One of the available workers, the less loaded the likelier; undefined when there is none that is not in `tried`.
   * By chance and not the least loaded: workers tell their load every few seconds, and the same one would get
   * everything in between.
   */
  choose(wanted: WorkerWanted, namespace: string, tried: ReadonlySet<AgentWorker>): AgentWorker | undefined {
    const free = this.#matching(wanted).filter(
      (worker) =>
        (worker.registration?.namespace ?? '') === namespace &&
        worker.status === WorkerStatus.WS_AVAILABLE &&
        worker.load < 1 &&
        !tried.has(worker),
    );
    let point = this.#random() * free.reduce((sum, worker) => sum + 1 - worker.load, 0);
    for (const worker of free) {
      point -= 1 - worker.load;
      if (point < 0) return worker;
    }
    return free.at(-1);
  }
}
