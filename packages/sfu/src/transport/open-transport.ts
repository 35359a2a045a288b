import { isIPv6 } from 'node:net';
import { createCertificate, type DtlsCertificate } from './certificate.ts';
import { hostCandidates } from './ice-candidates.ts';
import { IceRegistry } from './ice-lite.ts';
import { iceServersFor, type TurnAccess } from './ice-servers.ts';
import { IceTcpServer } from './ice-tcp.ts';
import { IceUdpSocket } from './ice-udp.ts';
import { mediaAddresses } from './media-addresses.ts';
import type { PipeFactory, PipeOptions } from './pipe.ts';
import type { SrtpProfile } from './srtp-keys.ts';
import { DEFAULT_TIMEOUTS, type PipeTimeouts, WebrtcPipe } from './webrtc-pipe.ts';

const SWEEP_MS = 500;
/** How often any free port is looked for, when the one found at the first address is taken at another. */
const BIND_ATTEMPTS = 5;

export interface TransportOptions {
  /** 0: any free port. Leave out for no UDP. */
  udpPort?: number;
  /** 0: any free port. Leave out for no ICE-TCP. */
  tcpPort?: number;
  /** Addresses to bind; default see `mediaAddresses`. */
  listenAddresses?: readonly string[];
  /** Addresses clients are told, best first: the public ones where a router translates; default see `mediaAddresses`. */
  announcedAddresses?: readonly string[];
  /** Default: a fresh one. */
  certificate?: DtlsCertificate;
  /** SRTP profiles to accept, best first. Default: `SRTP_PROFILES`. */
  srtpProfiles?: readonly SrtpProfile[];
  timeouts?: Partial<PipeTimeouts>;
  /** False: packets one by one through node:dgram, as where the system cannot be called. */
  isBatched?: boolean;
  /** TURN servers clients are told of. */
  turn?: readonly TurnAccess[];
}

/** Binds the sockets of one media thread. @throws the bind error when an address or port cannot be had. */
export async function openTransport(options: TransportOptions = { udpPort: 0 }): Promise<PipeFactory> {
  const registry = new IceRegistry();
  const certificate = options.certificate ?? createCertificate();
  const { listen, announced } = mediaAddresses({
    listen: options.listenAddresses,
    announced: options.announcedAddresses,
  });
  const { sockets, udpPort, tcpPort, missing } = await bindAll(registry, listen, options);
  const told = announced.filter((address) => !missing.includes(address));
  const candidates = hostCandidates(told, udpPort, tcpPort);
  const pipes = new Set<WebrtcPipe>();
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const sweep = setInterval(() => {
    const nowMs = performance.now();
    for (const pipe of pipes) pipe.sweep(nowMs);
  }, SWEEP_MS);
  const context = {
    registry,
    certificate,
    srtpProfiles: options.srtpProfiles,
    candidates,
    timeouts,
    onClosed: (pipe: WebrtcPipe) => {
      pipes.delete(pipe);
    },
  };
  let closing: Promise<void> | undefined;
  return {
    fingerprint: certificate.fingerprint,
    udpPort,
    tcpPort,
    create(pipeOptions: PipeOptions = {}) {
      if (closing) throw new RangeError('the transport is closed');
      const pipe = new WebrtcPipe(context, pipeOptions);
      pipes.add(pipe);
      return pipe;
    },
    iceServers: (participant, nowMs, lifetimeS) => iceServersFor(options.turn ?? [], participant, nowMs, lifetimeS),
    takeUrgent() {
      for (const socket of sockets) if (socket instanceof IceUdpSocket) socket.takeUrgent();
    },
    close() {
      closing ??= (async () => {
        clearInterval(sweep);
        for (const pipe of [...pipes]) pipe.close();
        await Promise.all(sockets.map((socket) => socket.close()));
      })();
      return closing;
    },
  };
}

interface BoundSockets {
  sockets: (IceUdpSocket | IceTcpServer)[];
  udpPort: number | undefined;
  tcpPort: number | undefined;
  /** Addresses that could not be had and were not asked for by name. */
  missing: string[];
}

/** One port number for all addresses: the first free one decides for the others, unless they have it taken. */
async function bindAll(
  registry: IceRegistry,
  addresses: readonly string[],
  { udpPort, tcpPort, listenAddresses, isBatched }: TransportOptions,
): Promise<BoundSockets> {
  const wantsAnyPort = udpPort === 0 || tcpPort === 0;
  for (let attempt = 1; ; attempt++) {
    const bound: BoundSockets = { sockets: [], udpPort, tcpPort, missing: [] };
    try {
      for (const address of addresses) {
        try {
          await bind(registry, address, bound, isBatched);
        } catch (error) {
          // An IPv6 address that is still being checked for duplicates, or was just given up.
          const isGone = (error as NodeJS.ErrnoException).code === 'EADDRNOTAVAIL' && isIPv6(address);
          if (!isGone || listenAddresses) throw error;
          bound.missing.push(address);
        }
      }
      return bound;
    } catch (error) {
      await Promise.all(bound.sockets.map((socket) => socket.close()));
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!isTaken || !wantsAnyPort || attempt === BIND_ATTEMPTS) throw error;
    }
  }
}

async function bind(
  registry: IceRegistry,
  address: string,
  bound: BoundSockets,
  isBatched: boolean | undefined,
): Promise<void> {
  if (bound.udpPort !== undefined) {
    const socket = await IceUdpSocket.open(registry, address, bound.udpPort, isBatched);
    bound.sockets.push(socket);
    bound.udpPort = socket.port;
  }
  if (bound.tcpPort !== undefined) {
    const server = await IceTcpServer.open(registry, address, bound.tcpPort);
    bound.sockets.push(server);
    bound.tcpPort = server.port;
  }
}
