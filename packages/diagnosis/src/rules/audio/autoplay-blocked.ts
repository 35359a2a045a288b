import type { Session } from '../../model/session.ts';
import { eventsOf } from '../events.ts';
import type { Found, Rule } from '../rule.ts';

/** A page that tries again at every stream is refused several times for one reason, ms. */
const JOIN_MS = 10_000;

/** The browser does not play sound on a page nobody touched yet (HTML, `play()`: `NotAllowedError`). */
export const autoplayBlocked: Rule = {
  id: 'autoplay-blocked',
  area: 'audio',
  explains: ['one-way-audio'],
  find: refusals,
};

function refusals(session: Session): Found[] {
  const found = new Map<string, Found>();
  for (const { participantId, atMs, name } of eventsOf(session, 'play_failed')) {
    if (name !== 'NotAllowedError') continue;
    const last = found.get(participantId);
    if (last && atMs - last.toMs <= JOIN_MS) last.toMs = atMs;
    else
      found.set(participantId, {
        subject: { participantId, connectionId: null, trackId: null, direction: 'receive', kind: null },
        fromMs: atMs,
        toMs: atMs,
        severity: 'major',
        confidence: 0.95,
        evidence: [],
        facts: { error: name },
      });
  }
  return [...found.values()];
}
