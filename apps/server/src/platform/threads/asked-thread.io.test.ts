import type { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { type AskedThread, createAskedThread } from './asked-thread.ts';

type Task = { do: 'double' | 'throw' | 'exit' | 'hang'; number: number };
type Answer = { twice: number; threadNumber: number };

const LONG_MS = 60_000;
/** What hangs is waited for that long; a thread is started in much less. */
const SHORT_MS = 10_000;

const PROGRAM = `
  import { parentPort, threadId } from 'node:worker_threads';
  parentPort.on('message', (task) => {
    if (task.do === 'throw') throw new RangeError('number ' + task.number);
    if (task.do === 'exit') process.exit(3);
    while (task.do === 'hang');
    parentPort.postMessage({ twice: task.number * 2, threadNumber: threadId });
  });
`;

let thread: AskedThread<Task, Answer>;
afterEach(() => thread.close());

function started(timeMaxMs: number): AskedThread<Task, Answer> {
  thread = createAskedThread<Task, Answer>(new URL(`data:text/javascript,${encodeURIComponent(PROGRAM)}`), timeMaxMs);
  return thread;
}

test('answers each in its turn, in one thread', async () => {
  const { ask } = started(LONG_MS);
  const answers = await Promise.all([1, 2, 3].map((number) => ask({ do: 'double', number })));
  expect(answers.map(({ twice }) => twice)).toEqual([2, 4, 6]);
  expect(new Set(answers.map(({ threadNumber }) => threadNumber)).size).toBe(1);
});

test.each([
  ['throw', LONG_MS, 'number 7'],
  ['exit', LONG_MS, 'the thread ended'],
  ['hang', SHORT_MS, 'the task took too long'],
] as const)('a task that makes it %s is refused, and the next one carried out', async (what, timeMaxMs, reason) => {
  const { ask } = started(timeMaxMs);
  const refused = expect(ask({ do: what, number: 7 })).rejects.toThrow(reason);
  const next = ask({ do: 'double', number: 4 });
  await refused;
  expect((await next).twice).toBe(8);
});

test('a thread that crashes while nobody asks harms nobody, and the next task gets another', async () => {
  const { ask } = started(LONG_MS);
  const begun = new Promise<Worker>((resolve) => process.once('worker', resolve));
  const first = await ask({ do: 'double', number: 1 });
  // Past `ask`: a task would hear of the crash itself, and that nobody does is the point here.
  const worker = await begun;
  const gone = new Promise((resolve) => worker.once('exit', resolve));
  worker.postMessage({ do: 'throw', number: 2 });
  await gone;
  const next = await ask({ do: 'double', number: 3 });
  expect(next.twice).toBe(6);
  expect(next.threadNumber).not.toBe(first.threadNumber);
});

test('closing waits for what was asked', async () => {
  const { ask, close } = started(LONG_MS);
  const asked = ask({ do: 'double', number: 5 });
  await close();
  expect((await asked).twice).toBe(10);
});
