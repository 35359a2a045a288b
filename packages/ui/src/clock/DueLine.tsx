import type { OpenCycle, TicketClock } from '@alongside/contracts';
import { Clock, Pause } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { cx } from '../app/cx.ts';
import { useLocale } from '../app/LocaleProvider.tsx';
import { exactTime } from '../ticket/time-words.ts';
import { dueWords } from './clock-words.ts';
import styles from './DueLine.module.css';
import { useShownPromise } from './SlaClock.tsx';

/** What a customer waits for most: an answer, then word, then the end. */
const ORDER: readonly OpenCycle['target'][] = ['first_response', 'next_response', 'update', 'resolve'];

/**
 * What the customer may count on, in one sentence: by when we answer, or that we wait for them.
 * @param props.zoned says that the time is the reader's own; leave out in lists
 */
export function DueLine({
  clock,
  zoned = false,
  className,
}: {
  clock: TicketClock | null;
  zoned?: boolean;
  className?: string;
}) {
  const { t } = useTranslation('ui');
  const { locale } = useLocale();
  const first = clock && ORDER.flatMap((target) => clock.cycles.filter((cycle) => cycle.target === target))[0];
  const shown = useShownPromise(clock && first ? { ...clock, cycles: [first] } : null);
  if (!shown) return null;
  const { cycle, tone, nowMs } = shown;
  if (cycle.dueAt === null) {
    return (
      <span className={cx(styles.line, className)} data-tone="paused">
        <Pause size={13} aria-hidden />
        {t(`due.paused.${cycle.pauseReason === 'waiting_for_customer' ? 'waiting_for_customer' : 'on_hold'}`)}
      </span>
    );
  }
  const dueMs = Date.parse(cycle.dueAt);
  const isOverdue = tone === 'overdue';
  const sentence = t(`due.${isOverdue ? 'overdue' : 'by'}.${cycle.target}`, { time: dueWords(dueMs, nowMs, locale) });
  return (
    <span
      className={cx(styles.line, isOverdue && styles.overdue, className)}
      data-tone={tone}
      title={exactTime(dueMs, locale)}
    >
      <Clock size={13} aria-hidden />
      {zoned && !isOverdue ? t('due.zoned', { sentence }) : sentence}
    </span>
  );
}
