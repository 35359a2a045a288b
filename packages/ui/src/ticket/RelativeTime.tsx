import { useSyncExternalStore } from 'react';
import { useLocale } from '../app/LocaleProvider.tsx';
import { agePhrase, exactTime, shortAge } from './time-words.ts';

// One timer for every clock on the page; it runs only while a clock is shown.
const TICK_MS = 15_000;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
      for (const each of listeners) each();
    }, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The reader's clock, ms; renders again every 15 s. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

export type RelativeTimeProps = {
  /** ISO instant. */
  at: string;
  /** `short`: 5m; `phrase`: 5 minutes ago. */
  format?: 'short' | 'phrase';
  className?: string;
};

/** How long ago, kept up to date, with the exact time in its title. */
export function RelativeTime({ at, format = 'phrase', className }: RelativeTimeProps) {
  const nowMs = useNow();
  const { locale } = useLocale();
  const atMs = Date.parse(at);
  return (
    <time dateTime={at} title={exactTime(atMs, locale)} className={className}>
      {format === 'short' ? shortAge(nowMs - atMs, locale) : agePhrase(atMs, nowMs, locale)}
    </time>
  );
}
