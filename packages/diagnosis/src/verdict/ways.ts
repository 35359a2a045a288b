import type { Session, Track } from '../model/session.ts';
import { sentAs } from '../rules/ends.ts';
import type { Finding } from '../rules/finding.ts';

/**
 * Who stands at which end of what: whether a fault somewhere can be what somebody else suffers from. Looked up once for a
 * session, for verdicts compare every finding with every other.
 */
export class Ways {
  readonly #senders = new Map<string, readonly Track[]>();
  /** Participants whose streams reach each other without a server between that makes new ones of them. */
  readonly #direct = new Set<string>();

  constructor(session: Session) {
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
    return cause.subject.participantId === effect.subject.participantId
      ? leadsAtOneEnd(cause, effect)
      : this.#leadsAcross(cause, effect);
  }

  /** Whether two findings of a rule are one trouble: of other streams the same way, or seen from both ends of one path. */
  areOne(a: Finding, b: Finding): boolean {
    if (a.rule !== b.rule) return false;
    if (a.subject.participantId === b.subject.participantId) return a.subject.direction === b.subject.direction;
    return a.subject.trackId === null && b.subject.trackId === null && this.#isDirect(a, b);
  }

  #leadsAcross(cause: Finding, effect: Finding): boolean {
    const [from, to] = [cause.subject, effect.subject];
    if (to.direction === 'receive' && from.direction !== 'receive') {
      if (to.trackId === null) return this.#isDirect(cause, effect);
      const sent = (this.#senders.get(to.trackId) ?? []).filter(
        ({ participantId, connectionId }) =>
          participantId === from.participantId && (from.connectionId === null || from.connectionId === connectionId),
      );
      // An uplink is shared by all its streams; a fault of one stream stays with it.
      return sent.some(({ id }) => from.trackId === null || from.trackId === id || cause.area === 'network');
    }
    // Without a server between, a sender adapts to the way in of who receives.
    return (
      to.direction === 'send' && from.direction !== 'send' && cause.area === 'network' && this.#isDirect(cause, effect)
    );
  }

  #isDirect(a: Finding, b: Finding): boolean {
    return this.#direct.has(`${a.subject.participantId}\n${b.subject.participantId}`);
  }
}

function leadsAtOneEnd(cause: Finding, effect: Finding): boolean {
  const [a, b] = [cause.subject, effect.subject];
  const isShared = cause.area === 'network' || cause.area === 'device';
  if (
    a.connectionId !== null &&
    b.connectionId !== null &&
    a.connectionId !== b.connectionId &&
    cause.area !== 'device'
  )
    return false;
  if (a.direction !== null && b.direction !== null && a.direction !== b.direction) return false;
  return a.trackId === null || b.trackId === null || a.trackId === b.trackId || isShared;
}
