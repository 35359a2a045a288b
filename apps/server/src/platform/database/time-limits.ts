import pg from 'pg';

/** How much longer than the limit of a statement we wait for any answer: the server is to say it first. */
const ANSWER_GRACE_MS = 5_000;

/** How long the network may be silent before it is asked whether the other side still lives. */
const KEEP_ALIVE_AFTER_MS = 10_000;

/** For every pool: a connection whose other side vanished is found out even when nothing is sent on it. */
export const KEEP_ALIVE: pg.PoolConfig = { keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS };

/**
 * Limits for whoever serves requests, so that a statement that takes too long, a lock that is never given, or a server
 * that no longer answers holds neither the caller nor the connection.
 * @param statementMaxMs after it PostgreSQL cancels a statement (57014); a server that does not even say that is hung
 *   up on a little later
 */
export function timeLimits(statementMaxMs: number): pg.PoolConfig {
  const answerMaxMs = statementMaxMs + ANSWER_GRACE_MS;
  return {
    statement_timeout: statementMaxMs,
    Client: class extends pg.Client {
      // The driver's own limit fails the query and gives a connection that is still busy back to the pool.
      override query(...parameters: unknown[]) {
        const running = (super.query as (...parameters: unknown[]) => unknown)(...parameters);
        const hangUp = setTimeout(() => void this.end().catch(() => {}), answerMaxMs);
        const done = () => clearTimeout(hangUp);
        if (running instanceof Promise) running.then(done, done);
        else done();
        return running as never;
      }
    } as typeof pg.Client,
  };
}
