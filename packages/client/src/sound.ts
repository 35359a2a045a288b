import type { Store } from './store.ts';

/** Tones made by the page itself. Silent until the person has touched the page, as browsers demand. */
export type Sound = Store<{ muted: boolean /** A gesture is still needed. */; locked: boolean }> & {
  /** Rings until stopped. */
  ring(): () => void;
  /** What the caller hears while the other side rings. */
  ringback(): () => void;
  /** A message came in. */
  ping(): void;
  setMuted(muted: boolean): void;
  close(): void;
};
