import { TrackSource } from '@livekit/protocol';
import type { Forwarder } from '../media/forwarder.ts';
import type { UplinkStream } from '../media/uplink-stream.ts';
import type { Participant } from '../room/participant.ts';
import type { Publication } from '../room/publication.ts';
import type { Room } from '../room/room.ts';

export type RoomViewSource = 'camera' | 'microphone' | 'screen' | 'unknown';

/** One stream as it comes in: a microphone, or one layer of a picture. Counters grow since the stream began. */
export interface StreamIn {
  /** Of the published track. */
  trackSid: string;
  kind: 'audio' | 'video';
  source: RoomViewSource;
  /** Lowest first; 0 where there is one. */
  layer: number;
  isSimulcast: boolean;
  muted: boolean;
  /** Whether anything came of late: layers nobody shows are not sent. */
  alive: boolean;
  packets: number;
  bytes: number;
  /** Before repair, over the last second or so, 0 to 1. */
  lossRatio: number;
  jitterMs: number;
  /** Key frames asked of the sender. */
  keyFrameRequests: number;
}

/** One track as it is sent on to one participant. Counters grow since the subscription began. */
export interface StreamOut {
  trackSid: string;
  /** Whose track it is. */
  publisher: string;
  kind: 'audio' | 'video';
  source: RoomViewSource;
  /** Whether it is sent: shown, and with room for it. */
  active: boolean;
  packets: number;
  bytes: number;
  resent: number;
  /** As the receiver's last report has it, 0 to 1. */
  lossRatio: number;
  /** How many reports came: the ratio is news only with another one. */
  reports: number;
  /** The resolution that is sent, lowest is 0; −1: none. */
  layer: number;
  /** The one that is shown: a higher one is of no use. */
  wantedLayer: number;
}

/** What the engine sees of one participant's streams. */
export interface ParticipantView {
  identity: string;
  /** By RTCP; undefined before the first report. */
  roundTripMs: number | undefined;
  /** What the way to them carries, as the congestion control believes; undefined while nothing tells. */
  estimateBps: number | undefined;
  bytesReceived: number;
  bytesSent: number;
  received: StreamIn[];
  sent: StreamOut[];
}

/** A room as the engine sees it at an instant, plain values; ms since 1970. */
export interface RoomView {
  atMs: number;
  participants: ParticipantView[];
}

/** Looks at a room. Costs a walk over its streams, so it is asked every few seconds and not more. */
export function viewRoom(room: Room, nowMs: number, wallMs: number): RoomView {
  const all = [...room.participants];
  return {
    atMs: wallMs,
    participants: all
      .filter(({ peer }) => peer?.connected)
      .map((participant) => viewParticipant(participant, all, nowMs)),
  };
}

function viewParticipant(participant: Participant, all: readonly Participant[], nowMs: number): ParticipantView {
  const peer = participant.peer!;
  let bytesReceived = 0;
  let bytesSent = 0;
  for (const { stats } of peer.pipes) {
    bytesReceived += stats.bytesReceived;
    bytesSent += stats.bytesSent;
  }
  return {
    identity: participant.identity,
    roundTripMs: peer.downlink.roundTripMs,
    estimateBps: peer.downlink.bandwidth.estimateBps,
    bytesReceived,
    bytesSent,
    received: [...participant.publications.published].flatMap((publication) =>
      (publication.source?.streams ?? []).flatMap((stream) => (stream ? viewStream(publication, stream, nowMs) : [])),
    ),
    sent: all
      .filter((other) => other !== participant)
      .flatMap((other) => [...other.publications.published])
      .flatMap((publication) => {
        const subscription = participant.subscriptions.get(publication.sid);
        const forwarder = subscription?.forwarder;
        return subscription && forwarder ? viewForwarder(publication, forwarder, subscription.wantedSpatial) : [];
      }),
  };
}

function viewStream(publication: Publication, stream: UplinkStream, nowMs: number): StreamIn {
  const { statistics, nack, keyFrames, layerIndex } = stream;
  return {
    trackSid: publication.sid,
    kind: publication.kind,
    source: sourceOf(publication),
    layer: layerIndex,
    isSimulcast: publication.source?.isSimulcast ?? false,
    muted: publication.info.muted,
    alive: stream.isAlive(nowMs),
    packets: statistics.packets,
    bytes: statistics.bytes,
    lossRatio: nack.lossRatio,
    jitterMs: statistics.jitterMs,
    keyFrameRequests: keyFrames.sent,
  };
}

function viewForwarder(publication: Publication, forwarder: Forwarder, wantedLayer: number): StreamOut {
  const { packets, octets, resent, lossRatio, reports, current, active, shown } = forwarder;
  const isVideo = publication.kind === 'video';
  return {
    trackSid: publication.sid,
    publisher: publication.participant.identity,
    kind: publication.kind,
    source: sourceOf(publication),
    active: active && shown && !publication.info.muted && (!isVideo || current.spatial >= 0),
    packets,
    bytes: octets,
    resent,
    lossRatio,
    reports,
    layer: isVideo ? current.spatial : 0,
    wantedLayer: isVideo ? wantedLayer : 0,
  };
}

function sourceOf({ info }: Publication): RoomViewSource {
  if (info.source === TrackSource.CAMERA) return 'camera';
  if (info.source === TrackSource.MICROPHONE) return 'microphone';
  return info.source === TrackSource.SCREEN_SHARE ? 'screen' : 'unknown';
}
