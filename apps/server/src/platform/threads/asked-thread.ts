import { Worker } from 'node:worker_threads';

/** A thread nobody asks anything gives its memory back, ms. */
const IDLE_MS = 30_000;

/** A thread that carries out tasks for the main one, one at a time: started when it is needed, ended when it is not. */
export type AskedThread<Task, Answer> = {
  /**
   * Tasks of several are carried out one after another.
   * @throws Error when the task crashes the thread or takes too long; what waits behind it goes on in another thread
   */
  ask(task: Task): Promise<Answer>;
  /** Waits for what was asked. */
  close(): Promise<void>;
};

/**
 * @param file the thread's program: answers every message it gets with one
 * @param timeMaxMs one task may take
 */
export function createAskedThread<Task, Answer>(file: URL, timeMaxMs: number): AskedThread<Task, Answer> {
  let worker: Worker | null = null;
  let idle: NodeJS.Timeout | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  async function stop(): Promise<void> {
    clearTimeout(idle);
    const stopping = worker;
    worker = null;
    await stopping?.terminate();
  }

  function begin(): Worker {
    const begun = new Worker(file);
    // Also while nobody asks: unheard, an error of it would end the whole process, and a dead one would be asked.
    begun.on('error', () => {});
    begun.on('exit', () => {
      if (worker === begun) worker = null;
    });
    return begun;
  }

  function carryOut(task: Task): Promise<Answer> {
    clearTimeout(idle);
    worker ??= begin();
    const asked = worker;
    asked.unref();
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(deadline);
        asked.off('message', finish).off('error', giveUp).off('exit', onExit);
      };
      const finish = (answer: Answer) => {
        settle();
        resolve(answer);
      };
      const giveUp = (reason: Error) => {
        settle();
        // Whatever it is still doing must not answer the next question.
        if (worker === asked) void stop();
        reject(reason);
      };
      const onExit = () => giveUp(new Error('the thread ended'));
      const deadline = setTimeout(() => giveUp(new Error('the task took too long')), timeMaxMs);
      asked.on('message', finish).on('error', giveUp).on('exit', onExit);
      asked.postMessage(task);
    });
  }

  return {
    ask(task) {
      const turn = queue.then(async () => {
        try {
          return await carryOut(task);
        } finally {
          idle = setTimeout(() => void stop(), IDLE_MS);
          idle.unref();
        }
      });
      queue = turn.catch(() => {});
      return turn;
    },
    async close() {
      await queue;
      await stop();
    },
  };
}
