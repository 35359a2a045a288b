import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/settings.ts';

/**
 * Where people reach this server, for links in mails and messages: as configured, or as it listens. Known once it does,
 * which is before any job runs.
 */
export function linkOrigin(app: Pick<FastifyInstance, 'listeningOrigin'>, config: Pick<Config, 'publicUrl'>): string {
  // “Everywhere” is an address to listen on, not one to go to.
  return config.publicUrl ?? app.listeningOrigin.replace(/\/\/(0\.0\.0\.0|\[::\])/, '//localhost');
}
