import { SessionBuilder } from '@alongside/diagnosis';
import type { RoomView } from '@alongside/sfu';
import { personOf } from '../calls/media.ts';
import { ENGINE_PARTICIPANT } from './stored-batch.ts';

/** Names of simulcast layers, lowest first, as browsers and LiveKit use them. */
const RIDS = ['q', 'h', 'f'];

type Counters = { atMs: number; packets: number; bytes: number; more: number; reports?: number };

/**
 * Turns what the engine says of a room, time after time, into samples: the engine as one more participant, with one
 * connection to each person. What it receives names its sender; what it sends on is told as any sender does, with what the
 * receiver reports.
 */
export class EngineRows {
  readonly builder = new SessionBuilder('live');
  readonly #last = new Map<string, Counters>();

  add({ atMs, participants }: RoomView): void {
    for (const { identity, roundTripMs, estimateBps, bytesReceived, bytesSent, received, sent } of participants) {
      const person = personOf(identity);
      if (!person) continue;
      const connectionId = person.id;
      const connection = this.builder.connection(connectionId, ENGINE_PARTICIPANT);
      const inward = this.#growth(`${connectionId} in`, { atMs, packets: 0, bytes: bytesReceived, more: 0 });
      const outward = this.#growth(`${connectionId} out`, { atMs, packets: 0, bytes: bytesSent, more: 0 });
      connection.samples.append(atMs, {
        rttMs: roundTripMs,
        availableOutgoingBps: estimateBps,
        receivedBps: inward?.bitrateBps,
        sentBps: outward?.bitrateBps,
      });
      const place = { connectionId, participantId: ENGINE_PARTICIPANT } as const;
      for (const stream of received) {
        const { trackSid, layer, kind, source, isSimulcast } = stream;
        const id = `${connectionId.slice(0, 8)} ${trackSid} ${layer}`;
        const track = this.builder.track({ id, direction: 'receive', kind, ...place });
        track.source = source;
        track.senderId = person.id;
        if (isSimulcast) track.rid = RIDS[layer] ?? null;
        const { packets, bytes, keyFrameRequests } = stream;
        const grown = this.#growth(id, { atMs, packets, bytes, more: keyFrameRequests });
        if (!grown) continue;
        track.samples.append(atMs, {
          bitrateBps: grown.bitrateBps,
          packets: grown.packets,
          plis: grown.more,
          // A layer nobody shows, or a microphone that is off, loses nothing.
          lossRatio: stream.alive ? stream.lossRatio : null,
          jitterMs: stream.alive ? stream.jitterMs : null,
          active: Number(stream.alive && !stream.muted),
        });
      }
      for (const stream of sent) {
        const { trackSid, kind, source, packets, bytes, resent, reports, active } = stream;
        const id = `${connectionId.slice(0, 8)} ${trackSid} out`;
        const track = this.builder.track({ id, direction: 'send', kind, ...place });
        track.source = source;
        const grown = this.#growth(id, { atMs, packets, bytes, more: resent, reports });
        if (!grown) continue;
        track.samples.append(atMs, {
          bitrateBps: grown.bitrateBps,
          packets: grown.packets,
          retransmittedRatio: grown.packets > 0 ? Math.min(1, grown.more / grown.packets) : null,
          // One report, looked at again and again, is still one.
          remoteLossRatio: active && grown.reports > 0 ? stream.lossRatio : null,
          remoteRttMs: roundTripMs,
          forwardedLayer: kind === 'video' ? stream.layer : null,
          wantedLayer: kind === 'video' ? stream.wantedLayer : null,
          active: Number(active),
        });
      }
    }
  }

  /** @returns null the first time, and where a counter began anew */
  #growth(id: string, now: Counters): { bitrateBps: number; packets: number; more: number; reports: number } | null {
    const before = this.#last.get(id);
    this.#last.set(id, now);
    if (!before || now.atMs <= before.atMs || now.bytes < before.bytes || now.packets < before.packets) return null;
    return {
      bitrateBps: ((now.bytes - before.bytes) * 8_000) / (now.atMs - before.atMs),
      packets: now.packets - before.packets,
      more: Math.max(0, now.more - before.more),
      reports: (now.reports ?? 0) - (before.reports ?? 0),
    };
  }
}
