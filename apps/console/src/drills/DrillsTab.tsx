import { type Drill, listDrills } from '@alongside/contracts';
import { Button, EmptyState, ErrorState, Skeleton } from '@alongside/ui';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { DrillDialog } from './DrillDialog.tsx';
import { DoneRow, PlannedRow, RunningCard } from './DrillRows.tsx';
import styles from './DrillsTab.module.css';
import { useDrillsLive } from './live.ts';
import { SeriesRow } from './SeriesRow.tsx';
import { StopDrillDialog } from './StopDrillDialog.tsx';
import { type Compared, TrendChart } from './TrendChart.tsx';

/** So many of the last drills are compared. */
const COMPARED_MAX = 16;

/** Drills: what runs, what is planned, what they showed. */
export function DrillsTab() {
  const { t } = useTranslation('drills');
  useDrillsLive();
  const list = useRoute(listDrills, {});
  const [isPlanning, setPlanning] = useState(false);
  const [stopped, setStopped] = useState<Drill | null>(null);
  const plan = (
    <Button variant="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setPlanning(true)}>
      {t('plan')}
    </Button>
  );
  return (
    <>
      {list.isPending ? (
        <Skeleton lines={5} height="3rem" width="100%" />
      ) : list.isError ? (
        <ErrorState message={list.error.message} onRetry={() => void list.refetch()} />
      ) : list.data.drills.length + list.data.series.length === 0 ? (
        <EmptyState picture="ticket" title={t('empty.title')} action={plan}>
          {t('empty.hint')}
        </EmptyState>
      ) : (
        <>
          <div className={styles.top}>
            <p className={styles.lead}>{t('lead')}</p>
            {plan}
          </div>
          <Lists {...list.data} onStop={setStopped} />
        </>
      )}
      <DrillDialog open={isPlanning} onClose={() => setPlanning(false)} />
      <StopDrillDialog drill={stopped} onClose={() => setStopped(null)} />
    </>
  );
}

type ListsProps = {
  drills: Drill[];
  series: React.ComponentProps<typeof SeriesRow>['series'][];
  onStop: (drill: Drill) => void;
};

function Lists({ drills, series, onStop }: ListsProps) {
  const { t } = useTranslation('drills');
  const running = drills.filter(({ state }) => state === 'running');
  const planned = drills
    .filter(({ state, seriesId }) => state === 'scheduled' && !series.some(({ id }) => id === seriesId))
    .toSorted((a, b) => (a.window!.from < b.window!.from ? -1 : 1));
  const done = drills.filter(({ state }) => state !== 'running' && state !== 'scheduled');
  const compared = done.filter((drill): drill is Drill & Compared => drill.state === 'finished').slice(0, COMPARED_MAX);
  return (
    <>
      {running.length > 0 ? (
        <section className={styles.section} aria-labelledby="drills-running">
          <h2 id="drills-running" className={styles.heading}>
            {t('section.running')}
          </h2>
          <ul className={styles.cards}>
            {running.map((drill) => (
              <RunningCard key={drill.id} drill={drill} onStop={() => onStop(drill)} />
            ))}
          </ul>
        </section>
      ) : null}
      <section className={styles.section} aria-labelledby="drills-planned">
        <h2 id="drills-planned" className={styles.heading}>
          {t('section.planned')}
        </h2>
        {planned.length + series.length === 0 ? (
          <p className={styles.muted}>{t('empty.planned')}</p>
        ) : (
          <ul className={styles.rows}>
            {series.map((one) => (
              <SeriesRow key={one.id} series={one} />
            ))}
            {planned.map((drill) => (
              <PlannedRow key={drill.id} drill={drill} onCancel={() => onStop(drill)} />
            ))}
          </ul>
        )}
      </section>
      {compared.length > 1 ? <TrendChart drills={compared.toReversed()} /> : null}
      <section className={styles.section} aria-labelledby="drills-done">
        <h2 id="drills-done" className={styles.heading}>
          {t('section.done')}
        </h2>
        {done.length === 0 ? (
          <p className={styles.muted}>{t('empty.done')}</p>
        ) : (
          <ul className={styles.rows}>
            {done.map((drill) => (
              <DoneRow key={drill.id} drill={drill} />
            ))}
          </ul>
        )}
      </section>
    </>
  );
}
