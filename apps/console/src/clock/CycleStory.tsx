import { cx, dueWords, durationWords, exactTime, useLocale, useNow } from '@alongside/ui';
import { AlertTriangle, Check, Clock, Minus, Pause } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { businessMsToDue } from './business-left.ts';
import styles from './CycleStory.module.css';
import { TimelineLine } from './TimelineLine.tsx';
import { closedUpTo, pausedByReason, type ToldCycle, timelineOf } from './timeline-parts.ts';
import type { ToldClock } from './use-told-clock.ts';

/** Shorter than this is not worth a word, ms. */
const WORTH_MS = 60_000;

const ICONS = { running: Clock, paused: Pause, met: Check, breached: AlertTriangle, cancelled: Minus };

/** One promise: what it was, its line, its instants, and what of the time did not count. */
export function CycleStory({ cycle, told }: { cycle: ToldCycle; told: ToldClock }) {
  const { t } = useTranslation('clock');
  const { locale } = useLocale();
  const nowMs = useNow();
  const state = stateAt(cycle, nowMs);
  const Icon = ICONS[state];
  const endMs = cycle.endedAt === null ? nowMs : Date.parse(cycle.endedAt);
  const time = (instant: string) => dueWords(Date.parse(instant), nowMs, locale);
  const n = Number(cycle.id.split(':')[1]);
  const target = t(`ui:target.${cycle.target}`);
  const business = (ms: number) => durationWords(ms, locale, { days: false });
  const notCounted = [
    ...pausedByReason(cycle, endMs).map(({ reason, ms }) => ({ key: reason ?? 'own', ms })),
    { key: 'closed' as const, ms: closedUpTo(cycle, endMs) },
  ].filter(({ ms }) => ms >= WORTH_MS);
  const instants = [
    { key: 'began', at: cycle.startAt, words: t('cycle.began', { at: time(cycle.startAt) }) },
    ...(cycle.dueAt === null || state === 'cancelled'
      ? []
      : [
          {
            key: 'due',
            at: cycle.dueAt,
            words: t(state === 'breached' ? 'cycle.wasDue' : 'cycle.due', { at: time(cycle.dueAt) }),
          },
        ]),
    ...(cycle.endedAt === null
      ? []
      : [
          {
            key: 'ended',
            at: cycle.endedAt,
            words: t(state === 'cancelled' ? 'cycle.cancelled' : `ended.${cycle.target}`, { at: time(cycle.endedAt) }),
          },
        ]),
  ];
  return (
    <li className={cx(styles.cycle, cycle.endedAt !== null && styles.over)}>
      <div className={styles.head}>
        <Icon size={14} aria-hidden className={cx(styles.icon, styles[state])} />
        <span className={styles.target}>{n > 1 ? t('cycle.nth', { target, n }) : target}</span>
        <span className={cx(styles.state, styles[state])}>{outcome()}</span>
      </div>
      <TimelineLine line={timelineOf(cycle, nowMs)} />
      <p className={styles.instants}>
        {instants.map(({ key, at, words }) => (
          <time key={key} dateTime={at} title={exactTime(Date.parse(at), locale)}>
            {words}
          </time>
        ))}
      </p>
      {notCounted.length > 0 ? (
        <p className={styles.quiet}>
          {t('cycle.notCounted', {
            what: new Intl.ListFormat(locale, { type: 'unit' }).format(
              notCounted.map(({ key, ms }) =>
                key === 'closed'
                  ? t('cycle.closed', { time: durationWords(ms, locale) })
                  : t('cycle.pause', { time: durationWords(ms, locale), reason: t(`pause.${key}`) }),
              ),
            ),
          })}
        </p>
      ) : null}
      {cycle.countedFrom !== cycle.startAt ? (
        <p className={styles.quiet}>{t('cycle.fresh', { at: time(cycle.countedFrom) })}</p>
      ) : null}
      <p className={styles.quiet}>{t('cycle.budget', { time: business(cycle.budgetMs), used: business(usedMs()) })}</p>
    </li>
  );

  /** State in a word, and by how much. */
  function outcome(): string {
    const dueMs = cycle.dueAt === null ? null : Date.parse(cycle.dueAt);
    if (state === 'met' && dueMs !== null && dueMs - endMs >= WORTH_MS)
      return `${t('state.met')} · ${t('cycle.early', { time: durationWords(dueMs - endMs, locale) })}`;
    const lateMs = cycle.breachedAt ?? cycle.dueAt;
    if (state === 'breached' && lateMs !== null)
      return t('cycle.late', { time: durationWords(Math.max(0, endMs - Date.parse(lateMs)), locale) });
    return t(`state.${state}`);
  }

  // The reply is as old as the last event; what has run since is business time too.
  function usedMs(): number {
    const leftMs = cycle.endedAt === null && cycle.pausedSince === null ? businessMsToDue(told, cycle, nowMs) : null;
    if (leftMs === null || cycle.dueAt === null) return cycle.usedMs;
    return Date.parse(cycle.dueAt) > nowMs ? cycle.budgetMs - leftMs : cycle.budgetMs + leftMs;
  }
}

/** How it stands now: since the server told it, it may have passed its due instant. */
function stateAt(cycle: ToldCycle, nowMs: number): ToldCycle['state'] {
  const isPast = cycle.state === 'running' && cycle.dueAt !== null && Date.parse(cycle.dueAt) <= nowMs;
  return isPast ? 'breached' : cycle.state;
}
