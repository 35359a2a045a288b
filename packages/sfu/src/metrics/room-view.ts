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
  /** Packets that were due, and how many of them did not come before they were asked for again. */
  expected: number;
  lost: number;
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
  /**
   * As the receiver reports it: packets missing so far, and the highest number it has seen, 0 before the first report.
   * What two looks differ by is what was lost between: a single report may be about two packets.
   */
  reportedLost: number;
  reportedHighest: number;
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
  /** How long the client has said nothing on its signal connection, be it there or not, ms. */
  signalSilentMs: number;
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
    roundTripMs: peer.downlink.lastRoundTripMs,
    estimateBps: peer.downlink.bandwidth.estimateBps,
    signalSilentMs: nowMs - participant.signalHeardMs,
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
        return subscription && forwarder
          ? viewForwarder(publication, forwarder, subscription.wantedSpatial, nowMs)
          : [];
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
    expected: nack.expected,
    lost: nack.lost,
    jitterMs: statistics.jitterMs,
    keyFrameRequests: keyFrames.sent,
  };
}

function viewForwarder(
  publication: Publication,
  forwarder: Forwarder,
  wantedSpatial: number,
  nowMs: number,
): StreamOut {
  const { packets, octets, resent, reportedLost, reportedHighest, current, active, shown } = forwarder;
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
    reportedLost,
    reportedHighest,
    layer: isVideo ? current.spatial : 0,
    wantedLayer: isVideo ? Math.min(wantedSpatial, highestSent(forwarder, nowMs)) : 0,
  };
}

/** The largest layer the publisher sends now, −1 for none: what is shown larger is not there to be forwarded. */
function highestSent({ source }: Forwarder, nowMs: number): number {
  return source.layerRates(nowMs).findLastIndex((row) => row.some((rateBps) => rateBps > 0));
}

function sourceOf({ info }: Publication): RoomViewSource {
  if (info.source === TrackSource.CAMERA) return 'camera';
  if (info.source === TrackSource.MICROPHONE) return 'microphone';
  return info.source === TrackSource.SCREEN_SHARE ? 'screen' : 'unknown';
}
