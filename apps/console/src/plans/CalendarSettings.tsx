import { listCalendars } from '@alongside/contracts';
import { Badge, Button, EmptyState, ErrorState, Skeleton, useLocale } from '@alongside/ui';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { CalendarClock, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import rows from '../desk/Rows.module.css';
import { isAdministrator, useSession } from '../session/session.ts';
import { CalendarEditor } from './CalendarEditor.tsx';
import { NEW_ITEM } from './new-item.ts';
import { rangesOf } from './special-days.ts';
import { weeklyHours } from './week-blocks.ts';

/** The hours plans are counted in: all of them, or one to edit. */
export function CalendarSettings() {
  const { t } = useTranslation('plans', { keyPrefix: 'calendars' });
  const { locale } = useLocale();
  const { me } = useSession();
  const navigate = useNavigate();
  const { item } = useParams({ strict: false });
  const found = useRoute(listCalendars, {});
  if (found.isLoadingError)
    return <ErrorState compact message={found.error.message} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton lines={5} height="2.75rem" width="100%" />;
  const { calendars } = found.data;
  if (item === NEW_ITEM) return <CalendarEditor key={NEW_ITEM} calendar={null} />;
  if (item !== undefined) {
    const calendar = calendars.find(({ id }) => id === item);
    return calendar ? (
      <CalendarEditor key={calendar.id} calendar={calendar} />
    ) : (
      <EmptyState picture="search" title={t('gone')} />
    );
  }
  const year = new Date().getFullYear();
  return (
    <>
      <ul className={rows.rows}>
        {calendars.map((calendar) => {
          const special = rangesOf(calendar.content, year).length;
          return (
            <li key={calendar.id}>
              <Link
                to="/settings/$section/$item"
                params={{ section: 'calendars', item: calendar.id }}
                className={rows.row}
              >
                <CalendarClock size={18} aria-hidden />
                <span className={rows.main}>
                  <span className={rows.name}>{calendar.name[locale]}</span>
                  <span className={rows.sub}>
                    {t('sum', {
                      zone: calendar.content.tz.replaceAll('_', ' '),
                      hours: weeklyHours(calendar.content.week),
                    })}
                    {locale === 'zh-CN' ? '，' : ', '}
                    {special === 0 ? t('noHolidays', { year }) : t('holidays', { count: special, year })}
                  </span>
                </span>
                <span className={rows.side}>
                  {calendar.usedBy.length === 0 ? (
                    <Badge>{t('unused')}</Badge>
                  ) : (
                    calendar.usedBy.map(({ name }) => name[locale]).join(locale === 'zh-CN' ? '、' : ', ')
                  )}
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
      {isAdministrator(me) ? (
        <div>
          <Button
            icon={<Plus size={16} aria-hidden />}
            onClick={() =>
              void navigate({ to: '/settings/$section/$item', params: { section: 'calendars', item: NEW_ITEM } })
            }
          >
            {t('add')}
          </Button>
        </div>
      ) : null}
    </>
  );
}
