import { refusedServerRule } from './refused-server-rule.ts';
import { isFull, isUnauthorized } from './turn-codes.ts';

/** A TURN server refuses for another reason, which its code and text tell. */
export const turnRefused = refusedServerRule(
  'turn-refused',
  (code) => code >= 300 && code < 700 && !isUnauthorized(code) && !isFull(code),
  0.9,
);
