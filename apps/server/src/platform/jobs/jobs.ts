import { CompiledQuery } from 'kysely';
import { type JobResult, PgBoss } from 'pg-boss';
import type { z } from 'zod';
import type { Connection, DbOrTrx } from '../database/database.ts';
import type { Log } from '../log/logger.ts';

/** A kind of work done later or again, declared by the feature that does it. */
export type Queue<P extends object = object> = {
  /** `<feature>.<verb>`, e.g. `mail.deliver`. */
  name: string;
  payload: z.ZodType<P>;
  /** Further tries after a failure, with growing pauses. */
  retries?: number;
  /** Pause before the first retry; doubles each time, at most an hour. */
  retryDelaySeconds?: number;
  /** At most one job waits per `key`; sending another one then does nothing. */
  onePerKey?: boolean;
  /** With `handleMany`: how many jobs are worked on together. */
  batch?: number;
};

export type SendOptions = {
  /** Sent when this transaction commits, and only then. */
  trx?: DbOrTrx;
  /** Not before. */
  at?: Date;
  /** For `onePerKey` queues. */
  key?: string;
};

export type JobHandler<P extends object> = (payload: P) => Promise<void>;

/**
 * Works on many jobs together.
 * @returns for each payload, in its order, null when done or why it failed: only those are tried again
 */
export type BatchHandler<P extends object> = (payloads: readonly P[]) => Promise<readonly (Error | null)[]>;

/**
 * Work for later, kept in the database. Jobs wake; rows decide: a handler looks again whether there is still something
 * to do, since a job may run twice (a process killed in the middle) or later than wished.
 */
export type Jobs = {
  /** Declares a queue and who does its work. Before `start`. */
  handle<P extends object>(queue: Queue<P>, handler: JobHandler<P>): void;
  /** As `handle`, for work that is much cheaper when done for many at once. Before `start`. */
  handleMany<P extends object>(queue: Queue<P>, handler: BatchHandler<P>): void;
  /** Runs a queue's work regularly. Before `start`. @param cron five fields, UTC */
  schedule<P extends object>(queue: Queue<P>, cron: string, payload: P): void;
  send<P extends object>(queue: Queue<P>, payload: P, options?: SendOptions): Promise<void>;
  /** Whether a job of this key waits, is tried again or is being done. */
  isUnderWay(queue: Pick<Queue, 'name'>, key: string): Promise<boolean>;
  start(): Promise<void>;
  isUp(): boolean;
  /** Lets running jobs finish for a moment, then stops. */
  stop(): Promise<void>;
};

/** How late a job with a time may be: how often is looked for jobs that are due, of all queues at once. */
const LOOK_MS = 500;
/** Workers are woken; by themselves they look this rarely. Thirty queues looking twice a second took a tenth of a core. */
const IDLE_SECONDS = 30;
const HEARTBEAT_SECONDS = 10;
const STOP_TIMEOUT_MS = 5_000;
const ERRORS_EVERY_MS = 5_000;
const SCHEMA = 'pgboss';
/** By the index the runner itself fetches by. */
const DUE_QUEUES = `select distinct name from ${SCHEMA}.job
  where state < 'active' and not blocked and start_after <= ${SCHEMA}.job_now()`;
const UNDER_WAY = `select 1 from ${SCHEMA}.job where name = $1 and singleton_key = $2 and state < 'completed' limit 1`;
/** Of each queue, in this process. */
const WORKERS = 2;
/** A worker looks again at once after a full fetch and pauses after any other, so it must be able to fetch more than one. */
const FETCH = 2;

/** Makes the job runner; nothing runs before `start`. */
export function createJobs(connection: Connection, log: Log): Jobs {
  const { types: _, ...plain } = connection;
  const boss = new PgBoss({
    ...(plain as object),
    schema: SCHEMA,
    application_name: 'alongside jobs',
    max: 4,
    useListenNotify: true,
    superviseIntervalSeconds: 30,
    monitorIntervalSeconds: 15,
    warningQueueSize: 10_000,
  });
  const declared = new Map<string, Declared>();
  const schedules: { name: string; cron: string; payload: object }[] = [];
  let state: 'new' | 'up' | 'stopped' = 'new';
  const workerIds = new Map<string, string[]>();
  let looking: NodeJS.Timeout | null = null;

  // While the database is away every look says so twice a second.
  let quietUntil = 0;
  let unsaid = 0;
  boss.on('error', report);
  boss.on('warning', (warning) => log.warn({ warning }, 'the job runner warns'));

  function report(error: unknown): void {
    const now = performance.now();
    if (now < quietUntil) {
      unsaid += 1;
      return;
    }
    quietUntil = now + ERRORS_EVERY_MS;
    log.warn({ err: error, unsaid }, 'the job runner met an error');
    unsaid = 0;
  }

  async function begin({ queue, handler }: Declared): Promise<void> {
    const options = {
      policy: queue.onePerKey ? ('short' as const) : ('standard' as const),
      retryLimit: queue.retries ?? 5,
      retryDelay: queue.retryDelaySeconds ?? 5,
      retryBackoff: true,
      retryDelayMax: 3_600,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      deleteAfterSeconds: 86_400,
      notify: true,
    };
    await boss.createQueue(queue.name, options);
    const work = async (jobs: readonly { id: string; data: object }[]): Promise<JobResult[]> => {
      const failures = await run(queue, handler, jobs);
      return jobs.map(({ id }): JobResult => {
        const error = failures.get(id);
        if (error === undefined) return { id, status: 'completed' };
        log.warn({ err: error, queue: queue.name, job: id }, 'a job failed');
        return { id, status: 'failed', output: error };
      });
    };
    const ids: string[] = [];
    for (let count = 0; count < WORKERS; count++)
      ids.push(
        await boss.work(
          queue.name,
          {
            batchSize: queue.batch ?? FETCH,
            burstWhenBatchFull: true,
            perJobResults: true,
            pollingIntervalSeconds: IDLE_SECONDS,
            notifyPollingIntervalSeconds: IDLE_SECONDS,
          },
          work,
        ),
      );
    workerIds.set(queue.name, ids);
  }

  /** Wakes the workers of the queues in which a job is due: those with a time, those tried again, and any not announced. */
  async function look(): Promise<void> {
    try {
      const { rows } = await boss.getDb().executeSql(DUE_QUEUES);
      for (const { name } of rows as { name: string }[])
        for (const id of workerIds.get(name) ?? []) boss.notifyWorker(id);
    } catch (error) {
      if (state === 'up') report(error);
    }
    if (state === 'up') looking = setTimeout(look, LOOK_MS);
  }

  function declare(queue: Queue, handler: Declared['handler']): void {
    if (state !== 'new') throw new Error(`queue ${queue.name} is declared after the start`);
    if (declared.has(queue.name)) throw new Error(`queue ${queue.name} is declared twice`);
    declared.set(queue.name, { queue, handler });
  }

  return {
    handle(queue, handler) {
      declare(queue as unknown as Queue, async (payloads) => {
        const results = await Promise.allSettled(payloads.map(async (payload) => handler(payload as never)));
        return results.map((result) => (result.status === 'rejected' ? toError(result.reason) : null));
      });
    },
    handleMany(queue, handler) {
      declare(queue as unknown as Queue, handler as BatchHandler<object>);
    },
    schedule(queue, cron, payload) {
      schedules.push({ name: queue.name, cron, payload });
    },
    async send(queue, payload, { trx, at, key } = {}) {
      if (!declared.has(queue.name)) throw new Error(`queue ${queue.name} has nobody who does its work`);
      await boss.send(queue.name, queue.payload.parse(payload), {
        ...(at ? { startAfter: at } : {}),
        ...(key === undefined ? {} : { singletonKey: key }),
        ...(trx ? { db: within(trx) } : {}),
      });
    },
    async isUnderWay({ name }, key) {
      const { rows } = await boss.getDb().executeSql(UNDER_WAY, [name, key]);
      return rows.length > 0;
    },
    async start() {
      await boss.start();
      for (const entry of declared.values()) await begin(entry);
      for (const { name, cron, payload } of schedules) await boss.schedule(name, cron, payload);
      const kept = new Set(schedules.map(({ name }) => name));
      // One of an earlier version that no longer exists.
      for (const { name } of await boss.getSchedules()) if (!kept.has(name)) await boss.unschedule(name);
      state = 'up';
      await look();
    },
    isUp: () => state === 'up',
    async stop() {
      const wasUp = state === 'up';
      state = 'stopped';
      if (looking) clearTimeout(looking);
      if (wasUp) await boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS });
    },
  };
}

/**
 * Sends jobs as part of a transaction, for writers deep down that hold no job runner. The queue must have been declared
 * where the jobs run.
 */
export async function sendWithin<P extends object>(
  trx: DbOrTrx,
  queue: Queue<P>,
  jobs: readonly { payload: P; at?: Date; key?: string }[],
): Promise<void> {
  if (jobs.length === 0) return;
  // Never started: it only knows how a job is written down.
  const writer = new PgBoss({ db: within(trx), schema: SCHEMA, useListenNotify: true });
  await writer.insert(
    queue.name,
    jobs.map(({ payload, at, key }) => ({
      data: queue.payload.parse(payload),
      ...(at ? { startAfter: at } : {}),
      ...(key === undefined ? {} : { singletonKey: key }),
    })),
  );
}

type Declared = { queue: Queue; handler: BatchHandler<object> };

/** Runs the handler on jobs with sound payloads. @returns why each of those that failed did, by its id */
async function run(
  queue: Queue,
  handler: BatchHandler<object>,
  jobs: readonly { id: string; data: unknown }[],
): Promise<Map<string, Error>> {
  const failures = new Map<string, Error>();
  const sound: { id: string; payload: object }[] = [];
  for (const { id, data } of jobs) {
    const parsed = queue.payload.safeParse(data);
    if (parsed.success) sound.push({ id, payload: parsed.data });
    else failures.set(id, parsed.error);
  }
  if (sound.length === 0) return failures;
  try {
    const results = await handler(sound.map(({ payload }) => payload));
    sound.forEach(({ id }, index) => {
      const error = results[index];
      if (error) failures.set(id, error);
    });
  } catch (error) {
    for (const { id } of sound) failures.set(id, toError(error));
  }
  return failures;
}

const toError = (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** Lets the job runner write within our transaction. */
function within(trx: DbOrTrx): { executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> } {
  return {
    async executeSql(text, values) {
      const { rows } = await trx.withoutPlugins().executeQuery(CompiledQuery.raw(text, values ?? []));
      return { rows };
    },
  };
}
