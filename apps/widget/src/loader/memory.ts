import type { PanelMode } from '../protocol.ts';

/** What the loader remembers: per tab whether it is open, per browser whether the visitor has conversations. */
export type Memory = {
  open: boolean;
  mode: PanelMode;
  returning: boolean;
  /** The stage's size as the visitor dragged it, CSS px. */
  stage: { width: number; height: number } | null;
};

const KEY = 'alongside';
const MODES: readonly unknown[] = ['panel', 'bar', 'stage'];

/**
 * Reads what was remembered; anything unreadable counts as nothing.
 * @param tab lives as long as the tab, null where storage is forbidden
 * @param browser outlives it, null where storage is forbidden
 */
export function recall(tab: Storage | null, browser: Storage | null): Memory {
  const here = read(tab);
  const always = read(browser);
  const { width, height } = (always.stage ?? {}) as Record<string, unknown>;
  return {
    open: here.open === true,
    mode: MODES.includes(here.mode) ? (here.mode as PanelMode) : 'panel',
    returning: always.returning === true,
    stage: typeof width === 'number' && typeof height === 'number' ? { width, height } : null,
  };
}

/** Writes it down; a full or forbidden storage costs comfort only. */
export function remember(memory: Memory, tab: Storage | null, browser: Storage | null): void {
  try {
    tab?.setItem(KEY, JSON.stringify({ open: memory.open, mode: memory.mode }));
    if (memory.returning || memory.stage) {
      browser?.setItem(KEY, JSON.stringify({ returning: memory.returning, stage: memory.stage }));
    } else {
      browser?.removeItem(KEY);
    }
  } catch {
    // Quota or policy: the widget works the same, it only forgets.
  }
}

function read(storage: Storage | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(storage?.getItem(KEY) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
