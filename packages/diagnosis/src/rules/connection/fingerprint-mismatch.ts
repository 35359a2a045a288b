import type { Found } from '../rule.ts';
import { descriptionRule, FINGERPRINT, whole } from './description-rule.ts';

/** The other end's certificate is not the one its description names (RFC 8827, section 6.5), or none is named. */
export const fingerprintMismatch = descriptionRule(
  'fingerprint-mismatch',
  ['dtls-stuck', 'ice-failed', 'description-failed', 'one-way-audio'],
  (text) => FINGERPRINT.test(text),
  (session) =>
    session.logs.flatMap(({ atMs, participantId, text }): Found[] => {
      if (atMs === null || !/fingerprint/i.test(text) || !/mismatch|not match|verif|invalid/i.test(text)) return [];
      return [
        {
          subject: whole(participantId, null),
          fromMs: atMs,
          toMs: atMs,
          severity: 'critical',
          confidence: 0.85,
          evidence: [],
          facts: { what: 'description-log', text: text.trim().slice(0, 200), why: 'description-other' },
        },
      ];
    }),
);
