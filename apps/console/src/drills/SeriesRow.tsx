import { type DrillSeries, endDrillSeries, stopDrill } from '@alongside/contracts';
import { AlertDialog, Button, useLocale, useToast } from '@alongside/ui';
import { Repeat } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange } from '../data/queries.ts';
import { stretchWords } from '../oncall/shift-words.ts';
import styles from './DrillRows.module.css';
import { rhythmWords } from './drill-words.ts';
import { DRILL_ROUTES } from './live.ts';

/** A schedule in force: its rhythm, and the window of its next drill. */
export function SeriesRow({ series }: { series: DrillSeries }) {
  const { t } = useTranslation('drills');
  const { locale } = useLocale();
  const { show } = useToast();
  const [isEnding, setEnding] = useState(false);
  const end = useChange(endDrillSeries, DRILL_ROUTES);
  const skip = useChange(stopDrill, DRILL_ROUTES);
  const failed = ({ message }: { message: string }) => show({ tone: 'error', message });
  const { next } = series;
  return (
    <li className={styles.row}>
      <Repeat size={18} className={styles.sign} aria-hidden />
      <span className={styles.main}>
        <span className={styles.title}>{rhythmWords(series, t, locale)}</span>
        <span className={styles.muted}>
          {[
            ...(next ? [t('series.next', { window: stretchWords(next, locale, series.timeZone) })] : []),
            series.plan.name[locale],
            ...(series.withCall ? [] : [t('row.withoutCall')]),
          ].join(' · ')}
        </span>
      </span>
      <span className={styles.actions}>
        {next ? (
          <Button
            size="sm"
            busy={skip.isPending}
            onClick={() =>
              skip.mutate(
                { params: { id: next.drillId }, body: {} },
                { onSuccess: () => show({ tone: 'success', message: t('series.skipped') }), onError: failed },
              )
            }
          >
            {t('series.skip')}
          </Button>
        ) : null}
        <Button size="sm" onClick={() => setEnding(true)}>
          {t('series.end')}
        </Button>
      </span>
      <AlertDialog
        open={isEnding}
        title={t('series.endTitle')}
        description={t('series.endHint')}
        confirmLabel={t('series.end')}
        busy={end.isPending}
        onCancel={() => setEnding(false)}
        onConfirm={() =>
          end.mutate(
            { params: { id: series.id } },
            {
              onSuccess: () => show({ tone: 'success', message: t('series.ended') }),
              onError: failed,
              onSettled: () => setEnding(false),
            },
          )
        }
      />
    </li>
  );
}
