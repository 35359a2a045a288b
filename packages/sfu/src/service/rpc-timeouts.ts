/** Whoever is called has to say within this that it got the call. */
export const RPC_ACK_TIMEOUT_MS = 7_000;
const DEFAULT_RESPONSE_TIMEOUT_MS = 15_000;
const MAX_RESPONSE_TIMEOUT_MS = 60_000;

/** How long an answer may take: what the caller asked for (0: nothing), within bounds. */
export function rpcResponseTimeoutMs(asked: number): number {
  return asked === 0 ? DEFAULT_RESPONSE_TIMEOUT_MS : Math.min(asked, MAX_RESPONSE_TIMEOUT_MS);
}
