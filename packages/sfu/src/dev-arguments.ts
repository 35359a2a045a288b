import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import type { EmbeddedTurnOptions } from './front/turn-thread.ts';

export const DEV_PORT = 7880;

export const DEV_USAGE = `The media engine alone, for development: key “devkey”, secret “secret”.

  --port <n>        of the HTTP server (default ${DEV_PORT}; 0 takes a free one)
  --host <address>  the HTTP server listens on (default all)
  --udp-port <n>    for media (default a free one)
  --tcp-port <n>    for media where UDP is blocked (default the one after --port)
  --address <ip>    told to clients for media, may be repeated (default this machine's own)
  --turn-host <name>      clients know the TURN server inside by (default the first --address)
  --turn-udp-port <n>     of the TURN server inside (default none)
  --turn-tcp-port <n>     of the TURN server inside (default none)
  --turn-tls-port <n>     of the TURN server inside (default none); needs the next two
  --turn-cert-file <pem>  certificate chain
  --turn-key-file <pem>   its private key
  --metrics-port <n>  serve figures for Prometheus at http://127.0.0.1:<n>/metrics (default not; 0 takes a free one)
  --mock            let tokens ask for signal connections that fail (attribute lk.mock), for tests of clients
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
  turn?: EmbeddedTurnOptions;
  metricsPort?: number;
  mock?: boolean;
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
  const metricsPort = portOf('--metrics-port', given['metrics-port']);
  const turn = turnOf(given);
  for (const address of given.address ?? [])
    if (isIP(address) === 0) throw new DevArgumentError(`--address: “${address}” is not an IP address.`);
  return {
    port,
    tcpPort: portOf('--tcp-port', given['tcp-port']) ?? (port === 0 ? 0 : Math.min(port + 1, 65_535)),
    ...(udpPort === undefined ? {} : { udpPort }),
    ...(given.host === undefined ? {} : { host: given.host }),
    ...(given.address === undefined ? {} : { announcedAddresses: given.address }),
    ...(turn === undefined ? {} : { turn }),
    ...(metricsPort === undefined ? {} : { metricsPort }),
    ...(given.mock === undefined ? {} : { mock: given.mock }),
  };
}

function turnOf(given: ReturnType<typeof parse>): EmbeddedTurnOptions | undefined {
  const udpPort = portOf('--turn-udp-port', given['turn-udp-port']);
  const tcpPort = portOf('--turn-tcp-port', given['turn-tcp-port']);
  const tlsPort = portOf('--turn-tls-port', given['turn-tls-port']);
  const { 'turn-cert-file': certificateFile, 'turn-key-file': keyFile } = given;
  if ([udpPort, tcpPort, tlsPort].every((port) => port === undefined)) return undefined;
  if (tlsPort !== undefined && (certificateFile === undefined || keyFile === undefined))
    throw new DevArgumentError('--turn-tls-port: needs --turn-cert-file and --turn-key-file.');
  const host = given['turn-host'] ?? given.address?.[0];
  if (host === undefined) throw new DevArgumentError('--turn-host: is needed where there is no --address.');
  return { host, udpPort, tcpPort, tlsPort, certificateFile, keyFile };
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
        'turn-host': { type: 'string' },
        'turn-udp-port': { type: 'string' },
        'turn-tcp-port': { type: 'string' },
        'turn-tls-port': { type: 'string' },
        'turn-cert-file': { type: 'string' },
        'turn-key-file': { type: 'string' },
        'metrics-port': { type: 'string' },
        mock: { type: 'boolean' },
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
