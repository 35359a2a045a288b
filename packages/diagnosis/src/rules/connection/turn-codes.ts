/** Codes by which a TURN server says why it gives no relay (RFC 8656, section 19, and RFC 8489, section 14.8). */
export const TURN_CODES = {
  /** Name or password are wrong, the nonce is stale, or other credentials were used than before. */
  unauthorized: [401, 438, 441],
  /** Of this user (allocation quota reached), or of the server (insufficient capacity). */
  full: [486, 508],
} as const;

export const isUnauthorized = (code: number): boolean => TURN_CODES.unauthorized.some((one) => one === code);
export const isFull = (code: number): boolean => TURN_CODES.full.some((one) => one === code);
