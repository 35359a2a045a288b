import type { TicketHead } from '@alongside/contracts';
import { durationWords, Popover, SlaClock, useLocale, useShownPromise } from '@alongside/ui';
import { CircleSlash, History } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { businessMsToDue } from './business-left.ts';
import styles from './ClockButton.module.css';
import { ClockStory } from './ClockStory.tsx';
import { type ToldClock, useToldClock } from './use-told-clock.ts';

/** Less than this between business time and wall time is no difference worth a word, ms. */
const SAME_MS = 60_000;

/** What is promised next, in the ticket's head; pressed, it tells why. Nothing where nothing was ever promised. */
export function ClockButton({ ticket }: { ticket: TicketHead }) {
  const { t } = useTranslation('clock');
  const told = useToldClock(ticket);
  if (!ticket.clock && !ticket.excluded && !told?.cycles.length) return null;
  return (
    <Popover
      align="end"
      title={t('why.title')}
      trigger={
        <button type="button" className={styles.button} title={t('why.open')}>
          {ticket.excluded && ticket.excluded !== 'drill' ? (
            <span className={styles.quiet}>
              <CircleSlash size={14} aria-hidden />
              {t(`excluded.${ticket.excluded}`)}
            </span>
          ) : ticket.clock ? (
            <>
              <SlaClock clock={ticket.clock} size="head" />
              <BusinessLeft ticket={ticket} told={told} />
            </>
          ) : (
            <span className={styles.quiet}>
              <History size={14} aria-hidden />
              {t('why.nothing')}
            </span>
          )}
        </button>
      }
    >
      <ClockStory ticket={ticket} told={told} />
    </Popover>
  );
}

/** The business time left, where it is another than the time on the wall. */
function BusinessLeft({ ticket, told }: { ticket: TicketHead; told: ToldClock | undefined }) {
  const { t } = useTranslation('clock');
  const { locale } = useLocale();
  const shown = useShownPromise(ticket.clock);
  if (!shown || !told) return null;
  const { cycle, nowMs, tone } = shown;
  const leftMs = tone === 'paused' ? cycle.leftMs : businessMsToDue(told, cycle, nowMs);
  if (leftMs === null || tone === 'overdue') return null;
  if (cycle.dueAt !== null && Math.abs(Date.parse(cycle.dueAt) - nowMs - leftMs) < SAME_MS) return null;
  return (
    <span className={styles.business}>
      {cycle.calendarId === null
        ? t('left.one', { time: durationWords(leftMs, locale) })
        : t('left.paused', { business: durationWords(leftMs, locale, { days: false }) })}
    </span>
  );
}
