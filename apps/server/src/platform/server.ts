import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Config } from './config/settings.ts';
import type { OpenDatabase } from './database/database.ts';
import { type FrontEnd, registerFrontEnds } from './http/front-ends.ts';
import type { Log } from './log/logger.ts';
import { createPlatform, type Feature, type Platform, runStopActions, type StartLink } from './platform.ts';

/** A server that listens. */
export type RunningServer = {
  platform: Platform;
  /** Its own address, e.g. `http://localhost:7700`. */
  origin: string;
  links: StartLink[];
  /** In order: no new requests, sockets told, running work finished. The database stays the caller's. */
  stop(): Promise<void>;
};

/** Someone who watches a film through us does not keep a restart waiting. */
const CLOSE_PATIENCE_MS = 5_000;

const builtFrontEnd = (name: string) => fileURLToPath(new URL(`../../../${name}/dist`, import.meta.url));

/** The built front ends, where they are served. Those that are not built are left out. */
export const FRONT_ENDS: readonly FrontEnd[] = [
  { path: '/console/', dir: builtFrontEnd('console') },
  { path: '/portal/', dir: builtFrontEnd('portal') },
  { path: '/widget/', dir: builtFrontEnd('widget'), embeddable: true },
  { path: '/demo/', dir: fileURLToPath(new URL('../../../demo/public', import.meta.url)) },
];

/**
 * Everything above the database: platform, features, listening.
 * @param args the command line's, for features that look at them (`--empty`)
 */
export async function startServer(
  config: Config,
  log: Log,
  database: OpenDatabase,
  features: readonly Feature[],
  { args = [], frontEnds = FRONT_ENDS }: { args?: readonly string[]; frontEnds?: readonly FrontEnd[] } = {},
): Promise<RunningServer> {
  const platform = await createPlatform(config, log, database);
  const { app, hub, jobs, mailer, sockets } = platform;
  const stop = async () => {
    sockets.stop();
    const patience = setTimeout(() => app.server.closeAllConnections(), CLOSE_PATIENCE_MS);
    await app.close();
    clearTimeout(patience);
    await runStopActions(platform);
    await jobs.stop();
    await hub.stop();
  };
  try {
    for (const feature of features) {
      const undo = await feature.register(platform);
      if (undo) platform.onStop(undo);
    }
    await registerFrontEnds(app, config, frontEnds, platform.embedding);
    app.get('/', (_request, reply) => reply.redirect('/portal/'));
    app.get('/diagnose', (_request, reply) => reply.redirect('/portal/diagnose'));
    await jobs.start();
    await mailer.resume();
    await app.listen({ port: config.port, host: config.host });
    const origin = ownAddress(config, app.server.address() as AddressInfo);
    const links: StartLink[] = [];
    for (const feature of features) links.push(...((await feature.started?.(platform, { origin, args })) ?? []));
    return { platform, origin, links, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function ownAddress(config: Config, { port }: AddressInfo): string {
  const scheme = config.tlsCertFile === undefined ? 'http' : 'https';
  const everywhere = ['0.0.0.0', '::', ''].includes(config.host);
  const host = everywhere ? 'localhost' : config.host.includes(':') ? `[${config.host}]` : config.host;
  return config.publicUrl ?? `${scheme}://${host}:${port}`;
}
