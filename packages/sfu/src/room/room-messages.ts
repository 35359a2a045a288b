import {
  ClientConfigSetting,
  ClientConfiguration,
  ICEServer,
  JoinResponse,
  type ParticipantInfo,
  ReconnectResponse,
  Room as RoomInfo,
  RoomUpdate,
  SignalResponse,
} from '@livekit/protocol';
import type { Participant } from './participant.ts';
import type { Room } from './room.ts';
import { publishCodecs, serverInfo } from './server-info.ts';

/** A lost signal shows by the pings that do not come (`signalSilentMs` of the room's view): sooner than every 5 s. */
const PING_INTERVAL_S = 2;
/** A client that waits for an answer longer takes its signal for lost: TCP may take its time on a path with losses. */
const PING_TIMEOUT_S = 15;

/** The first message of a new signal connection. */
export function joinMessage(room: RoomInfo, participant: Participant, others: ParticipantInfo[]): SignalResponse {
  return new SignalResponse({
    message: {
      case: 'join',
      value: new JoinResponse({
        room,
        participant: participant.info(),
        otherParticipants: others,
        serverVersion: serverInfo().version,
        serverInfo: serverInfo(),
        subscriberPrimary: participant.negotiation.subscriberPrimary,
        pingInterval: PING_INTERVAL_S,
        pingTimeout: PING_TIMEOUT_S,
        enabledPublishCodecs: publishCodecs(),
        fastPublish: participant.permission.canPublish,
        iceServers: iceServersOf(participant),
        clientConfiguration: clientConfigurationOf(participant),
      }),
    },
  });
}

/** The first message of a resumed one; nothing may come before it. */
export function reconnectMessage(participant: Participant): SignalResponse {
  return new SignalResponse({
    message: {
      case: 'reconnect',
      value: new ReconnectResponse({
        serverInfo: serverInfo(),
        lastMessageSeq: participant.data.lastSequence,
        iceServers: iceServersOf(participant),
        clientConfiguration: clientConfigurationOf(participant),
      }),
    },
  });
}

function iceServersOf({ room, sid, forcedPath }: Participant): ICEServer[] {
  const servers = room.host.transport
    .iceServers(sid, room.host.wallMs(), room.settings.relayLifetimeS)
    .map((server) => new ICEServer(server));
  return forcedPath === 'tls' ? overTls(servers) : servers;
}

function overTls(servers: readonly ICEServer[]): ICEServer[] {
  return servers.flatMap((server) => {
    const urls = server.urls.filter((url) => url.startsWith('turns:'));
    return urls.length === 0 ? [] : [new ICEServer({ ...server, urls })];
  });
}

/** Where no relay speaks TLS, forcing the client to one would leave it without any way. */
function clientConfigurationOf(participant: Participant): ClientConfiguration {
  const relays = participant.forcedPath === 'tls' && iceServersOf(participant).length > 0;
  return new ClientConfiguration({
    resumeConnection: ClientConfigSetting.ENABLED,
    forceRelay: relays ? ClientConfigSetting.ENABLED : ClientConfigSetting.UNSET,
  });
}

export function roomUpdate(room: Room): SignalResponse {
  return new SignalResponse({ message: { case: 'roomUpdate', value: new RoomUpdate({ room: room.info() }) } });
}

/** A room as the service API and every participant see it. */
export function roomInfo(room: Room): RoomInfo {
  const visible = [...room.participants].filter((participant) => !participant.hidden);
  return new RoomInfo({
    sid: room.sid,
    name: room.name,
    emptyTimeout: room.settings.emptyTimeoutS,
    departureTimeout: room.settings.departureTimeoutS,
    maxParticipants: room.settings.maxParticipants,
    creationTime: BigInt(Math.floor(room.createdAtMs / 1000)),
    creationTimeMs: BigInt(room.createdAtMs),
    metadata: room.settings.metadata,
    numParticipants: visible.length,
    activeRecording: room.recording,
    numPublishers: visible.filter((participant) => participant.publications.count > 0).length,
    enabledCodecs: publishCodecs(),
  });
}
