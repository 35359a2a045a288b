import { ServiceError } from '../service/service-error.ts';

/**
 * Asks every thread. One that is gone is left out: it has nothing to tell, and must not answer for the others.
 * @param onSilent for what can be told without a thread that hangs: told which, it is left out as well
 * @throws what one of the others refuses with, or ServiceError `unavailable` or `deadline_exceeded` when none answers
 */
export async function askEvery<Thread, Answer>(
  threads: readonly Thread[],
  ask: (thread: Thread) => Promise<Answer>,
  onSilent?: (index: number) => void,
): Promise<Answer[]> {
  const outcomes = await Promise.allSettled(threads.map(ask));
  const answers: Answer[] = [];
  let gone: unknown;
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'fulfilled') {
      answers.push(outcome.value);
      continue;
    }
    const code = outcome.reason instanceof ServiceError ? outcome.reason.code : undefined;
    const isSilent = code === 'deadline_exceeded' && onSilent !== undefined;
    if (code !== 'unavailable' && !isSilent) throw outcome.reason;
    if (isSilent) onSilent(index);
    gone = outcome.reason;
  }
  if (answers.length === 0 && gone !== undefined) throw gone;
  return answers;
}
