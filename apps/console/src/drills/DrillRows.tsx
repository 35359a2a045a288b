import type { Drill } from '@alongside/contracts';
import { Badge, Button, clockFace, useLocale, useNow, usePersonName } from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { CalendarClock, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { instantWords } from '../oncall/shift-words.ts';
import styles from './DrillRows.module.css';
import { stepOf, stepTime, VERDICT_TONES, verdictOf } from './drill-words.ts';
import { StepTrack } from './StepTrack.tsx';

/** A drill that runs: since when, and how far it has come. */
export function RunningCard({ drill, onStop }: { drill: Drill; onStop: () => void }) {
  const { t } = useTranslation('drills');
  const { locale } = useLocale();
  const nowMs = useNow(1_000);
  const taken = drill.steps.filter(({ at }) => at !== null);
  const last = taken.at(-1);
  return (
    <li className={styles.card}>
      <div className={styles.cardHead}>
        <span className={styles.pulse} aria-hidden />
        <span className={styles.title}>{drill.plan.name[locale]}</span>
        <span className={styles.clock}>{clockFace(nowMs - Date.parse(drill.filedAt!))}</span>
      </div>
      <div className={styles.cardSteps}>
        <StepTrack steps={drill.steps} />
        {last ? <span className={styles.muted}>{t(`step.${last.step}`)}</span> : null}
      </div>
      <div className={styles.cardFoot}>
        <Link to="/on-call/drills/$drillId" params={{ drillId: drill.id }} className={styles.watch}>
          {t('row.watch')}
          <ChevronRight size={15} aria-hidden />
        </Link>
        <Button size="sm" onClick={onStop}>
          {t('stop.open')}
        </Button>
      </div>
    </li>
  );
}

/** A drill that waits for its moment. */
export function PlannedRow({ drill, onCancel }: { drill: Drill; onCancel: () => void }) {
  const { t } = useTranslation('drills');
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const nowMs = useNow();
  const { from, to, timeZone } = drill.window!;
  const words = {
    from: instantWords(from, nowMs, locale, timeZone),
    to: instantWords(to, nowMs, locale, timeZone),
  };
  return (
    <li className={styles.row}>
      <CalendarClock size={18} className={styles.sign} aria-hidden />
      <span className={styles.main}>
        <span className={styles.title}>{t('row.between', words)}</span>
        <span className={styles.muted}>
          {[
            timeZone.replaceAll('_', ' '),
            drill.plan.name[locale],
            t('row.by', { name: nameOf(drill.by.name) }),
            ...(drill.withCall ? [] : [t('row.withoutCall')]),
          ].join(' · ')}
        </span>
      </span>
      <Button size="sm" aria-label={t('row.cancelOf', words)} onClick={onCancel}>
        {t('row.cancel')}
      </Button>
    </li>
  );
}

/** A drill that is over, and what it showed in short. */
export function DoneRow({ drill }: { drill: Drill }) {
  const { t } = useTranslation('drills');
  const { locale } = useLocale();
  const nowMs = useNow();
  const verdict = verdictOf(drill);
  const response = stepOf(drill.steps, 'first_response');
  const at = drill.filedAt ?? drill.endedAt!;
  return (
    <li className={styles.done}>
      <Link to="/on-call/drills/$drillId" params={{ drillId: drill.id }} className={styles.doneLink}>
        <span className={styles.main}>
          <span className={styles.title}>{instantWords(at, nowMs, locale)}</span>
          <span className={styles.muted}>
            {[
              drill.plan.name[locale],
              ...(response === undefined
                ? []
                : [
                    response.afterMs === null
                      ? t('row.unanswered')
                      : t('row.answered', { time: stepTime(response.afterMs, locale) }),
                  ]),
            ].join(' · ')}
          </span>
        </span>
        {drill.steps.length > 0 ? <StepTrack steps={drill.steps} /> : null}
        <Badge tone={VERDICT_TONES[verdict]}>{t(`verdict.${verdict}`)}</Badge>
        <ChevronRight size={16} className={styles.sign} aria-hidden />
      </Link>
    </li>
  );
}
