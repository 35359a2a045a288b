const TEXT_MAX_LENGTH = 300;

/** Why a device could not be had, for `Sampler.tell`. */
export function captureFailed(what: 'microphone' | 'camera' | 'screen' | 'unknown', thrown: unknown) {
  const { name } = (thrown ?? {}) as { name?: unknown };
  return {
    type: 'capture_failed' as const,
    what,
    name: typeof name === 'string' ? name : 'unknown',
    text: textOf(thrown),
  };
}

/** What something thrown says. */
export function textOf(thrown: unknown): string {
  const { message } = (thrown ?? {}) as { message?: unknown };
  return (typeof message === 'string' ? message : String(thrown)).slice(0, TEXT_MAX_LENGTH);
}
