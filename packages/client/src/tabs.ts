/** What several tabs of one person need to agree upon. */
export type TabBus = {
  /** Tells the other tabs that something under this name changed. */
  tell(name: string): void;
  listen(name: string, listener: () => void): () => void;
  /** Runs `work` while no other tab runs work under the same name; waits for its turn. */
  exclusively(name: string, work: () => Promise<void>): Promise<void>;
  close(): void;
};

/**
 * Opens the bus between the tabs of this origin: BroadcastChannel and Web Locks. Where the browser has no locks (plain
 * http) every tab works for itself; messages are idempotent by their id, so nothing is doubled.
 */
export function openTabBus(name = 'alongside'): TabBus {
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks;
  const abort = new AbortController();
  const listeners = new Map<string, Set<() => void>>();
  if (channel) {
    channel.onmessage = (message) => {
      for (const listener of [...(listeners.get(String(message.data)) ?? [])]) listener();
    };
  }
  return {
    tell: (topic) => channel?.postMessage(topic),
    listen(topic, listener) {
      const own = () => listener();
      const all = listeners.get(topic) ?? new Set();
      listeners.set(topic, all.add(own));
      return () => all.delete(own);
    },
    async exclusively(lock, work) {
      if (!locks) return work();
      try {
        await locks.request(`${name}:${lock}`, { signal: abort.signal }, work);
      } catch (thrown) {
        // Closed while waiting for its turn.
        if (!abort.signal.aborted) throw thrown;
      }
    },
    close() {
      abort.abort();
      listeners.clear();
      channel?.close();
    },
  };
}
