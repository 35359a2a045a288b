import type { Participant } from '../room/participant.ts';
import { noPipeTraffic } from '../transport/pipe.ts';

/** What went through one participant, one room or one engine since it began. */
export interface Traffic {
  packetsReceived: number;
  packetsSent: number;
  bytesReceived: number;
  bytesSent: number;
  /** Not authentic, repeated, malformed, or before the keys were there. */
  packetsRefused: number;
  /** Not sent: no path, or a full queue. */
  sendsDropped: number;
  handlerErrors: number;
  /** Packets asked for again, by us of publishers. */
  nacksSent: number;
  /** By subscribers of us. */
  nacksReceived: number;
  keyFrameRequestsSent: number;
  keyFrameRequestsReceived: number;
  /** Data packets a slow reader lost. */
  dataDropped: number;
}

export function noTraffic(): Traffic {
  return {
    ...noPipeTraffic(),
    nacksSent: 0,
    nacksReceived: 0,
    keyFrameRequestsSent: 0,
    keyFrameRequestsReceived: 0,
    dataDropped: 0,
  };
}

/** Adds what went through a participant so far to `sum`. */
export function addTraffic(sum: Traffic, { peer, data }: Participant): void {
  sum.dataDropped += data.dropped;
  if (!peer) return;
  for (const { stats } of peer.pipes) {
    sum.packetsReceived += stats.packetsReceived;
    sum.packetsSent += stats.packetsSent;
    sum.bytesReceived += stats.bytesReceived;
    sum.bytesSent += stats.bytesSent;
    sum.packetsRefused += stats.packetsRefused;
    sum.sendsDropped += stats.sendsDropped;
    sum.handlerErrors += stats.handlerErrors;
  }
  sum.nacksSent += peer.uplink.nacksSent;
  sum.nacksReceived += peer.nacksReceived;
  sum.keyFrameRequestsReceived += peer.keyFrameRequestsReceived;
  sum.keyFrameRequestsSent += peer.uplink.keyFrameRequestsSent;
}

export function mergeTraffic(sum: Traffic, more: Traffic): void {
  for (const key of Object.keys(sum) as (keyof Traffic)[]) sum[key] += more[key];
}
