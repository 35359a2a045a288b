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

export interface TransportOptions {
  /** 0: any free port. Leave out for no UDP. */
  udpPort?: number;
  /** 0: any free port. Leave out for no ICE-TCP. */
  tcpPort?: number;
  /** Addresses to bind. Default `0.0.0.0`; on a machine with several networks name each, so that answers leave by the address that was asked. */
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
  const listenAddresses = options.listenAddresses ?? ['0.0.0.0'];
  const udpSockets: IceUdpSocket[] = [];
  const tcpServers: IceTcpServer[] = [];
  const closeAll = async (): Promise<void> => {
    await Promise.all([...udpSockets, ...tcpServers].map((socket) => socket.close()));
  };
  // One port number for all addresses: the first free one decides for the others.
  let udpPort = options.udpPort;
  let tcpPort = options.tcpPort;
  try {
    for (const address of listenAddresses) {
      if (udpPort !== undefined) {
        const socket = await IceUdpSocket.open(registry, address, udpPort);
        udpSockets.push(socket);
        udpPort = socket.port;
      }
      if (tcpPort !== undefined) {
        const server = await IceTcpServer.open(registry, address, tcpPort);
        tcpServers.push(server);
        tcpPort = server.port;
      }
    }
  } catch (error) {
    await closeAll();
    throw error;
  }
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
        await closeAll();
      })();
      return closing;
    },
  };
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
