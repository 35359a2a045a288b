import {
  type EgressInfo,
  ListEgressRequest,
  ListEgressResponse,
  ParticipantEgressRequest,
  StopEgressRequest,
  TrackEgressRequest,
} from '@livekit/protocol';
import type { Engine } from '../engine/engine.ts';
import type { Room } from '../room/room.ts';
import { ServiceError } from './service-error.ts';

/** What the application around the engine asks for: everything in a room, into a folder. */
export interface RoomRecordingOrder {
  id: string;
  roomName: string;
  /** Of the folder, below the engine's folder for recordings. */
  path: string;
  /** Beginnings of identities; left out: of everybody. */
  whose?: readonly string[] | undefined;
}

/** Whose tracks are recorded from now on, too. */
export type IncludedPeople = { id: string; whose: readonly string[] };

// Not of LiveKit's API, and not to be called from outside.
export const RECORD_ROOM = 'RecordRoomEgress';
export const INCLUDE_PEOPLE = 'IncludePeopleEgress';

export function isEgressMethod(method: string): boolean {
  return method.endsWith('Egress');
}

/**
 * Egress, carried out where the room lives: request and response are protobuf bytes. What is recorded is written as it
 * came, without transcoding, below the engine's folder for recordings; everything that needs a picture to be composed
 * or a stream to go elsewhere says `unimplemented`.
 * @throws ServiceError
 */
export async function callEgress(engine: Engine, method: string, request: Uint8Array): Promise<Uint8Array> {
  switch (method) {
    case 'StartTrackEgress':
      return startTrackEgress(engine, TrackEgressRequest.fromBinary(request)).toBinary();
    case 'StartParticipantEgress':
      return startParticipantEgress(engine, ParticipantEgressRequest.fromBinary(request)).toBinary();
    case 'ListEgress': {
      const filter = ListEgressRequest.fromBinary(request);
      return new ListEgressResponse({ items: engine.recordings.list(filter) }).toBinary();
    }
    case 'StopEgress': {
      const { egressId } = StopEgressRequest.fromBinary(request);
      // Nothing says in which engine it is: those that do not know it answer nothing.
      if (!engine.recordings.has(egressId)) return new Uint8Array();
      return (await engine.recordings.stop(egressId)).toBinary();
    }
    case RECORD_ROOM: {
      const { id, roomName, path, whose } = JSON.parse(Buffer.from(request).toString()) as RoomRecordingOrder;
      return engine.recordings.start({ id, room: roomOf(engine, roomName), path, whose }).toBinary();
    }
    case INCLUDE_PEOPLE: {
      const { id, whose } = JSON.parse(Buffer.from(request).toString()) as IncludedPeople;
      engine.recordings.include(id, whose);
      return new Uint8Array();
    }
    default:
      throw new ServiceError('unimplemented', `${method} is not implemented`);
  }
}

function roomOf(engine: Engine, name: string): Room {
  const room = engine.room(name);
  if (!room) throw new ServiceError('not_found', 'requested room does not exist');
  return room;
}

function startTrackEgress(engine: Engine, request: TrackEgressRequest): EgressInfo {
  const room = roomOf(engine, request.roomName);
  const publication = room.publication(request.trackId);
  if (!publication || publication.participant.hidden) throw new ServiceError('not_found', 'track is not found');
  if (request.output.case !== 'file') {
    throw new ServiceError('unimplemented', 'only files are written, nothing is streamed');
  }
  const { filepath, output } = request.output.value;
  if (output.case !== undefined) throw new ServiceError('unimplemented', 'files are written to the local disk only');
  const codec = publication.info.mimeType.replace(/^.*\//, '').toLowerCase();
  const expected = publication.kind === 'audio' ? ['ogg', 'webm'] : codec === 'h264' ? ['mkv'] : ['webm', 'mkv'];
  const path = fill(filepath || '{room_name}/{track_id}-{time}', room, {
    track_id: publication.sid,
    track_type: publication.kind,
    track_source: String(publication.info.source),
    publisher_identity: publication.participant.identity,
  });
  const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase();
  if (extension !== undefined && !expected.includes(extension)) {
    throw new ServiceError('invalid_argument', `a track of ${codec} is written as .${expected.join(' or .')}`);
  }
  return engine.recordings.start({
    room,
    path,
    singleFile: true,
    wants: (candidate) => candidate.sid === publication.sid,
    request: { case: 'track', value: request },
  });
}

/** One file for each track of the participant, and a manifest that lays them on one clock. */
function startParticipantEgress(engine: Engine, request: ParticipantEgressRequest): EgressInfo {
  const room = roomOf(engine, request.roomName);
  if (!room.byIdentity(request.identity)) throw new ServiceError('not_found', 'participant does not exist');
  if (request.streamOutputs.length + request.segmentOutputs.length + request.imageOutputs.length > 0) {
    throw new ServiceError('unimplemented', 'only files are written');
  }
  if (request.options.case !== undefined) throw new ServiceError('unimplemented', 'nothing is encoded again');
  if (request.fileOutputs.some((file) => file.output.case !== undefined)) {
    throw new ServiceError('unimplemented', 'files are written to the local disk only');
  }
  const template = request.fileOutputs[0]?.filepath || '{room_name}/{publisher_identity}-{time}';
  return engine.recordings.start({
    room,
    path: fill(template, room, { publisher_identity: request.identity }).replace(/\.[a-z0-9]+$/i, ''),
    wants: ({ participant, info }) =>
      participant.identity === request.identity && (request.screenShare ? info.source >= 3 : info.source < 3),
    request: { case: 'participant', value: request },
  });
}

/** Replaces `{name}` as LiveKit does; what is filled in can not leave its folder. */
function fill(template: string, room: Room, values: Readonly<Record<string, string>>): string {
  const now = new Date(room.host.wallMs());
  const all: Readonly<Record<string, string>> = {
    room_name: room.name,
    room_id: room.sid,
    time: now.toISOString().replace(/[:.]/g, '').slice(0, 15),
    ...values,
  };
  return template.replace(/\{([a-z_]+)\}/g, (whole, name: string) =>
    Object.hasOwn(all, name) ? all[name]!.replace(/[^\p{L}\p{N}._-]/gu, '_').replace(/^\.+/, '_') : whole,
  );
}
