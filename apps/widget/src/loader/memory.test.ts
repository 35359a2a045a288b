import { describe, expect, it } from 'vitest';
import { recall, remember } from './memory.ts';

function storage(initial: Record<string, string> = {}): Storage {
  const kept = new Map(Object.entries(initial));
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
    get length() {
      return kept.size;
    },
  } as Storage;
}

describe('memory', () => {
  it('comes back as it was written', () => {
    const tab = storage();
    const browser = storage();
    const memory = { open: true, mode: 'stage', returning: true, stage: { width: 900, height: 600 } } as const;
    remember(memory, tab, browser);
    expect(recall(tab, browser)).toEqual(memory);
  });

  it('forgets whether it was open in another tab, not that there were conversations', () => {
    const browser = storage();
    remember({ open: true, mode: 'bar', returning: true, stage: null }, storage(), browser);
    expect(recall(storage(), browser)).toEqual({ open: false, mode: 'panel', returning: true, stage: null });
  });

  it('leaves no trace in a browser where nothing happened', () => {
    const browser = storage();
    remember({ open: true, mode: 'panel', returning: false, stage: null }, storage(), browser);
    expect(browser.length).toBe(0);
  });

  it.each(['', '{', 'null', '[]', '"x"', '{"open":"yes","mode":"evil","stage":{"width":"9"}}'])(
    'takes the unreadable %j for nothing',
    (text) => {
      const nothing = { open: false, mode: 'panel', returning: false, stage: null };
      expect(recall(storage({ alongside: text }), storage({ alongside: text }))).toEqual(nothing);
    },
  );

  it('works where storage is forbidden or full', () => {
    const full = {
      ...storage(),
      setItem() {
        throw new DOMException('full', 'QuotaExceededError');
      },
    } as Storage;
    remember({ open: true, mode: 'panel', returning: true, stage: null }, full, null);
    expect(recall(null, null).open).toBe(false);
  });
});
