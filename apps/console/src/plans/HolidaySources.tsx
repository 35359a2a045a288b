import type { CalendarContent, HolidayDay, SupportCalendar } from '@alongside/contracts';
import { listStatutoryHolidays } from '@alongside/contracts';
import { Badge, Button, ErrorState, Skeleton, useLocale } from '@alongside/ui';
import { CalendarPlus, ExternalLink } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { dateWords } from './date-words.ts';
import { HolidayFeeds } from './HolidayFeeds.tsx';
import { HolidayFile } from './HolidayFile.tsx';
import styles from './HolidaySources.module.css';
import { newDays } from './special-days.ts';

/** Where holidays come from: China's statutory list, a file, addresses that are followed. */
export function HolidaySources({
  calendar,
  content,
  onAdd,
  onFollowed,
}: {
  /** Null: it is not saved yet, and follows nothing. */
  calendar: SupportCalendar | null;
  content: CalendarContent;
  /** Puts dates into what is being edited. */
  onAdd: (days: readonly HolidayDay[]) => void;
  /** A feed has changed the saved calendar. */
  onFollowed: (calendar: SupportCalendar) => void;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'sources' });
  return (
    <div className={styles.sources}>
      <Statutory content={content} onAdd={onAdd} />
      <section className={styles.source}>
        <h4 className={styles.title}>{t('file')}</h4>
        <p className={styles.text}>{t('fileHint')}</p>
        <HolidayFile content={content} onAdd={onAdd} />
      </section>
      <section className={styles.source}>
        <h4 className={styles.title}>{t('feeds')}</h4>
        <p className={styles.text}>{t(calendar ? 'feedsHint' : 'feedsLater')}</p>
        {calendar ? <HolidayFeeds calendarId={calendar.id} onFollowed={onFollowed} /> : null}
      </section>
    </div>
  );
}

function Statutory({ content, onAdd }: { content: CalendarContent; onAdd: (days: readonly HolidayDay[]) => void }) {
  const { t } = useTranslation('plans', { keyPrefix: 'sources' });
  const { locale } = useLocale();
  const found = useRoute(listStatutoryHolidays, {});
  if (found.isError) return <ErrorState compact message={found.error.message} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton lines={4} />;
  return found.data.years.map(({ year, announced, checkedOn, source, days }) => {
    const missing = newDays(content, days);
    return (
      <section key={year} className={styles.source}>
        <h4 className={styles.title}>
          {t('china', { year })}{' '}
          {announced ? (
            <Badge tone="success">{t('announced')}</Badge>
          ) : (
            <Badge tone="warning">{t('unannounced')}</Badge>
          )}
        </h4>
        <p className={styles.text}>{announced ? t('announcedHint') : t('unannouncedHint', { year })}</p>
        <p className={styles.origin}>
          <a href={source.url} target="_blank" rel="noreferrer" lang="zh-CN">
            {source.title} <ExternalLink size={13} aria-hidden />
          </a>
          <span lang="zh-CN">{source.document}</span>
          <span>{t('published', { date: dateWords(source.publishedOn, locale) })}</span>
          <span>{t('checked', { date: dateWords(checkedOn, locale) })}</span>
        </p>
        <div>
          <Button
            icon={<CalendarPlus size={16} aria-hidden />}
            disabled={missing.length === 0}
            onClick={() => onAdd(days)}
          >
            {missing.length === 0 ? t('allIn', { year }) : t('addYear', { year, count: missing.length })}
          </Button>
        </div>
      </section>
    );
  });
}
