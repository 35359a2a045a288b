import { Codec, ServerInfo, ServerInfo_Edition } from '@livekit/protocol';

/**
 * The LiveKit server version whose behaviour we show. Clients switch features by it: below 1.8 no RPC, above 1.13.6
 * they choose by `video_layer_mode` how the layers of VP9 and AV1 are sent, which is not read here.
 */
const COMPATIBLE_VERSION = '1.13.5';
const PROTOCOL_VERSION = 17;

export function serverInfo(): ServerInfo {
  return new ServerInfo({
    edition: ServerInfo_Edition.Standard,
    version: COMPATIBLE_VERSION,
    protocol: PROTOCOL_VERSION,
    agentProtocol: 1,
    nodeId: 'ND_alongside',
  });
}

/** Codecs clients may publish; a non-empty list also makes browsers announce and offer in parallel. */
export function publishCodecs(): Codec[] {
  return ['audio/opus', 'audio/red', 'video/VP8', 'video/H264', 'video/VP9', 'video/AV1', 'video/rtx'].map(
    (mime) => new Codec({ mime }),
  );
}
