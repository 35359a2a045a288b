import type { Drill, DrillStepKind, Locale } from '@alongside/contracts';
import { SegmentedControl, timeOfDay, useLocale, useNow } from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { instantWords } from '../oncall/shift-words.ts';
import { axisTicks, stepOf, stepTime } from './drill-words.ts';
import styles from './TrendChart.module.css';

/** What is compared over drills; the other steps take no person's time. */
const COMPARED = ['acknowledged', 'first_response', 'call_joined'] as const satisfies readonly DrillStepKind[];

/** As much of a drill as is compared. */
export type Compared = Pick<Drill, 'id' | 'steps'> & { filedAt: string };

const MARGIN = 1.15;
const TICKS_MAX = 4;

/**
 * How long steps took, drill after drill.
 * @param drills oldest first
 * @param currentId the one that is looked at
 */
export function TrendChart({
  drills,
  currentId,
  samePlan = false,
}: {
  drills: readonly Compared[];
  currentId?: string;
  samePlan?: boolean;
}) {
  const { t } = useTranslation('drills');
  const { locale } = useLocale();
  const nowMs = useNow();
  const [kind, setKind] = useState<(typeof COMPARED)[number]>('first_response');
  const points = drills.map((drill) => {
    const step = stepOf(drill.steps, kind);
    const dueAt = kind === 'first_response' ? (step?.dueAt ?? null) : null;
    return {
      id: drill.id,
      filedAt: drill.filedAt,
      ms: step?.afterMs ?? null,
      dueMs: dueAt === null ? null : Date.parse(dueAt) - Date.parse(drill.filedAt),
      late: step?.outcome === 'late',
    };
  });
  const longestMs = Math.max(10_000, ...points.flatMap(({ ms, dueMs }) => [ms ?? 0, dueMs ?? 0])) * MARGIN;
  const height = (ms: number) => `${((100 * ms) / longestMs).toFixed(2)}%`;
  return (
    <section className={styles.chart} aria-labelledby="drill-trend">
      <header className={styles.head}>
        <div>
          <h2 id="drill-trend" className={styles.heading}>
            {t('section.trend')}
          </h2>
          <p className={styles.hint}>{t(samePlan ? 'trend.hint' : 'trend.hintAll', { count: drills.length })}</p>
        </div>
        <SegmentedControl
          size="sm"
          label={t('trend.of')}
          value={kind}
          onChange={setKind}
          options={COMPARED.map((value) => ({ value, label: t(`trend.kind.${value}`) }))}
        />
      </header>
      <div className={styles.plot}>
        <div className={styles.axis} aria-hidden>
          {axisTicks(longestMs, TICKS_MAX).map((ms) => (
            <span key={ms} className={styles.tick} style={{ bottom: height(ms) }}>
              <span className={styles.tickLabel}>{stepTime(ms, locale)}</span>
            </span>
          ))}
        </div>
        <ol className={styles.points}>
          {points.map(({ id, filedAt, ms, dueMs, late }) => {
            const date = instantWords(filedAt, nowMs, locale);
            const label =
              ms === null ? t('trend.pointMissed', { date }) : t('trend.point', { date, time: stepTime(ms, locale) });
            return (
              <li key={id} className={styles.column} data-current={id === currentId || undefined}>
                {dueMs === null ? null : <span className={styles.due} style={{ bottom: height(dueMs) }} aria-hidden />}
                <Link
                  to="/on-call/drills/$drillId"
                  params={{ drillId: id }}
                  className={styles.link}
                  title={label}
                  aria-label={label}
                  aria-current={id === currentId ? 'true' : undefined}
                >
                  {ms === null ? (
                    <span className={styles.missed} aria-hidden>
                      ×
                    </span>
                  ) : (
                    <>
                      <span className={styles.stem} style={{ height: height(ms) }} aria-hidden />
                      <span
                        className={styles.dot}
                        style={{ bottom: height(ms) }}
                        data-late={late || undefined}
                        aria-hidden
                      />
                    </>
                  )}
                </Link>
              </li>
            );
          })}
        </ol>
      </div>
      <p className={styles.days} aria-hidden>
        {endsWords(points[0]!.filedAt, points.at(-1)!.filedAt, locale).map((words, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: there are two, the first and the last
          <span key={index}>{words}</span>
        ))}
      </p>
      <p className={styles.legend}>
        {kind === 'first_response' && points.some(({ dueMs }) => dueMs !== null) ? (
          <>
            <span className={styles.legendDue} aria-hidden />
            {t('trend.promise')}
          </>
        ) : null}
        {points.some(({ ms }) => ms === null) ? (
          <>
            <span className={styles.legendMissed} aria-hidden>
              ×
            </span>
            {t('trend.missed')}
          </>
        ) : null}
      </p>
    </section>
  );
}

/** The first and the last day; of one day, the times. */
function endsWords(first: string, last: string, locale: Locale): [string, string] {
  const day = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
  const [from, to] = [Date.parse(first), Date.parse(last)];
  if (day.format(from) !== day.format(to)) return [day.format(from), day.format(to)];
  return [timeOfDay(from, locale), timeOfDay(to, locale)];
}
