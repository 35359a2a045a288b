import { refusedServerRule } from './refused-server-rule.ts';
import { isFull } from './turn-codes.ts';

/** A TURN server has no room: for this user, or at all. */
export const turnFull = refusedServerRule('turn-full', isFull, 0.95);
