import { eventsOf } from '../events.ts';
import type { Found } from '../rule.ts';
import { CODEC, descriptionRule, FINGERPRINT, whole } from './description-rule.ts';

/** The ends have no codec in common for a kind of media, or one of them declined it. */
export const codecMismatch = descriptionRule(
  'codec-mismatch',
  ['one-way-audio', 'low-frame-rate', 'description-failed', 'stuck-decoder'],
  (text) => CODEC.test(text) && !FINGERPRINT.test(text),
  (session) =>
    eventsOf(session, 'media_rejected').flatMap((event): Found[] => {
      // A stream that was stopped is declined as well: only a kind that never flowed was refused.
      const flowed = session.tracks.some(
        ({ connectionId, kind, samples }) =>
          connectionId === event.connectionId && kind === event.kind && samples.length > 0,
      );
      if (flowed) return [];
      return [
        {
          subject: { ...whole(event.participantId, event.connectionId), kind: event.kind },
          fromMs: event.atMs,
          toMs: event.atMs,
          severity: 'major',
          confidence: 0.75,
          evidence: [],
          facts: { what: 'description-answer', text: `m=${event.kind} 0`, why: 'description-m-line' },
        },
      ];
    }),
);
