import type { Session } from '../../model/session.ts';
import type { Rule } from '../rule.ts';
import { ofConnection } from '../subjects.ts';
import { type Refusal, refusalSeverity, refusals } from './ice-servers.ts';

/** What a refusal by a STUN or TURN server brings about. */
const EFFECTS = ['ice-failed', 'no-candidates', 'host-only', 'relay-needed', 'consent-lost'];

/** A rule for servers that answered the request for a candidate with certain codes (RFC 8656, section 19), or not at all. */
export function refusedServerRule(
  id: string,
  isMeant: (code: number) => boolean,
  confidence: number,
  factsOf: (refusal: Refusal, session: Session) => Record<string, string> = () => ({}),
): Rule {
  return {
    id,
    area: 'connection',
    explains: EFFECTS,
    find: (session) =>
      session.connections.flatMap((connection) =>
        refusals(session, connection).flatMap((refusal) => {
          const code = refusal.codes.find(isMeant);
          if (code === undefined) return [];
          return [
            {
              subject: ofConnection(connection),
              fromMs: refusal.fromMs,
              toMs: refusal.toMs,
              severity: refusalSeverity(session, connection),
              confidence,
              evidence: [
                {
                  measure: 'count' as const,
                  value: refusal.codes.filter(isMeant).length,
                  worst: null,
                  threshold: 0,
                  trouble: 'above' as const,
                },
              ],
              facts: { address: refusal.url, code, text: refusal.text.slice(0, 200), ...factsOf(refusal, session) },
            },
          ];
        }),
      ),
  };
}
