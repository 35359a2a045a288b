import { type Cycle, previewTicketClock, type RouteInput, type TicketHead } from '@alongside/contracts';
import { dueWords, durationWords, Skeleton, useLocale, useNow } from '@alongside/ui';
import { ArrowRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import styles from './ClockPreview.module.css';
import { changedCycles } from './changed-cycles.ts';

/** What a change would do to each promise, before it is made. */
export function ClockPreview({
  ticket,
  change,
}: {
  ticket: TicketHead;
  change: NonNullable<RouteInput<typeof previewTicketClock>['query']>;
}) {
  const { t } = useTranslation('clock');
  const { locale } = useLocale();
  const nowMs = useNow();
  const { data, error } = useRoute(previewTicketClock, { params: { id: ticket.id }, query: change });
  if (error) return <p role="alert">{error.message}</p>;
  if (!data)
    return (
      <div role="status" aria-label={t('preview.loading')}>
        <Skeleton lines={2} />
      </div>
    );
  const changes = changedCycles(data);
  const words = (cycle: Cycle) => {
    const at = cycle.state === 'met' ? cycle.endedAt : cycle.state === 'breached' ? cycle.breachedAt : cycle.dueAt;
    return t(`preview.state.${cycle.state}`, {
      at: at === null ? '' : dueWords(Date.parse(at), nowMs, locale),
      time: durationWords(cycle.leftMs ?? 0, locale, { days: false }),
    });
  };
  return (
    <section className={styles.root} aria-label={t('preview.title')}>
      <h3 className={styles.title}>{t('preview.title')}</h3>
      {changes.length === 0 ? <p className={styles.quiet}>{t('preview.nothing')}</p> : null}
      <ul className={styles.changes}>
        {changes.map(({ before, after }) => {
          const { id, target } = (after ?? before)!;
          const n = Number(id.split(':')[1]);
          const name = t(`ui:target.${target}`);
          return (
            <li key={id}>
              <span className={styles.target}>{n > 1 ? t('cycle.nth', { target: name, n }) : name}</span>
              <span className={styles.words}>
                <span className={styles.quiet}>{before ? words(before) : t('preview.new')}</span>
                <ArrowRight size={13} aria-label="→" className={styles.arrow} />
                <span>{after ? words(after) : t('state.cancelled')}</span>
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
