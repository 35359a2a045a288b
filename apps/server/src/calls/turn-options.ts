import type { MediaServerOptions } from '@alongside/sfu';
import type { Config } from '../platform/config/settings.ts';

/** What the configuration says of TURN, as the embedded media server takes it. */
export function turnOptions(config: Config): Pick<MediaServerOptions, 'turn' | 'turnElsewhere'> {
  const { turnUdpPort: udpPort, turnTcpPort: tcpPort, turnTlsPort: tlsPort, turnUrls: urls, turnSecret } = config;
  const isWanted = [udpPort, tcpPort, tlsPort].some((port) => port !== undefined);
  const publicHost = config.publicUrl && new URL(config.publicUrl).hostname;
  const host = config.turnHost ?? publicHost ?? config.mediaAddresses?.[0] ?? '';
  // On the port of the pages this server takes the connections and hands them over.
  const isShared = tlsPort !== undefined && tlsPort === config.port;
  const tls = isShared ? { handedOverPort: tlsPort } : { tlsPort };
  const certificateFile = config.turnCertFile ?? config.tlsCertFile;
  const keyFile = config.turnKeyFile ?? config.tlsKeyFile;
  return {
    ...(isWanted ? { turn: { host, udpPort, tcpPort, ...tls, certificateFile, keyFile } } : {}),
    ...(urls && turnSecret ? { turnElsewhere: [{ urls, secret: turnSecret }] } : {}),
  };
}
