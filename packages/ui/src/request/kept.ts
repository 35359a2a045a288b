/** Values kept in the browser; where a third-party frame may store nothing they last as long as the page. */
const fallback = new Map<string, string>();

export type Kept = 'tab' | 'browser';

function storage(kept: Kept): Storage | null {
  try {
    return kept === 'tab' ? sessionStorage : localStorage;
  } catch {
    return null;
  }
}

/** @returns what was kept under a name, or null */
export function readKept(name: string, kept: Kept): string | null {
  try {
    return storage(kept)?.getItem(name) ?? fallback.get(name) ?? null;
  } catch {
    return fallback.get(name) ?? null;
  }
}

/** Keeps a value; null forgets it. */
export function keep(name: string, value: string | null, kept: Kept): void {
  if (value === null) fallback.delete(name);
  else fallback.set(name, value);
  try {
    if (value === null) storage(kept)?.removeItem(name);
    else storage(kept)?.setItem(name, value);
  } catch {
    // Full or forbidden: the copy in memory serves this page.
  }
}
