import { accessSync, constants, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { until } from '@alongside/testkit';
import type { Network } from '../networks.ts';

/** Janus on this machine's PATH, as Debian installs it; null when there is none. */
export function findJanus(): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    try {
      accessSync(join(folder, 'janus'), constants.X_OK);
      return join(folder, 'janus');
    } catch {
      // Not here; the next place may have it.
    }
  }
  return null;
}

/**
 * Writes a quiet Janus's configuration: of its plugins the VideoRoom, of its transports WebSockets. Everything else is
 * as its makers ship it.
 * @param more sections of janus.jcfg, one a line
 * @returns the arguments to start it with, and `remove` for when it has ended
 */
export function configureJanus(
  { host, port }: { host: string; port: number },
  more: readonly string[] = [],
): { args: string[]; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'bench-janus-'));
  const others = readdirSync('/etc/janus').filter((file) => /^janus\.(plugin|transport|eventhandler)\./.test(file));
  const unused = (kind: string, used: string) =>
    others
      .filter((file) => file.startsWith(`janus.${kind}.`) && !file.includes(used))
      .map((file) => `lib${file.replace(/\.(plugin|transport)\./, '_').replace('.jcfg', '.so')}`);
  writeFileSync(
    join(folder, 'janus.jcfg'),
    [
      `general: { configs_folder = "${folder}" debug_level = 1 log_to_stdout = false }`,
      `plugins: { disable = ${pluginList(unused('plugin', 'videoroom'))} }`,
      `transports: { disable = ${pluginList(unused('transport', 'websockets'))} }`,
      ...more,
      '',
    ].join('\n'),
  );
  writeFileSync(
    join(folder, 'janus.transport.websockets.jcfg'),
    `general: { ws = true ws_port = ${port} ws_ip = "${host}" }\n`,
  );
  return {
    args: ['-F', folder, '-L', join(folder, 'log')],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * Janus on the server's host of a network, with that address alone: ICE lite, as its documentation has it for a server
 * everybody reaches, and no STUN.
 * @param program its path, see findJanus
 */
export async function startLabJanus(network: Network, program: string, port: number): Promise<void> {
  const { host } = network;
  const { args, remove } = configureJanus({ host, port }, [`nat: { ice_lite = true ice_enforce_list = "${host}" }`]);
  const started = network.start(program, args);
  void started.ended.then(remove);
  await until('Janus to answer', () => network.listens(port)).catch((error) => {
    throw new Error(`Janus does not start: ${started.printed()}`, { cause: error });
  });
}

function pluginList(names: string[]): string {
  return `"${names.join(',')}"`;
}
