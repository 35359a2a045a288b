/** A transport module of the media engine (`transportModule`): node-datachannel instead of our own ICE, DTLS and SRTP. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createCertificate, type PipeFactory, type PipeOptions, type TransportOptions } from '@alongside/sfu';
import { loadNativeLibrary } from './library.ts';
import { NativePipe, type NativePipeContext } from './native-pipe.ts';

/** What a datagram of media may be; ours sends what it is given. */
const MTU_BYTES = 1_450;

/** All pipes share one UDP port and one certificate, as ours do. For a server of one media thread. */
export async function openTransport(options: TransportOptions): Promise<PipeFactory> {
  const library = await loadNativeLibrary();
  const addresses = options.announcedAddresses ?? ['127.0.0.1'];
  const udpPort = options.udpPort || (await freePort());
  const certificate = createCertificate();
  const pem = (label: string, der: Buffer): string =>
    `-----BEGIN ${label}-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;
  const config = {
    iceServers: [],
    // One address: it would listen on every one of the machine.
    bindAddress: addresses[0]!,
    enableIceUdpMux: true,
    portRangeBegin: udpPort,
    portRangeEnd: udpPort,
    disableAutoNegotiation: true,
    mtu: MTU_BYTES,
    certificatePemFile: pem('CERTIFICATE', certificate.der),
    keyPemFile: certificate.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
  };
  const pipes = new Set<NativePipe>();
  const context: NativePipeContext = {
    connect: (name) => new library.PeerConnection(name, config),
    local: {
      fingerprint: certificate.fingerprint,
      candidates: [
        {
          foundation: 'n1',
          component: 1,
          protocol: 'udp',
          priority: 2_130_706_431,
          address: addresses[0]!,
          port: udpPort,
          type: 'host',
        },
      ],
    },
    onClosed: (pipe) => {
      pipes.delete(pipe);
    },
  };
  return {
    fingerprint: certificate.fingerprint,
    udpPort,
    tcpPort: undefined,
    create(pipeOptions: PipeOptions = {}) {
      const pipe = new NativePipe(context, pipeOptions);
      pipes.add(pipe);
      return pipe;
    },
    iceServers: () => [],
    async close() {
      for (const pipe of [...pipes]) pipe.close();
      library.cleanup();
    },
  };
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((closed) => socket.close(() => closed()));
  return port;
}
