/** Thrown by what `until` looks with: it will never come, so waiting is over. */
export class Hopeless extends Error {}

/**
 * Waits for a condition by looking again and again: the alternative to sleeping in tests.
 * @param what names the condition in the error
 * @param look returns what was waited for, or a falsy value (or throws) while it is not there yet; `Hopeless` ends it
 * @param timeoutMs when to give up; generous, since machines are noisy and a pass costs nothing extra
 */
export async function until<T>(what: string, look: () => T | Promise<T>, timeoutMs = 60_000): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found) return found;
      lastError = undefined;
    } catch (error) {
      if (error instanceof Hopeless) throw error;
      lastError = error;
    }
    if (performance.now() > deadline) {
      throw new Error(
        `waited ${timeoutMs} ms for: ${what}`,
        lastError === undefined ? undefined : { cause: lastError },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
