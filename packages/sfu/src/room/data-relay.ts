import type { DataPacket, DataPacket_Kind } from '@livekit/protocol';
import type { Participant } from './participant.ts';

const MAX_NONCES = 1_000;

/** Passes data packets on inside a room; a service call that is retried (same nonce) is delivered once. */
export class DataRelay {
  readonly #nonces = new Set<string>();

  /**
   * Sends to whom the packet is for; when it names nobody, to everybody but the sender and those who stand by: hidden,
   * and without the right to hear or see.
   */
  relay(
    packet: DataPacket,
    kind: DataPacket_Kind,
    sender: Participant | undefined,
    destinationSids: readonly string[],
    participants: Iterable<Participant>,
  ): void {
    if (packet.value.case === 'user' && !this.#firstTime(packet.value.value.nonce)) return;
    const identities = new Set(packet.destinationIdentities);
    const sids = new Set(destinationSids);
    const forAll = identities.size === 0 && sids.size === 0;
    const bytes = Buffer.from(packet.toBinary());
    for (const other of participants) {
      if (other === sender) continue;
      const standsBy = other.hidden && !other.permission.canSubscribe;
      if ((forAll && !standsBy) || identities.has(other.identity) || sids.has(other.sid)) {
        other.data.send(bytes, kind);
      }
    }
  }

  #firstTime(nonce: Uint8Array): boolean {
    if (nonce.length !== 16) return true;
    const key = Buffer.from(nonce).toString('base64');
    if (this.#nonces.has(key)) return false;
    this.#nonces.add(key);
    if (this.#nonces.size > MAX_NONCES) this.#nonces.delete(this.#nonces.keys().next().value!);
    return true;
  }
}
