import { z } from 'zod';

/** Topic of the media room's data messages by which two people agree on a direct path. */
export const DIRECT_TOPIC = 'alongside.direct';
/** Longest message taken, bytes: a description of four media sections with its candidates takes about 6,000. */
export const DIRECT_MESSAGE_MAX_BYTES = 48_000;

/** What one person may send the other in a call, in the order of the media sections of a direct path. */
export const DirectSlot = z.enum(['microphone', 'camera', 'screen', 'screen-audio']);
export type DirectSlot = z.infer<typeof DirectSlot>;

/** Why media goes back through the media server. */
export const DirectReturn = z.enum(['not-alone', 'recording', 'not-allowed', 'worse', 'stalled', 'failed']);
export type DirectReturn = z.infer<typeof DirectReturn>;

const attempt = z.uuid();
const sdp = z.string().max(DIRECT_MESSAGE_MAX_BYTES);
/** To the media server and back; null while it is not known. */
const serverRttMs = z.number().nonnegative().nullable();

/**
 * Between two pages alone in a call. `attempt` names one direct connection; what belongs to another one is ignored.
 * offer → answer → `playing` from each side as often as what it plays changes → `return` → `served` from each side.
 * `close` ends an attempt at once.
 */
export const DirectMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('offer'), attempt, sdp }),
  z.strictObject({ type: z.literal('answer'), attempt, sdp }),
  /** These of yours I play as they come directly: the media server need not get them. */
  z.strictObject({ type: z.literal('playing'), attempt, slots: z.array(DirectSlot).max(4), serverRttMs }),
  /** I send everything to the media server again. */
  z.strictObject({ type: z.literal('return'), attempt, reason: DirectReturn }),
  /** I play everything of yours as it comes from the media server. */
  z.strictObject({ type: z.literal('served'), attempt }),
  z.strictObject({ type: z.literal('close'), attempt, reason: DirectReturn }),
]);
export type DirectMessage = z.infer<typeof DirectMessage>;
