import type { FastifyInstance } from 'fastify';
import type { Config } from './config/settings.ts';
import type { Connection, Db } from './database/database.ts';
import type { Log } from './log/logger.ts';

/** The ground a feature stands on, handed to it once at start. */
export type Platform = {
  config: Config;
  log: Log;
  db: Db;
  connection: Connection;
  app: FastifyInstance;
};

/** A feature of the server: people, tickets, … Registered in this order in features.ts. */
export type Feature = {
  name: string;
  /** Registers routes, topics, queues; runs before the server listens. Returns what to undo at shutdown, if anything. */
  register(platform: Platform): Promise<(() => Promise<void>) | undefined> | Promise<void> | void;
};
