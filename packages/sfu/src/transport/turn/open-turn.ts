import { readFileSync, statSync } from 'node:fs';
import type { TurnPeer } from './turn-client.ts';
import { TurnServer, type TurnServerOptions } from './turn-server.ts';
import { type TurnCertificate, TurnTcpServer } from './turn-tcp.ts';
import { TurnUdpSocket } from './turn-udp.ts';

const SWEEP_MS = 5_000;
/** How often the certificate's files are looked at: they are renewed every few weeks, and calls must not end for it. */
const CERTIFICATE_CHECK_MS = 60_000;

export interface TurnOptions extends TurnServerOptions {
  /** 0: any free port. Leave out for none. */
  udpPort?: number;
  tcpPort?: number;
  tlsPort?: number;
  /** Also takes connections on a loopback port, from whoever accepted and decrypted them in this process. */
  hasInnerPort?: boolean;
  /** PEM files; needed with `tlsPort`. */
  certificateFile?: string;
  keyFile?: string;
  /** Addresses to bind. */
  listenAddresses: readonly string[];
}

/** A TURN server at work. */
export interface OpenTurn {
  readonly udpPort: number | undefined;
  readonly tcpPort: number | undefined;
  readonly tlsPort: number | undefined;
  readonly innerPort: number | undefined;
  readonly allocationCount: number;
  /** Where clients may have packets relayed to: our media addresses. */
  setPeers(peers: readonly TurnPeer[]): void;
  close(): Promise<void>;
}

/** Opens the ports of a TURN server. @throws when one cannot be had, or the certificate cannot be read */
export async function openTurn(options: TurnOptions): Promise<OpenTurn> {
  const server = new TurnServer(options);
  const ports = { udpPort: options.udpPort, tcpPort: options.tcpPort, tlsPort: options.tlsPort };
  const sockets: (TurnUdpSocket | TurnTcpServer)[] = [];
  const secure: TurnTcpServer[] = [];
  const certificate = options.tlsPort === undefined ? undefined : readCertificate(options);
  let innerPort: number | undefined;
  try {
    if (options.hasInnerPort) {
      const inner = await TurnTcpServer.open(server, '127.0.0.1', 0);
      sockets.push(inner);
      innerPort = inner.port;
    }
    // One number for all addresses: what is free at the first is taken at the others.
    for (const address of options.listenAddresses) {
      if (ports.udpPort !== undefined) {
        const socket = await TurnUdpSocket.open(server, address, ports.udpPort);
        sockets.push(socket);
        ports.udpPort = socket.port;
      }
      if (ports.tcpPort !== undefined) {
        const listener = await TurnTcpServer.open(server, address, ports.tcpPort);
        sockets.push(listener);
        ports.tcpPort = listener.port;
      }
      if (ports.tlsPort !== undefined) {
        const listener = await TurnTcpServer.open(server, address, ports.tlsPort, certificate);
        sockets.push(listener);
        secure.push(listener);
        ports.tlsPort = listener.port;
      }
    }
  } catch (error) {
    await Promise.all(sockets.map((socket) => socket.close()));
    throw error;
  }
  const sweep = setInterval(() => server.sweep(performance.now()), SWEEP_MS);
  const renewal = secure.length > 0 ? followCertificate(options, secure) : undefined;
  return {
    ...ports,
    innerPort,
    get allocationCount() {
      return server.allocationCount;
    },
    setPeers: (peers) => server.setPeers(peers),
    async close() {
      clearInterval(sweep);
      clearInterval(renewal);
      server.close();
      await Promise.all(sockets.map((socket) => socket.close()));
    },
  };
}

function readCertificate({ certificateFile, keyFile }: TurnOptions): TurnCertificate {
  if (!certificateFile || !keyFile) throw new RangeError('TURN over TLS needs a certificate and its key');
  return { cert: readFileSync(certificateFile), key: readFileSync(keyFile) };
}

function followCertificate(options: TurnOptions, servers: readonly TurnTcpServer[]): NodeJS.Timeout {
  const changed = () => [options.certificateFile!, options.keyFile!].map((file) => statSync(file).mtimeMs).join();
  let known = changed();
  return setInterval(() => {
    try {
      const now = changed();
      if (now === known) return;
      const certificate = readCertificate(options);
      for (const server of servers) server.renew(certificate);
      known = now;
    } catch {
      // Half written, or certificate and key do not belong together yet: the next look will tell.
    }
  }, CERTIFICATE_CHECK_MS);
}
