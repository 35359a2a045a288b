import type { Session, Track } from '../../model/session.ts';
import { MAX_GAP_MS } from '../derived.ts';
import type { Found } from '../rule.ts';

/** Shorter, a server is only finding its level after a key frame or a new receiver, ms. */
const MIN_MS = 5_500;

/**
 * What a media server itself tells: that it forwards less of a picture than its receiver shows. It does so for want of
 * bandwidth only, so no other sign is needed. The finding is the receiver's.
 */
export function heldBackByServer(session: Session): Found[] {
  return session.connections.flatMap(({ id, peerId }) =>
    peerId === null
      ? []
      : session.tracks
          .filter((track) => track.connectionId === id && track.direction === 'send' && track.kind === 'video')
          .flatMap((track) => stretchesOf(track, peerId)),
  );
}

type Stretch = { fromMs: number; toMs: number; samples: number; sum: number; least: number };

function stretchesOf({ samples }: Track, peerId: string): Found[] {
  const stretches: Stretch[] = [];
  let open: Stretch | null = null;
  for (let index = 1; index < samples.length; index++) {
    const wanted = samples.value('wantedLayer', index);
    const forwarded = samples.value('forwardedLayer', index);
    const [beforeMs, atMs] = [samples.atMs(index - 1), samples.atMs(index)];
    if (wanted === null || forwarded === null || forwarded >= wanted || atMs - beforeMs > MAX_GAP_MS) {
      open = null;
      continue;
    }
    // Each resolution is half as high as the next; of none forwarded nothing arrives.
    const share = forwarded < 0 ? 0 : 2 ** (forwarded - wanted);
    if (!open) {
      open = { fromMs: beforeMs, toMs: atMs, samples: 0, sum: 0, least: share };
      stretches.push(open);
    }
    open.toMs = atMs;
    open.samples += 1;
    open.sum += share;
    open.least = Math.min(open.least, share);
  }
  return stretches
    .filter(({ fromMs, toMs }) => toMs - fromMs >= MIN_MS)
    .map(({ fromMs, toMs, samples: count, sum, least }) => ({
      subject: { participantId: peerId, connectionId: null, trackId: null, direction: 'receive', kind: 'video' },
      fromMs,
      toMs,
      severity: sum / count < 0.5 ? 'major' : 'minor',
      confidence: 0.95,
      evidence: [{ measure: 'receivedShareRatio', value: sum / count, worst: least, threshold: 1, trouble: 'below' }],
      facts: { sign: 'told-by-server' },
    }));
}
