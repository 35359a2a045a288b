/**
 * Waits, unless it is cancelled meanwhile.
 * @throws the signal's reason
 */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(done, ms);
  const onAbort = () => {
    clearTimeout(timer);
    reject(signal.reason);
  };
  function done(): void {
    signal.removeEventListener('abort', onAbort);
    resolve();
  }
  signal.addEventListener('abort', onAbort, { once: true });
  return promise;
}

/**
 * A promise's value, or null when it takes longer than that.
 * @throws the signal's reason when it is cancelled, and what the promise rejects with
 */
export async function within<T>(ms: number, promise: Promise<T>, signal: AbortSignal): Promise<T | null> {
  const over = new AbortController();
  try {
    return await Promise.race([promise, pause(ms, AbortSignal.any([signal, over.signal])).then(() => null)]);
  } finally {
    // The losing wait ends with nobody listening.
    promise.catch(() => {});
    over.abort();
  }
}
