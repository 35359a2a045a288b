import { networkInterfaces } from 'node:os';
import { createCertificate, type DtlsCertificate } from './certificate.ts';
import { hostCandidates } from './ice-candidates.ts';
import { IceRegistry } from './ice-lite.ts';
import { IceTcpServer } from './ice-tcp.ts';
import { IceUdpSocket } from './ice-udp.ts';
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
  /**
   * Addresses to bind. Default: those announced where all are this machine's own, so that answers leave by the address
   * that was asked (behind a wildcard the routes choose, and a browser drops what comes from another address); else
   * `0.0.0.0`.
   */
  listenAddresses?: readonly string[];
  /**
   * Addresses clients are told, best first: the public ones where a router translates. Default: what is bound, or the
   * machine's own addresses where that is a wildcard.
   */
  announcedAddresses?: readonly string[];
  /** Default: a fresh one. */
  certificate?: DtlsCertificate;
  /** SRTP profiles to accept, best first. Default: AES-128-GCM, then AES-128-CM with HMAC-SHA1-80. */
  srtpProfiles?: readonly SrtpProfile[];
  timeouts?: Partial<PipeTimeouts>;
}

/** Binds the sockets of one media thread. @throws the bind error when an address or port cannot be had. */
export async function openTransport(options: TransportOptions = { udpPort: 0 }): Promise<PipeFactory> {
  const registry = new IceRegistry();
  const certificate = options.certificate ?? createCertificate();
  const listenAddresses = options.listenAddresses ?? addressesToBind(options.announcedAddresses);
  const { sockets, udpPort, tcpPort } = await bindAll(registry, listenAddresses, options);
  const announced = options.announcedAddresses ?? listenAddresses.flatMap(reachableAddresses);
  const candidates = hostCandidates([...new Set(announced)], udpPort, tcpPort);
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
}

/** One port number for all addresses: the first free one decides for the others, unless they have it taken. */
async function bindAll(
  registry: IceRegistry,
  addresses: readonly string[],
  { udpPort, tcpPort }: Pick<TransportOptions, 'udpPort' | 'tcpPort'>,
): Promise<BoundSockets> {
  const wantsAnyPort = udpPort === 0 || tcpPort === 0;
  for (let attempt = 1; ; attempt++) {
    const bound: BoundSockets = { sockets: [], udpPort, tcpPort };
    try {
      for (const address of addresses) {
        if (bound.udpPort !== undefined) {
          const socket = await IceUdpSocket.open(registry, address, bound.udpPort);
          bound.sockets.push(socket);
          bound.udpPort = socket.port;
        }
        if (bound.tcpPort !== undefined) {
          const server = await IceTcpServer.open(registry, address, bound.tcpPort);
          bound.sockets.push(server);
          bound.tcpPort = server.port;
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

function addressesToBind(announced: readonly string[] = []): readonly string[] {
  const own = new Set(Object.values(networkInterfaces()).flatMap((entries) => entries?.map(({ address }) => address)));
  return announced.length > 0 && announced.every((address) => own.has(address)) ? announced : ['0.0.0.0'];
}

/** What a wildcard stands for on this machine; loopback only where there is nothing else. */
function reachableAddresses(address: string): string[] {
  if (address !== '0.0.0.0' && address !== '::') return [address];
  const family = address === '::' ? 'IPv6' : 'IPv4';
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const ofFamily = all.filter((entry) => entry.family === family);
  // Link-local IPv6 addresses need a zone that a remote browser cannot know.
  const outside = ofFamily.filter((entry) => !entry.internal && !entry.address.startsWith('fe80:'));
  return (outside.length > 0 ? outside : ofFamily).map((entry) => entry.address);
}
