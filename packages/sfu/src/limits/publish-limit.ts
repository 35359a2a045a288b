import { buildRtcp } from '@alongside/rtp';
import type { Participant } from '../room/participant.ts';
import type { Publication } from '../room/publication.ts';
import { expel, tellLimit } from './tell.ts';

/** From here on the sender is told how much it may send. */
const ADVISE_FROM_SHARE = 0.8;
/** Beyond this for so long it does not listen. */
const REFUSE_FROM_SHARE = 1.25;
const PATIENCE_MS = 4_000;

/** The lower of two limits; 0 is none. */
function least(a: number, b: number): number {
  return a === 0 || b === 0 ? a + b : Math.min(a, b);
}

/**
 * What one participant may publish, bit/s. Near the limit its congestion control is told the limit (REMB); who goes on
 * beyond it loses the track that is most, and is told so; who goes on even then is put out.
 */
export class PublishLimit {
  readonly #participant: Participant;
  readonly #bytesBefore = new Map<Publication, number>();
  #receivedBefore = 0;
  #lastMs: number;
  #overSinceMs = Number.POSITIVE_INFINITY;
  #isAdvised = false;

  constructor(participant: Participant, nowMs: number) {
    this.#participant = participant;
    this.#lastMs = nowMs;
  }

  /** To be called about once a second. */
  check(nowMs: number): void {
    const participant = this.#participant;
    const { host, settings } = participant.room;
    const limitBps = least(host.limits.maxPublishBps, settings.maxPublishBps ?? 0);
    const { peer } = participant;
    if (limitBps === 0 || !peer) return;
    const { bytesReceived } = peer.publisher.stats;
    const rateBps = ((bytesReceived - this.#receivedBefore) * 8_000) / Math.max(1, nowMs - this.#lastMs);
    this.#receivedBefore = bytesReceived;
    this.#lastMs = nowMs;
    const heaviest = this.#heaviest();
    if (rateBps >= limitBps * ADVISE_FROM_SHARE) this.#isAdvised = true;
    if (this.#isAdvised) this.#advise(limitBps);
    if (rateBps < limitBps * REFUSE_FROM_SHARE) {
      this.#overSinceMs = Number.POSITIVE_INFINITY;
      return;
    }
    this.#overSinceMs = Math.min(this.#overSinceMs, nowMs);
    if (nowMs - this.#overSinceMs < PATIENCE_MS) return;
    this.#overSinceMs = Number.POSITIVE_INFINITY;
    const message = `no more than ${Math.round(limitBps / 1_000)} kbit/s may be published`;
    if (!heaviest) {
      expel(participant, 'publish-bitrate', message);
      return;
    }
    tellLimit(participant, 'publish-bitrate', `${message}: the track ${heaviest.sid} was taken back`);
    participant.publications.withdraw(heaviest);
  }

  /** The publication that sent most since the last time. */
  #heaviest(): Publication | undefined {
    let heaviest: Publication | undefined;
    let most = 0;
    for (const publication of this.#participant.publications.published) {
      let bytes = 0;
      for (const stream of publication.source?.streams ?? []) bytes += stream?.statistics.bytes ?? 0;
      const grown = bytes - (this.#bytesBefore.get(publication) ?? 0);
      this.#bytesBefore.set(publication, bytes);
      if (grown > most) {
        most = grown;
        heaviest = publication;
      }
    }
    return heaviest;
  }

  #advise(limitBps: number): void {
    const { peer } = this.#participant;
    if (!peer?.connected) return;
    const ssrcs = [...peer.uplink.streams].map((stream) => stream.ssrc);
    if (ssrcs.length === 0) return;
    // Many tracks do not fit one message; each names the whole connection's limit anyway.
    peer.publisher.sendRtcp(
      buildRtcp([{ type: 'remb', senderSsrc: ssrcs[0]!, bitrateBps: limitBps, ssrcs: ssrcs.slice(0, 100) }]),
    );
  }
}
