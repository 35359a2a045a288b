import type { Visibility } from '@alongside/contracts';
import type { OutgoingFile } from './outbox.ts';
import type { Persistence } from './persistence.ts';

/** What the person has written and not sent. */
export type Draft = { body: string; visibility: Visibility; files: readonly OutgoingFile[] };

/** Drafts per key (a ticket's id, or 'new'); kept over reloads. */
export type Drafts = {
  get(key: string): Promise<Draft | null>;
  /** Cheap to call on each key press; an empty draft is forgotten. */
  set(key: string, draft: Draft): void;
  clear(key: string): void;
  /** Writes what is still waiting to be written. */
  close(): void;
};

/** A draft is written this long after the last key press, ms. */
const WRITE_DELAY_MS = 300;

/**
 * Keeps drafts of one person.
 * @param personId two people at one browser do not see each other's drafts
 */
export function createDrafts(persistence: Persistence, personId: string): Drafts {
  const keyOf = (key: string) => `draft:${personId}:${key}`;
  const pending = new Map<string, Draft>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    for (const [key, draft] of pending) {
      const isEmpty = draft.body.trim() === '' && draft.files.length === 0;
      void (isEmpty ? persistence.remove(keyOf(key)) : persistence.put(keyOf(key), draft));
    }
    pending.clear();
  }
  // The page may vanish without another word (phones do that): hiding is the last moment one is told of.
  const onHidden = () => flush();
  if (typeof window !== 'undefined') window.addEventListener('pagehide', onHidden);

  return {
    get: async (key) => pending.get(key) ?? persistence.get<Draft>(keyOf(key)),
    set(key, draft) {
      pending.set(key, draft);
      timer ??= setTimeout(flush, WRITE_DELAY_MS);
    },
    clear(key) {
      pending.delete(key);
      void persistence.remove(keyOf(key));
    },
    close() {
      flush();
      if (typeof window !== 'undefined') window.removeEventListener('pagehide', onHidden);
    },
  };
}
