import {
  ICEServer,
  JoinResponse,
  type ParticipantInfo,
  ReconnectResponse,
  type Room as RoomInfo,
  SignalResponse,
} from '@livekit/protocol';
import type { Participant } from './participant.ts';
import { publishCodecs, serverInfo } from './server-info.ts';

const PING_INTERVAL_S = 5;
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
      }),
    },
  });
}

function iceServersOf({ room, sid }: Participant): ICEServer[] {
  const { transport } = room.host;
  return transport.iceServers(sid, room.host.wallMs()).map((server) => new ICEServer(server));
}
