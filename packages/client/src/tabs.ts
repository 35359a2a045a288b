/** What several tabs of one person need to agree upon. */
export type TabBus = {
  /** Tells the other tabs that something under this name changed. */
  tell(name: string): void;
  listen(name: string, listener: () => void): () => void;
  /** Runs `work` while no other tab runs work under the same name; waits for its turn. */
  exclusively(name: string, work: () => Promise<void>): Promise<void>;
  /**
   * Holds a name until let go of, or until the tab is closed or crashes.
   * @param onHeld called once other tabs can see it
   */
  hold(name: string, onHeld: () => void): () => void;
  /** Whether another tab holds this name. Where the browser has no locks nobody knows: false. */
  isHeld(name: string): Promise<boolean>;
  /** Waits until nobody holds it, or the bus is closed. */
  whenFree(name: string): Promise<void>;
  close(): void;
};

/**
 * Opens the bus between the tabs of this origin: BroadcastChannel and Web Locks. Where the browser has no locks (plain
 * http) or refuses them, every tab works for itself; messages are idempotent by their id, so nothing is doubled.
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
      let isBegun = false;
      try {
        await locks.request(`${name}:${lock}`, { signal: abort.signal }, () => {
          isBegun = true;
          return work();
        });
      } catch (thrown) {
        // Closed while waiting for its turn.
        if (abort.signal.aborted) return;
        if (isBegun) throw thrown;
        // A page in a sandbox, or embedded where storage is blocked, is refused every lock: it works for itself.
        await work();
      }
    },
    hold(lock, onHeld) {
      let letGo = () => {};
      const until = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      abort.signal.addEventListener('abort', letGo, { once: true });
      const held = locks?.request(`${name}:${lock}`, { signal: abort.signal }, () => {
        onHeld();
        return until;
      });
      // Closed while waiting for its turn, or locks are refused here.
      held?.catch(() => {});
      return letGo;
    },
    async isHeld(lock) {
      // Shared, so that two tabs that look at the same time do not take each other for the holder.
      const options = { mode: 'shared', ifAvailable: true } as const;
      const look = locks?.request(`${name}:${lock}`, options, (free) => free === null);
      // A page embedded where storage is blocked may ask for none.
      return (await look?.catch(() => false)) ?? false;
    },
    async whenFree(lock) {
      await locks?.request(`${name}:${lock}`, { mode: 'shared', signal: abort.signal }, () => {}).catch(() => {});
    },
    close() {
      abort.abort();
      listeners.clear();
      channel?.close();
    },
  };
}
