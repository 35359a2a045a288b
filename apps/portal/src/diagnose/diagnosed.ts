import type { Cause, Lane, ReadProblem, SessionFormat } from '@alongside/diagnosis';

/** What the worker makes of one document: plain data, since it crosses to the page. */
export type Diagnosed = {
  name: string;
  format: SessionFormat;
  clock: 'wall' | 'relative';
  fromMs: number;
  toMs: number;
  connections: number;
  tracks: number;
  state: 'healthy' | 'findings' | 'not_enough_data';
  causes: Cause[];
  lanes: Lane[];
  problems: readonly ReadProblem[];
};

/** What the worker tells the page. */
export type WorkerMessage =
  | { type: 'progress'; readBytes: number }
  | { type: 'document'; document: Diagnosed }
  | { type: 'done' }
  | { type: 'failed'; code: string; place: string };
