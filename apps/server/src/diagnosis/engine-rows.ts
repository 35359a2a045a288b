import { SessionBuilder } from '@alongside/diagnosis';
import type { RoomView } from '@alongside/sfu';
import { personOf } from '../calls/media.ts';
import { ENGINE_PARTICIPANT } from './stored-batch.ts';

/** Names of simulcast layers, lowest first, as browsers and LiveKit use them. */
const RIDS = ['q', 'h', 'f'];

type Counters = { atMs: number; packets: number; bytes: number; more: number; lost?: number; expected?: number };
type Growth = { bitrateBps: number; packets: number; more: number; lossRatio: number | null };

/**
 * Turns what the engine says of a room, time after time, into samples: the engine as one more participant, with one
 * connection to each person. What it receives names its sender; what it sends on is told as any sender does, with what the
 * receiver reports.
 */
export class EngineRows {
  readonly builder = new SessionBuilder('live');
  readonly #last = new Map<string, Counters>();
  readonly #personOf: (identity: string) => { id: string } | null;

  /** @param who whose an identity in the room is; null: nobody's we know */
  constructor(who: (identity: string) => { id: string } | null = personOf) {
    this.#personOf = who;
  }

  add({ atMs, participants }: RoomView): void {
    for (const participant of participants) {
      const { identity, roundTripMs, estimateBps, signalSilentMs, bytesReceived, bytesSent, received, sent } =
        participant;
      const person = this.#personOf(identity);
      if (!person) continue;
      const connectionId = person.id;
      const connection = this.builder.connection(connectionId, ENGINE_PARTICIPANT);
      connection.peerId = person.id;
      const inward = this.#growth(`${connectionId} in`, { atMs, packets: 0, bytes: bytesReceived, more: 0 });
      const outward = this.#growth(`${connectionId} out`, { atMs, packets: 0, bytes: bytesSent, more: 0 });
      connection.samples.append(atMs, {
        rttMs: roundTripMs,
        availableOutgoingBps: estimateBps,
        receivedBps: inward?.bitrateBps,
        sentBps: outward?.bitrateBps,
        signalSilentMs,
      });
      const place = { connectionId, participantId: ENGINE_PARTICIPANT } as const;
      for (const stream of received) {
        const { trackSid, layer, kind, source, isSimulcast } = stream;
        const id = `${connectionId.slice(0, 8)} ${trackSid} ${layer}`;
        const track = this.builder.track({ id, direction: 'receive', kind, ...place });
        track.source = source;
        track.senderId = person.id;
        if (isSimulcast) track.rid = RIDS[layer] ?? null;
        const { packets, bytes, keyFrameRequests, lost, expected } = stream;
        const grown = this.#growth(id, { atMs, packets, bytes, more: keyFrameRequests, lost, expected });
        if (!grown) continue;
        track.samples.append(atMs, {
          bitrateBps: grown.bitrateBps,
          packets: grown.packets,
          plis: grown.more,
          // A layer nobody shows, or a microphone that is off, loses nothing.
          lossRatio: stream.alive ? grown.lossRatio : null,
          jitterMs: stream.alive ? stream.jitterMs : null,
          active: Number(stream.alive && !stream.muted),
        });
      }
      for (const stream of sent) {
        const { trackSid, publisher, kind, source, packets, bytes, resent, reportedLost, reportedHighest, active } =
          stream;
        const id = `${connectionId.slice(0, 8)} ${trackSid} out`;
        const track = this.builder.track({ id, direction: 'send', kind, ...place });
        track.source = source;
        // Whose it is that is passed on: what was lost on their way is missing here as well.
        track.senderId = this.#personOf(publisher)?.id ?? null;
        const counters = { atMs, packets, bytes, more: resent, lost: reportedLost, expected: reportedHighest };
        const grown = this.#growth(id, counters);
        if (!grown) continue;
        track.samples.append(atMs, {
          bitrateBps: grown.bitrateBps,
          packets: grown.packets,
          retransmittedRatio: grown.packets > 0 ? Math.min(1, grown.more / grown.packets) : null,
          remoteLossRatio: active ? grown.lossRatio : null,
          remoteRttMs: roundTripMs,
          forwardedLayer: kind === 'video' ? stream.layer : null,
          wantedLayer: kind === 'video' ? stream.wantedLayer : null,
          active: Number(active),
        });
      }
    }
  }

  /** @returns null the first time, and where a counter began anew */
  #growth(id: string, now: Counters): Growth | null {
    const before = this.#last.get(id);
    this.#last.set(id, now);
    if (!before || now.atMs <= before.atMs || now.bytes < before.bytes || now.packets < before.packets) return null;
    return {
      bitrateBps: ((now.bytes - before.bytes) * 8_000) / (now.atMs - before.atMs),
      packets: now.packets - before.packets,
      more: Math.max(0, now.more - before.more),
      lossRatio: lossBetween(before, now),
    };
  }
}

/** How much was lost between two looks; null where nothing was due or reported, or it began anew. */
function lossBetween(before: Counters, now: Counters): number | null {
  const numbered = (now.expected ?? 0) - (before.expected ?? 0);
  if (!before.expected || numbered <= 0) return null;
  return Math.min(1, Math.max(0, ((now.lost ?? 0) - (before.lost ?? 0)) / numbered));
}
