import { SdpError } from '@alongside/rtp';
import {
  DisconnectReason,
  LeaveRequest_Action,
  Pong,
  RequestResponse,
  RequestResponse_Reason,
  SignalRequest,
  SignalResponse,
  type SyncState,
  type UpdateLocalAudioTrack,
  type UpdateParticipantMetadata,
} from '@livekit/protocol';
import type { Participant } from './participant.ts';
import { simulate } from './simulate.ts';
import { excessOfFeatures } from './track-request.ts';

const MAX_NAME_CHARACTERS = 256;

/** Carries out one message of a client. Never throws on what a client sends: it is logged and left. */
export function handleRequest(participant: Participant, data: Uint8Array): void {
  const { host } = participant.room;
  host.counters.signalMessages++;
  // Its last messages may be on their way still.
  if (participant.state === 'disconnected') return;
  participant.signalHeardMs = host.nowMs();
  let request: SignalRequest;
  try {
    request = SignalRequest.fromBinary(data);
  } catch {
    host.log('debug', 'signal message is not readable', { participant: participant.sid });
    return;
  }
  try {
    dispatch(participant, request);
  } catch (error) {
    const unusable = error instanceof SdpError || error instanceof RangeError;
    host.log('warn', 'signal request failed', {
      participant: participant.sid,
      request: request.message.case,
      error: error instanceof Error ? error.message : String(error),
    });
    refuse(participant, `${request.message.case}: ${unusable ? error.message : 'cannot be carried out'}`);
  }
}

/** Says what is wrong with a request that has no answer of its own. */
function refuse(participant: Participant, message: string): void {
  participant.send(
    new SignalResponse({
      message: {
        case: 'requestResponse',
        value: new RequestResponse({ reason: RequestResponse_Reason.INVALID_REQUEST, message }),
      },
    }),
  );
}

function dispatch(participant: Participant, request: SignalRequest): void {
  const { message } = request;
  const { room } = participant;
  switch (message.case) {
    case 'offer':
      participant.negotiation.onOffer(message.value);
      return;
    case 'answer':
      participant.negotiation.onAnswer(message.value);
      return;
    case 'addTrack':
      participant.publications.add(message.value);
      return;
    case 'mute':
      participant.publications.setMuted(message.value.sid, message.value.muted, false);
      return;
    case 'subscription':
      participant.subscriptions.update(message.value);
      return;
    case 'trackSetting':
      participant.subscriptions.applySettings(message.value);
      return;
    case 'subscriptionPermission':
      participant.setSubscriptionPermission(message.value);
      return;
    case 'leave':
      room.remove(participant, DisconnectReason.CLIENT_INITIATED);
      return;
    case 'ping':
      participant.send(new SignalResponse({ message: { case: 'pong', value: BigInt(room.host.wallMs()) } }));
      return;
    case 'pingReq':
      participant.send(
        new SignalResponse({
          message: {
            case: 'pongResp',
            value: new Pong({ lastPingTimestamp: message.value.timestamp, timestamp: BigInt(room.host.wallMs()) }),
          },
        }),
      );
      return;
    case 'updateMetadata':
      updateMetadata(participant, message.value);
      return;
    case 'updateAudioTrack':
      updateAudioTrack(participant, message.value);
      return;
    case 'updateVideoTrack': {
      const publication = participant.publications.get(message.value.trackSid);
      if (!publication) return;
      publication.info.width = message.value.width;
      publication.info.height = message.value.height;
      participant.changed();
      return;
    }
    case 'syncState':
      syncState(participant, message.value);
      return;
    case 'simulate':
      simulate(participant, message.value);
      return;
    case 'publishDataTrackRequest':
      participant.send(
        new SignalResponse({
          message: {
            case: 'requestResponse',
            value: new RequestResponse({
              reason: RequestResponse_Reason.UNSUPPORTED_TYPE,
              message: 'data tracks are not served',
              request: { case: 'publishDataTrack', value: message.value },
            }),
          },
        }),
      );
      return;
    case 'storeDataBlobRequest':
    case 'getDataBlobRequest':
      participant.send(
        new SignalResponse({
          message: {
            case: 'requestResponse',
            value: new RequestResponse({
              requestId: message.value.requestId,
              reason: RequestResponse_Reason.NOT_ALLOWED,
              message: 'data blobs are not served',
            }),
          },
        }),
      );
      return;
    default:
    // Trickled candidates are not needed (an ICE-lite side only answers), the rest is deprecated or unknown.
  }
}

function updateAudioTrack(participant: Participant, update: UpdateLocalAudioTrack): void {
  const publication = participant.publications.get(update.trackSid);
  if (!publication) return;
  const excess = excessOfFeatures(update.features);
  if (excess !== undefined) {
    const request = { case: 'updateAudioTrack', value: update } as const;
    const value = new RequestResponse({ reason: RequestResponse_Reason.LIMIT_EXCEEDED, message: excess, request });
    participant.send(new SignalResponse({ message: { case: 'requestResponse', value } }));
    return;
  }
  publication.info.audioFeatures = update.features;
  participant.changed();
}

function updateMetadata(participant: Participant, update: UpdateParticipantMetadata): void {
  const { limits } = participant.room.host;
  const reply = (reason: RequestResponse_Reason, message = ''): void =>
    participant.send(
      new SignalResponse({
        message: {
          case: 'requestResponse',
          value: new RequestResponse({
            requestId: update.requestId,
            reason,
            message,
            request: { case: 'updateMetadata', value: update },
          }),
        },
      }),
    );
  if (!participant.permission.canUpdateMetadata) {
    reply(RequestResponse_Reason.NOT_ALLOWED, 'does not have permission to update own metadata');
    return;
  }
  if (
    Buffer.byteLength(update.metadata) > limits.maxMetadataBytes ||
    attributesBytes({ ...participant.attributes, ...update.attributes }) > limits.maxAttributesBytes ||
    update.name.length > MAX_NAME_CHARACTERS
  ) {
    participant.room.host.counters.refused('metadata');
    reply(RequestResponse_Reason.LIMIT_EXCEEDED, 'metadata, attributes or name too large');
    return;
  }
  reply(RequestResponse_Reason.OK);
  participant.setProfile({
    // Clients send what they have not changed as empty or as it was.
    name: update.name !== '' ? update.name : undefined,
    metadata: update.metadata !== '' ? update.metadata : undefined,
    attributes: update.attributes,
  });
}

/** Size of attributes as the limits count it: keys and values, bytes of UTF-8. */
export function attributesBytes(attributes: Readonly<Record<string, string>>): number {
  let bytes = 0;
  for (const [key, value] of Object.entries(attributes)) bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  return bytes;
}

/** What a resuming client believes; where we know less than it does, it has to start over. */
function syncState(participant: Participant, state: SyncState): void {
  const sids = state.publishTracks.flatMap((published) => published.track?.sid ?? []);
  if (!participant.publications.knows(sids)) {
    participant.sendLeave(DisconnectReason.STATE_MISMATCH, LeaveRequest_Action.RECONNECT);
    return;
  }
  // With auto-subscribe the list names exceptions, otherwise wishes; either way `update` has the right meaning.
  if (state.subscription) participant.subscriptions.update(state.subscription);
}
