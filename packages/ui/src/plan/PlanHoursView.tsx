import type { PlanHours } from '@alongside/contracts';
import { type Calendar, isOpenAt } from '@alongside/sla';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../app/LocaleProvider.tsx';
import { Badge } from '../base/Badge.tsx';
import styles from './PlanHoursView.module.css';
import { daysWords, weekHours } from './plan-hours.ts';

/**
 * The hours of an ordinary week in the reader's own time zone, day by day.
 * @param timeZone the reader's unless said
 */
export function PlanHoursView({
  hours,
  timeZone,
  named = true,
  showsNow = false,
}: {
  hours: Pick<PlanHours, 'name' | 'content'>;
  timeZone?: string;
  /** Whether its name is shown; one alone needs none. */
  named?: boolean;
  /** Whether it is told if somebody is there at this moment. */
  showsNow?: boolean;
}) {
  const { t } = useTranslation('promise', { keyPrefix: 'hours' });
  const { locale } = useLocale();
  const zone = timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const week = useMemo(() => weekHours(hours.content, zone, new Date().toISOString()), [hours.content, zone]);
  const isOpen = showsNow && isOpenAt(hours.content as Calendar, new Date().toISOString());
  const hasHolidays = hours.content.holidays.length > 0;
  return (
    <div className={styles.hours}>
      {named ? <p className={styles.name}>{hours.name[locale]}</p> : null}
      {showsNow ? (
        <p>
          <Badge tone={isOpen ? 'success' : 'neutral'}>{t(isOpen ? 'openNow' : 'closedNow')}</Badge>
        </p>
      ) : null}
      {week.roundTheClock ? (
        <p>{t('roundTheClock')}</p>
      ) : (
        <dl className={styles.lines}>
          {week.lines.map((line) => (
            <div key={line.days.join()} className={styles.line}>
              <dt>{daysWords(line.days, locale, t('everyDay'))}</dt>
              <dd>{line.windows.map((window) => window.replace('-', '–')).join(locale === 'zh-CN' ? '、' : ', ')}</dd>
            </div>
          ))}
        </dl>
      )}
      <p className={styles.zone}>
        {t('inYourZone', { zone: zone.replaceAll('_', ' ') })}
        {hasHolidays ? ` · ${t('closedOnHolidays')}` : ''}
      </p>
    </div>
  );
}
