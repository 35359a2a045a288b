import { getMyPages, getOnCallSchedule, listRotations, type OnCallRotation } from '@alongside/contracts';
import {
  Button,
  EmptyState,
  ErrorState,
  IconButton,
  SegmentedControl,
  Select,
  Skeleton,
  useLocale,
  useNow,
} from '@alongside/ui';
import { ChevronLeft, ChevronRight, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { mondayBefore, RANGES, type Range, spanOf } from './picture.ts';
import { RotationCard } from './RotationCard.tsx';
import { RotationEditor } from './RotationEditor.tsx';
import styles from './RotationsTab.module.css';
import { ownZone, zoneOffset } from './shift-words.ts';

type ZoneChoice = 'own' | 'rotation';

/** Every rotation as a picture over a week, two or a month, and the ways to change it. */
export function RotationsTab() {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const nowMs = useNow();
  const rotations = useRoute(listRotations, {});
  const calendars = useRoute(getMyPages, {}).data?.calendars ?? [];
  const [range, setRange] = useState<Range>('fortnight');
  const [zone, setZone] = useState<ZoneChoice>('own');
  const [steps, setSteps] = useState(0);
  const [editing, setEditing] = useState<OnCallRotation | 'new' | null>(null);

  // All pictures ask for one stretch: the widest any zone's weeks reach.
  const days = RANGES[range];
  const startMs = mondayBefore(nowMs, ownZone()) + steps * days * 86_400_000;
  const schedule = useRoute(
    getOnCallSchedule,
    {
      query: {
        from: new Date(startMs - 2 * 86_400_000).toISOString(),
        to: new Date(startMs + (days + 3) * 86_400_000).toISOString(),
      },
    },
    { keepPrevious: true },
  );
  if (rotations.isPending) return <Skeleton lines={5} height="3rem" width="100%" />;
  if (rotations.isLoadingError)
    return <ErrorState message={rotations.error.message} onRetry={() => void rotations.refetch()} />;
  const { rotations: all, mayEdit } = rotations.data;
  const span = spanOf(startMs + 43_200_000, days, ownZone());
  const period = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).formatRange(span.fromMs, span.toMs - 1);
  const add = mayEdit ? (
    <Button variant="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setEditing('new')}>
      {t('rotation.add')}
    </Button>
  ) : null;
  return (
    <>
      {all.length === 0 ? (
        <EmptyState picture="people" title={t('rotation.none')} action={add}>
          {t('now.noneHint')}
        </EmptyState>
      ) : (
        <>
          <div className={styles.toolbar}>
            <div className={styles.period}>
              <IconButton
                label={t('picture.earlier')}
                icon={<ChevronLeft size={18} aria-hidden />}
                onClick={() => setSteps(steps - 1)}
              />
              <span className={styles.periodName}>{period}</span>
              <IconButton
                label={t('picture.later')}
                icon={<ChevronRight size={18} aria-hidden />}
                onClick={() => setSteps(steps + 1)}
              />
              <Button size="sm" variant="quiet" disabled={steps === 0} onClick={() => setSteps(0)}>
                {t('picture.today')}
              </Button>
            </div>
            <SegmentedControl<Range>
              size="sm"
              label={t('picture.range')}
              value={range}
              onChange={(next) => {
                setRange(next);
                setSteps(0);
              }}
              options={(['week', 'fortnight', 'month'] as const).map((value) => ({
                value,
                label: t(`picture.ranges.${value}`),
              }))}
            />
            <Select<ZoneChoice>
              hideLabel
              label={t('picture.zone')}
              value={zone}
              onChange={setZone}
              options={[
                { value: 'own', label: t('picture.zones.own', { offset: zoneOffset(ownZone(), locale, nowMs) }) },
                { value: 'rotation', label: t('picture.zones.rotation') },
              ]}
            />
            <span className={styles.add}>{add}</span>
          </div>
          {schedule.isError ? (
            <ErrorState compact message={schedule.error.message} onRetry={() => void schedule.refetch()} />
          ) : null}
          <div className={styles.cards}>
            {all.map((rotation) => {
              const timeZone = zone === 'own' ? ownZone() : rotation.current.content.tz;
              return (
                <RotationCard
                  key={rotation.id}
                  rotation={rotation}
                  schedule={schedule.data ?? null}
                  span={spanOf(startMs + 43_200_000, days, timeZone)}
                  timeZone={timeZone}
                  mayEdit={mayEdit}
                  calendar={calendars.find(({ rotationId }) => rotationId === rotation.id) ?? null}
                  onEdit={() => setEditing(rotation)}
                />
              );
            })}
          </div>
        </>
      )}
      {editing === null ? null : (
        <RotationEditor rotation={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />
      )}
    </>
  );
}
