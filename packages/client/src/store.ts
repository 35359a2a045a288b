/** Something a screen can watch; fits React's `useSyncExternalStore(store.subscribe, store.getSnapshot)`. */
export type Store<T> = {
  /** Calls `listener` after each change. Returns how to stop. */
  subscribe(listener: () => void): () => void;
  /** The present value: immutable, and the same object until something changes. */
  getSnapshot(): T;
};

/** A store its owner can write to. */
export type Cell<T> = Store<T> & {
  set(next: T): void;
  update(change: (current: T) => T): void;
};

/**
 * Makes a cell. Listeners are told in the order they came, once per change; setting an identical value tells nobody.
 * @param initial the first value
 */
export function createCell<T>(initial: T): Cell<T> {
  const listeners = new Set<() => void>();
  let value = initial;
  function set(next: T): void {
    if (Object.is(next, value)) return;
    value = next;
    // A copy, since a listener may stop listening while being told.
    for (const listener of [...listeners]) listener();
  }
  return {
    subscribe(listener) {
      // Wrapped, so that the same function may listen twice and stop once.
      const own = () => listener();
      listeners.add(own);
      return () => listeners.delete(own);
    },
    getSnapshot: () => value,
    set,
    update: (change) => set(change(value)),
  };
}

/**
 * A cell whose listeners are told at once after a quiet while, and then at most once per `everyMs`: many changes in a
 * row cost a screen one drawing instead of one each. The value itself is always the newest.
 * @param everyMs the least time between two tellings
 */
export function createCalmCell<T>(initial: T, everyMs: number): Cell<T> {
  const inner = createCell(initial);
  const told = createCell(0);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let changed = false;
  function tell(): void {
    timer = setTimeout(() => {
      timer = undefined;
      if (!changed) return;
      changed = false;
      tell();
    }, everyMs);
    told.update((count) => count + 1);
  }
  inner.subscribe(() => {
    if (timer === undefined) tell();
    else changed = true;
  });
  return { subscribe: told.subscribe, getSnapshot: inner.getSnapshot, set: inner.set, update: inner.update };
}

/**
 * A store as screens should watch it whose changes begin other work: listeners are told in a task of their own, so that
 * what is to happen at a press (a camera opened, the server asked) has begun before anything is drawn, and at most once
 * per `everyMs`: what moves with each word that is spoken costs one drawing now and then. The value itself is always the
 * newest. `hold` keeps them waiting, at most so long, until what it returns is called.
 */
export function toldLater<T>(source: Store<T>, everyMs = 50): Store<T> & { hold(atMostMs: number): () => void } {
  const told = createCell(0);
  let listeners = 0;
  let stop = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let heldUntilMs = Number.NEGATIVE_INFINITY;
  function later(): void {
    timer ??= setTimeout(
      () => {
        timer = undefined;
        toldAtMs = performance.now();
        told.update((count) => count + 1);
      },
      Math.max(0, Math.max(toldAtMs + everyMs, heldUntilMs) - performance.now()),
    );
  }
  return {
    subscribe(listener) {
      if (listeners++ === 0) stop = source.subscribe(later);
      const leave = told.subscribe(listener);
      let isThere = true;
      return () => {
        if (!isThere) return;
        isThere = false;
        leave();
        if (--listeners > 0) return;
        stop();
        clearTimeout(timer);
        timer = undefined;
      };
    },
    getSnapshot: source.getSnapshot,
    hold(atMostMs) {
      const untilMs = performance.now() + atMostMs;
      heldUntilMs = untilMs;
      return () => {
        if (heldUntilMs !== untilMs) return;
        heldUntilMs = Number.NEGATIVE_INFINITY;
        if (timer === undefined) return;
        clearTimeout(timer);
        timer = undefined;
        later();
      };
    },
  };
}

/**
 * A store computed from another; recomputes only when the source changed.
 * @param source what it depends on
 * @param compute pure
 */
export function derive<S, T>(source: Store<S>, compute: (value: S) => T): Store<T> {
  let from: S | undefined;
  let result: T | undefined;
  let known = false;
  return {
    subscribe: source.subscribe,
    getSnapshot() {
      const value = source.getSnapshot();
      if (!known || !Object.is(value, from)) {
        from = value;
        result = compute(value);
        known = true;
      }
      return result as T;
    },
  };
}
