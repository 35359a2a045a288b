import type { OpenCycle, TicketClock } from '@alongside/contracts';
import { Pause } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { cx } from '../app/cx.ts';
import { useLocale } from '../app/LocaleProvider.tsx';
import { VisuallyHidden } from '../base/VisuallyHidden.tsx';
import { useNow } from '../ticket/RelativeTime.tsx';
import { exactTime } from '../ticket/time-words.ts';
import {
  type ClockTone,
  dueWords,
  durationShort,
  durationWords,
  shownCycle,
  toneOf,
  untilChange,
} from './clock-words.ts';
import styles from './SlaClock.module.css';

/** This close to a change of its look a clock is watched every second, ms. */
const CLOSE_MS = 40_000;

/** The promise a clock shows and how it stands now, kept up to date; null where nothing is promised. */
export function useShownPromise(
  clock: TicketClock | null,
): { cycle: OpenCycle; tone: ClockTone; nowMs: number } | null {
  const cycle = clock && shownCycle(clock);
  const roughlyMs = useNow();
  const isClose = cycle !== null && untilChange(cycle, roughlyMs) < CLOSE_MS;
  const nowMs = useNow(isClose ? 1_000 : 15_000);
  return cycle && { cycle, tone: toneOf(cycle, nowMs), nowMs };
}

export type SlaClockProps = {
  clock: TicketClock;
  /** `row`: as small as it gets; `head`: target, time left and when. */
  size?: 'row' | 'head';
};

/** A ticket's next promise: how long is left, in colour, in shape and in words. */
export function SlaClock({ clock, size = 'row' }: SlaClockProps) {
  const { t } = useTranslation('ui');
  const { locale } = useLocale();
  const shown = useShownPromise(clock);
  if (!shown) return null;
  const { cycle, tone, nowMs } = shown;
  const target = t(`target.${cycle.target}`);
  const awayMs = cycle.dueAt === null ? 0 : Math.abs(Date.parse(cycle.dueAt) - nowMs);
  const due = cycle.dueAt === null ? '' : dueWords(Date.parse(cycle.dueAt), nowMs, locale);
  const reason = t(`clock.pause.${cycle.pauseReason ?? 'on_hold'}`);
  const sentence = t(`clock.sentence.${tone}`, { target, due, reason, time: durationWords(awayMs, locale) });
  return (
    <span
      className={cx(styles.clock, styles[size], styles[tone])}
      data-tone={tone}
      title={cycle.dueAt === null ? sentence : `${sentence}\n${exactTime(Date.parse(cycle.dueAt), locale)}`}
    >
      {tone === 'paused' ? (
        <Pause className={styles.glyph} aria-hidden />
      ) : (
        <Ring share={shareLeft(cycle, nowMs)} isOver={tone === 'overdue'} />
      )}
      <span aria-hidden className={styles.words}>
        {size === 'row' ? (
          <>
            <span className={styles.target}>{t(`clock.short.${cycle.target}`)}</span>
            {tone === 'paused' ? null : (
              <span className={styles.time}>
                {tone === 'overdue' ? '+' : ''}
                {durationShort(awayMs, locale)}
              </span>
            )}
          </>
        ) : (
          <>
            <span className={styles.time}>
              {t(`clock.head.${tone}`, { target, time: durationWords(awayMs, locale) })}
            </span>
            <span className={styles.due}>{tone === 'paused' ? reason : due}</span>
          </>
        )}
      </span>
      <VisuallyHidden>{sentence}</VisuallyHidden>
    </span>
  );
}

/** The part of the wall time of a promise that is left, 0 to 1. */
function shareLeft({ startAt, dueAt }: OpenCycle, nowMs: number): number {
  const [startMs, dueMs] = [Date.parse(startAt), Date.parse(dueAt!)];
  if (dueMs <= startMs) return 0;
  return Math.min(1, Math.max(0, (dueMs - nowMs) / (dueMs - startMs)));
}

const RADIUS = 5.25;
const ROUND = 2 * Math.PI * RADIUS;

/** What is left as a ring that empties; full again and crossed when it is over, so that the shape tells it too. */
function Ring({ share, isOver }: { share: number; isOver: boolean }) {
  return (
    <svg className={styles.glyph} viewBox="0 0 14 14" fill="none" aria-hidden="true">
      <circle cx="7" cy="7" r={RADIUS} className={styles.track} />
      {isOver ? (
        <path d="M7 4.2 V7.4 M7 9.6 V9.7" className={styles.mark} />
      ) : (
        <circle
          cx="7"
          cy="7"
          r={RADIUS}
          className={styles.left}
          strokeDasharray={`${(share * ROUND).toFixed(2)} ${ROUND.toFixed(2)}`}
          transform="rotate(-90 7 7)"
        />
      )}
    </svg>
  );
}
