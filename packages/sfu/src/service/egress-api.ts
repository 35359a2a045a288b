import {
  EgressInfo,
  ListEgressRequest,
  ListEgressResponse,
  ParticipantEgressRequest,
  RoomCompositeEgressRequest,
  StartEgressRequest,
  StopEgressRequest,
  TrackCompositeEgressRequest,
  TrackEgressRequest,
  UpdateLayoutRequest,
  UpdateStreamRequest,
  WebEgressRequest,
} from '@livekit/protocol';
import { type ServiceMethod, serviceMethod, type TwirpService } from './methods.ts';
import type { RoomEngines } from './room-api.ts';
import { ServiceError } from './service-error.ts';

const NOT_COMPOSED = 'nothing is composed or encoded here: record tracks or participants, and compose their files';
const NO_LAYOUT = 'recordings here have no layout and no streams';

/** `livekit.Egress`; carried out in the engines by `egress.ts`. */
export function egressService(engines: RoomEngines): TwirpService {
  return {
    StartTrackEgress: serviceMethod({
      request: TrackEgressRequest,
      grant: 'roomRecord',
      call: async (message) =>
        EgressInfo.fromBinary(await engines.call(message.roomName, 'StartTrackEgress', message.toBinary())),
    }),
    StartParticipantEgress: serviceMethod({
      request: ParticipantEgressRequest,
      grant: 'roomRecord',
      call: async (message) =>
        EgressInfo.fromBinary(await engines.call(message.roomName, 'StartParticipantEgress', message.toBinary())),
    }),
    ListEgress: serviceMethod({
      request: ListEgressRequest,
      grant: 'roomRecord',
      async call(message) {
        const lists = await engines.callAll('ListEgress', message.toBinary());
        return new ListEgressResponse({ items: lists.flatMap((list) => ListEgressResponse.fromBinary(list).items) });
      },
    }),
    StopEgress: serviceMethod({
      request: StopEgressRequest,
      grant: 'roomRecord',
      call: ({ egressId }) => stopEgress(engines.callAll, egressId),
    }),
    StartEgress: unimplemented(StartEgressRequest, NOT_COMPOSED),
    StartRoomCompositeEgress: unimplemented(RoomCompositeEgressRequest, NOT_COMPOSED),
    StartTrackCompositeEgress: unimplemented(TrackCompositeEgressRequest, NOT_COMPOSED),
    StartWebEgress: unimplemented(WebEgressRequest, NOT_COMPOSED),
    UpdateLayout: unimplemented(UpdateLayoutRequest, NO_LAYOUT),
    UpdateStream: unimplemented(UpdateStreamRequest, NO_LAYOUT),
  };
}

/** Stops a recording in whichever engine it is. @throws ServiceError `not_found` */
export async function stopEgress(callAll: RoomEngines['callAll'], egressId: string): Promise<EgressInfo> {
  const answers = await callAll('StopEgress', new StopEgressRequest({ egressId }).toBinary());
  const found = answers.find((answer) => answer.length > 0);
  if (!found) throw new ServiceError('not_found', 'egress not found');
  return EgressInfo.fromBinary(found);
}

function unimplemented(request: unknown, why: string): ServiceMethod {
  return serviceMethod({
    request: request as typeof StopEgressRequest,
    grant: 'roomRecord',
    call(): Promise<EgressInfo> {
      return Promise.reject(new ServiceError('unimplemented', why));
    },
  });
}
