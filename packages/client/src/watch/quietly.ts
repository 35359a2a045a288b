/**
 * Runs something on which nothing of the page may depend: whatever it throws is swallowed. The page that is watched comes
 * first; a browser that lacks something, or forbids it, costs a measurement and nothing else.
 * @returns what it returned; undefined where it failed
 */
export function quietly<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

/** Adds listeners that never throw into the page; `stop` takes all of them back. */
export type Listening = {
  on(target: EventTarget | null | undefined, type: string, listener: (event: Event) => void): void;
  stop(): void;
};

export function createListening(): Listening {
  const undo: (() => void)[] = [];
  return {
    on(target, type, listener) {
      const quiet = (event: Event) => void quietly(() => listener(event));
      quietly(() => target?.addEventListener(type, quiet));
      undo.push(() => target?.removeEventListener(type, quiet));
    },
    stop() {
      for (const one of undo.splice(0)) quietly(one);
    },
  };
}
