import type { Drill, DrillStep } from '@alongside/contracts';
import { timeOfDay, useLocale, usePersonName } from '@alongside/ui';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { axisTicks, stepOf, stepTime } from './drill-words.ts';
import styles from './StepChart.module.css';

/** Room right of what comes last, so that nothing touches the edge. */
const MARGIN = 1.06;
const TICKS_MAX = 5;

/**
 * A drill drawn: one line per step, from the step before it to its own moment, against the promised first response.
 * @param nowMs where a running drill stands
 */
export function StepChart({ drill, nowMs }: { drill: Drill; nowMs: number }) {
  const { t } = useTranslation('drills');
  const { locale } = useLocale();
  const filedMs = Date.parse(drill.filedAt!);
  const endMs = drill.endedAt === null ? Math.max(nowMs, filedMs) : Date.parse(drill.endedAt);
  const dueAt = stepOf(drill.steps, 'first_response')?.dueAt ?? null;
  const dueAfterMs = dueAt === null ? null : Date.parse(dueAt) - filedMs;
  const lengthMs = Math.max(1_000, endMs - filedMs, dueAfterMs ?? 0) * MARGIN;
  const place = (ms: number) => `${((100 * ms) / lengthMs).toFixed(3)}%`;
  return (
    <section className={styles.chart} aria-labelledby="drill-steps">
      <h2 id="drill-steps" className={styles.heading}>
        {t('chart.title')}
      </h2>
      <div className={styles.plot}>
        <div className={styles.ground} aria-hidden>
          {axisTicks(lengthMs, TICKS_MAX).map((ms) => (
            <span key={ms} className={styles.tick} style={{ left: place(ms) }}>
              <span className={styles.tickLabel}>
                {ms === 0 ? timeOfDay(filedMs, locale) : `+${stepTime(ms, locale)}`}
              </span>
            </span>
          ))}
          {dueAfterMs === null ? null : (
            <span
              className={styles.due}
              style={{ left: place(dueAfterMs) }}
              data-flip={dueAfterMs / lengthMs > 0.5 || undefined}
            >
              <span className={styles.dueLabel}>
                {t('chart.due', {
                  time: timeOfDay(filedMs + dueAfterMs, locale),
                  within: stepTime(dueAfterMs, locale),
                })}
              </span>
            </span>
          )}
        </div>
        <ol className={styles.steps}>
          {drill.steps.map((step, index) => (
            <StepLine
              key={step.step}
              step={step}
              fromMs={Math.max(0, ...drill.steps.slice(0, index).map(({ afterMs }) => earlier(afterMs, step)))}
              toMs={step.afterMs ?? endMs - filedMs}
              place={place}
              filedMs={filedMs}
            />
          ))}
        </ol>
      </div>
      <p className={styles.legend}>
        <span className={styles.legendBar} aria-hidden />
        {t('chart.legendBar')}
        {dueAfterMs === null ? null : (
          <>
            <span className={styles.legendDue} aria-hidden />
            {t('chart.legendDue')}
          </>
        )}
      </p>
      {dueAfterMs === null ? <p className={styles.legend}>{t('chart.noPromise')}</p> : null}
    </section>
  );
}

/** Steps can come in another order than expected: only those before this one count as before it. */
function earlier(afterMs: number | null, { afterMs: ownMs }: DrillStep): number {
  return afterMs !== null && (ownMs === null || afterMs <= ownMs) ? afterMs : 0;
}

function StepLine({
  step,
  fromMs,
  toMs,
  place,
  filedMs,
}: {
  step: DrillStep;
  fromMs: number;
  toMs: number;
  place: (ms: number) => string;
  filedMs: number;
}) {
  const { t } = useTranslation('drills');
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const { outcome, afterMs, by, dueAt } = step;
  const bar: CSSProperties = { left: place(fromMs), width: place(Math.max(0, toMs - fromMs)) };
  const time = afterMs === null ? t(`outcome.${outcome}`) : stepTime(afterMs, locale);
  return (
    <li className={styles.step} data-outcome={outcome}>
      <span className={styles.name}>{t(`step.${step.step}`)}</span>
      <span className={styles.lane} aria-hidden>
        {step.step === 'filed' ? null : <span className={styles.bar} style={bar} />}
        {afterMs === null ? null : <span className={styles.dot} style={{ left: place(afterMs) }} />}
      </span>
      <span className={styles.value}>
        <span className={styles.time}>
          {afterMs === null ? time : step.step === 'filed' ? timeOfDay(filedMs, locale) : time}
        </span>
        {dueAt !== null ? (
          <span className={styles.judgement}>
            {outcome === 'taken' ? t('outcome.inTime') : outcome === 'late' ? t('outcome.late') : null}
          </span>
        ) : null}
        {by ? <span className={styles.by}>{nameOf(by)}</span> : null}
      </span>
    </li>
  );
}
