import { useSyncExternalStore } from 'react';
import { useLocale } from '../app/LocaleProvider.tsx';
import { agePhrase, exactTime, shortAge } from './time-words.ts';

/** How often clocks are looked at: as a rule, and where something is about to change. */
export type TickMs = 1_000 | 15_000;

/** One timer for all clocks that are looked at equally often; it runs only while one is shown. */
class Ticker {
  #now = Date.now();
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #everyMs: TickMs;

  constructor(everyMs: TickMs) {
    this.#everyMs = everyMs;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#timer === undefined) {
      this.#now = Date.now();
      this.#timer = setInterval(() => {
        this.#now = Date.now();
        for (const each of this.#listeners) each();
      }, this.#everyMs);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  };

  readonly now = (): number => this.#now;
}

const TICKERS: Record<TickMs, Ticker> = { 1000: new Ticker(1_000), 15000: new Ticker(15_000) };

/** The reader's clock, ms; renders again every 15 s, or every second where that is asked for. */
export function useNow(everyMs: TickMs = 15_000): number {
  const { subscribe, now } = TICKERS[everyMs];
  return useSyncExternalStore(subscribe, now);
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
