import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Config } from './config/settings.ts';
import type { Connection, Db, OpenDatabase } from './database/database.ts';
import { createHttpApp } from './http/app.ts';
import { attachUpgrades, type Doors } from './http/doors.ts';
import type { EmbeddingSites } from './http/front-ends.ts';
import { type Health, registerHealth } from './http/health.ts';
import { createOutgoing, type Outgoing } from './http/outgoing.ts';
import { createJobs, type Jobs } from './jobs/jobs.ts';
import type { Log } from './log/logger.ts';
import { createMailer, type Mailer } from './mail/mail.ts';
import { registerMailRoutes } from './mail/routes.ts';
import { registerFallback } from './realtime/fallback.ts';
import { pruneFeed, setCheckpoint } from './realtime/follow.ts';
import { type Hub, startHub } from './realtime/hub.ts';
import { createSockets, type Sockets } from './realtime/sockets.ts';
import { createWebSocketDoor, SOCKET_PATH } from './realtime/web-socket.ts';

/** The ground a feature stands on, handed to it once at start. */
export type Platform = {
  config: Config;
  log: Log;
  db: Db;
  /** Without the limit of time a request has: for jobs that go through much. */
  patientDb: Db;
  /** For a dedicated connection; everything else goes through `db`. */
  connection: Connection;
  hub: Hub;
  sockets: Sockets;
  jobs: Jobs;
  mailer: Mailer;
  /** For requests to addresses that people entered. */
  outgoing: Outgoing;
  app: FastifyInstance;
  /** Takers of bare requests and upgrades. */
  doors: Doors;
  health: Health;
  /** Replaced by the feature that keeps the list. */
  embedding: EmbeddingSites;
  /** Done at shutdown, last added first, while database and jobs still work. */
  onStop(action: StopAction): void;
};

type StopAction = () => Promise<void> | void;

/** The platform as its starter holds it. */
export type RunningPlatform = Platform & { stopActions: StopAction[] };

/** A line printed at the end of a start: where to go. */
export type StartLink = { label: string; url: string };

/** A feature of the server: people, tickets, … Registered in the order of features.ts, stopped in the opposite one. */
export type Feature = {
  name: string;
  /** Registers routes, topics, queues; runs before the server listens and the jobs run. May return what `onStop` would be given. */
  // biome-ignore lint/suspicious/noConfusingVoidType: most features have nothing to undo and should not have to say so
  register(platform: Platform): Promise<StopAction | void> | StopAction | void;
  /**
   * Runs when everything is up and before the start is reported: first contents, links.
   * @param start the server's own address without a slash at its end, and the arguments of the command line
   */
  started?(platform: Platform, start: { origin: string; args: readonly string[] }): Promise<StartLink[]>;
};

const checkpointQueue = { name: 'platform.set-checkpoint', payload: z.strictObject({}) };
const pruneQueue = { name: 'platform.prune-feed', payload: z.strictObject({}) };

/** Puts the platform together on an open, migrated database. Nothing listens and no job runs yet. */
export async function createPlatform(config: Config, log: Log, database: OpenDatabase): Promise<RunningPlatform> {
  const { db, patientDb, connection } = database;
  const hub = await startHub(connection, log);
  const sockets = createSockets(hub, log, { scale: config.rateLimitScale });
  const jobs = createJobs(connection, log);
  const mailer = createMailer(config, db, jobs, log);
  const doors: Doors = [];
  const app = await createHttpApp(config, log, doors);
  const health = registerHealth(app);
  const embedding: EmbeddingSites = { list: async () => config.widgetOrigins ?? [] };

  doors.push({
    matches: (path) => path === SOCKET_PATH,
    handleUpgrade: createWebSocketDoor(app, sockets, config),
  });
  attachUpgrades(app.server, doors);
  registerFallback(app, sockets);
  registerMailRoutes(app, db);
  jobs.handle(pruneQueue, async () => void (await pruneFeed(patientDb)));
  jobs.schedule(pruneQueue, '17 3 * * *', {});
  jobs.handle(checkpointQueue, () => setCheckpoint(db));
  jobs.schedule(checkpointQueue, '7 * * * *', {});
  health.add(
    'database',
    async () => (await db.selectFrom('schemaMigration').select('number').limit(1).execute()).length === 1,
  );
  health.add('hub', () => hub.isUp());
  health.add('jobs', () => jobs.isUp());
  const stopActions: RunningPlatform['stopActions'] = [];
  const onStop: Platform['onStop'] = (action) => void stopActions.push(action);
  return {
    config,
    log,
    db,
    patientDb,
    connection,
    hub,
    sockets,
    jobs,
    mailer,
    outgoing: createOutgoing(config),
    app,
    doors,
    health,
    embedding,
    onStop,
    stopActions,
  };
}

/** What features asked to have done at shutdown; a failing one does not keep the others from being done. */
export async function runStopActions(platform: RunningPlatform): Promise<void> {
  for (const action of platform.stopActions.splice(0).reverse()) {
    try {
      await action();
    } catch (error) {
      platform.log.error({ err: error }, 'a part could not be stopped in order');
    }
  }
}
