import { isIP } from 'node:net';
import { parseArgs } from 'node:util';

export const DEV_PORT = 7880;

export const DEV_USAGE = `The media engine alone, for development: key “devkey”, secret “secret”.

  --port <n>        of the HTTP server (default ${DEV_PORT}; 0 takes a free one)
  --host <address>  the HTTP server listens on (default all)
  --udp-port <n>    for media (default a free one)
  --tcp-port <n>    for media where UDP is blocked (default the one after --port)
  --address <ip>    told to clients for media, may be repeated (default this machine's own)
  -h, --help        this text
`;

/** The command line asks for something that cannot be; the message is for whoever typed it. */
export class DevArgumentError extends Error {
  override name = 'DevArgumentError';
}

/** What the development server is started with. */
export interface DevArguments {
  port: number;
  host?: string;
  udpPort?: number;
  tcpPort: number;
  announcedAddresses?: string[];
}

/**
 * Reads the development server's command line.
 * @returns null when help is asked for
 * @throws DevArgumentError
 */
export function readDevArguments(args: readonly string[]): DevArguments | null {
  const given = parse(args);
  if (given.help) return null;
  const port = portOf('--port', given.port) ?? DEV_PORT;
  const udpPort = portOf('--udp-port', given['udp-port']);
  for (const address of given.address ?? [])
    if (isIP(address) === 0) throw new DevArgumentError(`--address: “${address}” is not an IP address.`);
  return {
    port,
    tcpPort: portOf('--tcp-port', given['tcp-port']) ?? (port === 0 ? 0 : Math.min(port + 1, 65_535)),
    ...(udpPort === undefined ? {} : { udpPort }),
    ...(given.host === undefined ? {} : { host: given.host }),
    ...(given.address === undefined ? {} : { announcedAddresses: given.address }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        'udp-port': { type: 'string' },
        'tcp-port': { type: 'string' },
        address: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new DevArgumentError((error as Error).message);
  }
}

function portOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new DevArgumentError(`${name}: “${text}” is not a port from 0 to 65535.`);
}
