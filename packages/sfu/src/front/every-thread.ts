import { ServiceError } from '../service/service-error.ts';

/**
 * Asks every thread. One that is gone is left out: it has nothing to tell, and must not answer for the others.
 * @throws what one of the others refuses with, or ServiceError `unavailable` when none is there
 */
export async function askEvery<Thread, Answer>(
  threads: readonly Thread[],
  ask: (thread: Thread) => Promise<Answer>,
): Promise<Answer[]> {
  const outcomes = await Promise.allSettled(threads.map(ask));
  const answers: Answer[] = [];
  let gone: unknown;
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') answers.push(outcome.value);
    else if (outcome.reason instanceof ServiceError && outcome.reason.code === 'unavailable') gone = outcome.reason;
    else throw outcome.reason;
  }
  if (answers.length === 0 && gone !== undefined) throw gone;
  return answers;
}
