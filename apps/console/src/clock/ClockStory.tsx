import type { TicketHead } from '@alongside/contracts';
import { Button, dueWords, durationWords, Skeleton, shownCycle, toneOf, useLocale, useNow } from '@alongside/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { businessMsToDue, calendarOf, hoursAt } from './business-left.ts';
import styles from './ClockStory.module.css';
import { CycleStory } from './CycleStory.tsx';
import { JudgedBy } from './JudgedBy.tsx';
import { TimelineLegend } from './TimelineLine.tsx';
import type { ToldClock } from './use-told-clock.ts';

/** Promises that are over and shown at first. */
const OVER_SHOWN = 2;

/** Why a ticket's clock stands where it does: now, each promise with its line, and by what it is judged. */
export function ClockStory({ ticket, told }: { ticket: TicketHead; told: ToldClock | undefined }) {
  const { t } = useTranslation('clock');
  const [all, setAll] = useState(false);
  if (!told) return <Skeleton lines={5} />;
  const open = told.cycles
    .filter(({ endedAt }) => endedAt === null)
    .toSorted((a, b) => ((a.dueAt ?? '9') < (b.dueAt ?? '9') ? -1 : 1));
  // What ended last comes first.
  const over = told.cycles.filter(({ endedAt }) => endedAt !== null).toReversed();
  const shown = all ? over : over.slice(0, OVER_SHOWN);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={styles.root} tabIndex={0} aria-label={t('why.title')}>
      <Now ticket={ticket} told={told} />
      {told.cycles.length === 0 ? <p className={styles.quiet}>{t('why.none')}</p> : null}
      <ul className={styles.cycles}>
        {[...open, ...shown].map((cycle) => (
          <CycleStory key={cycle.id} cycle={cycle} told={told} />
        ))}
      </ul>
      {over.length > shown.length ? (
        <Button size="sm" variant="quiet" onClick={() => setAll(true)}>
          {t('why.all', { count: over.length - shown.length })}
        </Button>
      ) : null}
      {told.cycles.length > 0 ? <TimelineLegend /> : null}
      <JudgedBy ticket={ticket} told={told} />
    </section>
  );
}

/** One sentence on what the clock does at this moment, and one on what is left. */
function Now({ ticket, told }: { ticket: TicketHead; told: ToldClock }) {
  const { t } = useTranslation('clock');
  const { locale } = useLocale();
  const nowMs = useNow();
  const words = (ms: number) => durationWords(ms, locale);
  const business = (ms: number) => durationWords(ms, locale, { days: false });
  if (ticket.excluded && ticket.excluded !== 'drill')
    return <p className={styles.now}>{t('now.excluded', { because: t(`excluded.${ticket.excluded}`) })}</p>;
  const cycle = ticket.clock && shownCycle(ticket.clock);
  if (!cycle) return told.cycles.length > 0 ? <p className={styles.now}>{t('why.nothing')}</p> : null;

  const sentence = () => {
    if (cycle.pausedSince !== null)
      return t('now.paused', {
        time: words(Math.max(0, nowMs - Date.parse(cycle.pausedSince))),
        reason: t(`pause.${cycle.pauseReason ?? 'own'}`),
      });
    const overMs = cycle.dueAt === null ? 0 : nowMs - Date.parse(cycle.dueAt);
    if (overMs >= 0 && cycle.dueAt !== null) {
      const overBusinessMs = businessMsToDue(told, cycle, nowMs);
      return overBusinessMs === null || overMs - overBusinessMs < 60_000
        ? t('now.overdue', { time: words(overMs) })
        : t('now.overdueOpen', { business: business(overBusinessMs), time: words(overMs) });
    }
    const hours = hoursAt(calendarOf(told, cycle.calendarId), nowMs);
    if (hours.roundTheClock) return t('now.roundTheClock');
    if (hours.until === null) return t(hours.isOpen ? 'now.roundTheClock' : 'now.neverOpens');
    const time = dueWords(Date.parse(hours.until), nowMs, locale);
    return hours.isOpen ? t('now.open', { until: time }) : t('now.closed', { from: time });
  };
  const left = () => {
    if (cycle.dueAt === null) {
      if (cycle.leftMs === null) return null;
      return cycle.calendarId === null
        ? t('left.one', { time: words(cycle.leftMs) })
        : t('left.paused', { business: business(cycle.leftMs) });
    }
    if (toneOf(cycle, nowMs) === 'overdue') return null;
    const wallMs = Date.parse(cycle.dueAt) - nowMs;
    const businessMs = businessMsToDue(told, cycle, nowMs);
    return businessMs === null || wallMs - businessMs < 60_000
      ? t('left.one', { time: words(wallMs) })
      : t('left.both', { business: business(businessMs), time: words(wallMs) });
  };
  const leftWords = left();
  return (
    <div className={styles.now}>
      <p>{sentence()}</p>
      {leftWords ? <p className={styles.left}>{leftWords}</p> : null}
      {ticket.drill ? <p className={styles.left}>{t('now.drill')}</p> : null}
    </div>
  );
}
