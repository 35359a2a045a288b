import { CODEC, descriptionRule, FINGERPRINT } from './description-rule.ts';

/** An offer or answer could not be made or taken, for any other reason. */
export const descriptionFailed = descriptionRule(
  'description-failed',
  ['ice-failed', 'one-way-audio', 'stuck-decoder'],
  (text) => !CODEC.test(text) && !FINGERPRINT.test(text),
);
