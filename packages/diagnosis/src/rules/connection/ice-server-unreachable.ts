import { refusedServerRule } from './refused-server-rule.ts';

/** No answer, or the name is not known (WebRTC 1.0, section 4.8.3). */
const UNREACHABLE = 701;

/** A STUN or TURN server gives no answer at one of its addresses. */
export const iceServerUnreachable = refusedServerRule('ice-server-unreachable', (code) => code === UNREACHABLE, 0.85);
