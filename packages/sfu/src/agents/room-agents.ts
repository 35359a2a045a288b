import {
  type AgentDispatch,
  AgentDispatchState,
  type Job,
  JobStatus,
  type ParticipantInfo,
  type Room,
} from '@livekit/protocol';
import type { AgentWorker } from './agent-worker.ts';

/** Ended jobs a dispatch remembers. */
const MAX_ENDED_JOBS = 100;

/** A job and who runs it. */
export interface RunningJob {
  job: Job;
  worker: AgentWorker;
}

/** One dispatch of agents to a room, with the jobs that came of it. */
export class Dispatch {
  readonly info: AgentDispatch;
  /** Nothing new is begun for it. */
  deleted = false;
  readonly jobs = new Map<string, RunningJob>();

  constructor(info: AgentDispatch) {
    this.info = info;
  }

  add(running: RunningJob): void {
    this.jobs.set(running.job.id, running);
    const ended = [...this.jobs.values()].filter(({ job }) => isEnded(job));
    if (ended.length > MAX_ENDED_JOBS) this.jobs.delete(ended[0]!.job.id);
  }

  /** As the service API shows it. */
  present(): AgentDispatch {
    const shown = this.info.clone();
    shown.state = new AgentDispatchState({ ...shown.state, jobs: [...this.jobs.values()].map(({ job }) => job) });
    return shown;
  }
}

/** What dispatching has to know of one room. */
export interface RoomAgents {
  room: Room;
  readonly dispatches: Map<string, Dispatch>;
  /** Who is there and may be what a job is about: no agents, recorders or hidden participants. */
  readonly people: Map<string, ParticipantInfo>;
  /** Identities of those who were nobody's to serve when they joined; hidden ones are, once they publish with their rights. */
  readonly hidden: Set<string>;
  /** Those of the people who publish. */
  readonly publishers: Set<string>;
  /** Identities of agents that are there. */
  readonly agents: Set<string>;
}

export function isEnded({ state }: Job): boolean {
  return state?.status === JobStatus.JS_SUCCESS || state?.status === JobStatus.JS_FAILED;
}
