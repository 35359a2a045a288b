import type { Session, Track } from '../model/session.ts';
import { sentAs } from '../rules/ends.ts';
import type { Finding, Subject } from '../rules/finding.ts';

/** On whose way something is, and which way: what a server receives from somebody is on that person's way out. */
type Place = Pick<Subject, 'participantId' | 'direction'>;

/**
 * Who stands at which end of what: whether a fault somewhere can be what somebody else suffers from. Looked up once for a
 * session, for verdicts compare every finding with every other.
 */
export class Ways {
  readonly #senders = new Map<string, readonly Track[]>();
  /** Participants whose streams reach each other without a server between that makes new ones of them. */
  readonly #direct = new Set<string>();
  /** To whom a server's connection leads. */
  readonly #peers = new Map<string, string>();

  constructor(session: Session) {
    for (const { id, peerId } of session.connections) if (peerId !== null) this.#peers.set(id, peerId);
    for (const track of session.tracks) {
      const sent = sentAs(session, track);
      if (sent.length === 0) continue;
      this.#senders.set(track.id, sent);
      for (const { ssrc, participantId } of sent)
        if (ssrc !== null && ssrc === track.ssrc) {
          this.#direct.add(`${participantId}\n${track.participantId}`);
          this.#direct.add(`${track.participantId}\n${participantId}`);
        }
    }
  }

  /**
   * Whether one finding lies on the way of another: what happens to somebody's whole connection happens to each stream on
   * it, one direction says nothing of the other, and what goes wrong on its way out arrives wrong at everybody else.
   */
  leads(cause: Finding, effect: Finding): boolean {
    const [from, to] = [this.#placeOf(cause), this.#placeOf(effect)];
    if (from.participantId !== to.participantId) return this.#leadsAcross(cause, from, effect, to);
    if (cause.subject.participantId === effect.subject.participantId) return leadsAtOneEnd(cause, effect);
    // The server's view and the person's own, of one way.
    const isSameWay = from.direction === null || to.direction === null || from.direction === to.direction;
    return isSameWay && (cause.area === 'network' || cause.subject.kind === effect.subject.kind);
  }

  /** Whether one is the other's fault as the receiving end sees it. */
  mirrors(cause: Finding, effect: Finding): boolean {
    if (cause.rule !== effect.rule) return false;
    const [from, to] = [this.#placeOf(cause), this.#placeOf(effect)];
    return from.participantId !== to.participantId && to.direction === 'receive' && from.direction !== 'receive';
  }

  /** Whether two findings of a rule are one trouble: of other streams the same way, or seen from both ends of one path. */
  areOne(a: Finding, b: Finding): boolean {
    if (a.rule !== b.rule) return false;
    const [one, other] = [this.#placeOf(a), this.#placeOf(b)];
    if (one.participantId === other.participantId) return one.direction === other.direction;
    return a.subject.trackId === null && b.subject.trackId === null && this.#isDirect(one, other);
  }

  /** The finding as that of the person on whose way it is, where a server made it. */
  told(finding: Finding): Finding {
    const place = this.#placeOf(finding);
    if (place.participantId === finding.subject.participantId) return finding;
    return { ...finding, subject: { ...finding.subject, ...place } };
  }

  #leadsAcross(cause: Finding, from: Place, effect: Finding, to: Place): boolean {
    if (to.direction === 'receive' && from.direction !== 'receive') {
      const { trackId } = effect.subject;
      if (trackId === null) return this.#isDirect(from, to);
      const sent = (this.#senders.get(trackId) ?? []).filter(
        ({ participantId }) => participantId === from.participantId,
      );
      const { connectionId, trackId: own } = cause.subject;
      const isSeenByServer = cause.subject.participantId !== from.participantId;
      // An uplink is shared by all its streams; a fault of one stream stays with it.
      const isShared = cause.area === 'network' || cause.area === 'device' || isSeenByServer;
      return sent.some(
        (track) =>
          isShared ||
          ((connectionId === null || connectionId === track.connectionId) && (own === null || own === track.id)),
      );
    }
    // Without a server between, a sender adapts to the way in of who receives.
    return to.direction === 'send' && from.direction !== 'send' && cause.area === 'network' && this.#isDirect(from, to);
  }

  #placeOf({ subject: { participantId, connectionId, direction } }: Finding): Place {
    const peerId = connectionId === null ? undefined : this.#peers.get(connectionId);
    if (peerId === undefined) return { participantId, direction };
    return { participantId: peerId, direction: direction && (direction === 'send' ? 'receive' : 'send') };
  }

  #isDirect(a: Place, b: Place): boolean {
    return this.#direct.has(`${a.participantId}\n${b.participantId}`);
  }
}

function leadsAtOneEnd(cause: Finding, effect: Finding): boolean {
  const [a, b] = [cause.subject, effect.subject];
  const isShared = cause.area === 'network' || cause.area === 'device';
  const isElsewhere = a.connectionId !== null && b.connectionId !== null && a.connectionId !== b.connectionId;
  // Several connections of one person share the line and the device.
  if (isElsewhere && !isShared) return false;
  if (a.direction !== null && b.direction !== null && a.direction !== b.direction) return false;
  return a.trackId === null || b.trackId === null || a.trackId === b.trackId || isShared;
}
