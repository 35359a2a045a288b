import type { Jobs } from '../platform/jobs/jobs.ts';
import { type CallsDeps, settleCall } from './actions.ts';
import { reconcileCalls } from './reconcile.actions.ts';
import { settleQueue } from './settle-queue.ts';

const RECONCILE_MS = 10_000;

export function registerCallJobs(jobs: Jobs, deps: CallsDeps): void {
  jobs.handle(settleQueue, ({ callId }) => settleCall(deps, callId));
}

/** Looks after unfinished calls as long as the server runs. @returns how to stop */
export function watchCalls(deps: CallsDeps): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    running = reconcileCalls(deps)
      .catch((error) => deps.log.warn({ err: error }, 'calls could not be looked after'))
      .finally(() => {
        isBusy = false;
      });
  }, RECONCILE_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
