import { type DrillReport, getDrill } from '@alongside/contracts';
import {
  agePhrase,
  Badge,
  Button,
  ErrorState,
  Skeleton,
  timeOfDay,
  useLocale,
  useNow,
  usePersonName,
} from '@alongside/ui';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { Page } from '../desk/Page.tsx';
import { instantWords, stretchWords, zoneWords } from '../oncall/shift-words.ts';
import { DrillMoments } from './DrillMoments.tsx';
import styles from './DrillPage.module.css';
import { stepOf, stepTime, VERDICT_TONES, verdictOf } from './drill-words.ts';
import { useDrillsLive } from './live.ts';
import { StepChart } from './StepChart.tsx';
import { StopDrillDialog } from './StopDrillDialog.tsx';
import { TrendChart } from './TrendChart.tsx';

/** One drill: live while it runs, its report afterwards. */
export function DrillPage() {
  const { t } = useTranslation('drills');
  const { drillId } = useParams({ strict: false });
  useDrillsLive();
  const { locale } = useLocale();
  const nowMs = useNow();
  const found = useRoute(getDrill, { params: { id: drillId! } });
  const [isStopping, setStopping] = useState(false);
  if (found.isPending)
    return (
      <Page title={t('mark')} back="drills">
        <Skeleton lines={6} height="2.5rem" width="100%" />
      </Page>
    );
  if (found.isError)
    return (
      <Page title={t('mark')} back="drills">
        <ErrorState message={found.error.message} onRetry={() => void found.refetch()} />
      </Page>
    );
  const { report } = found.data;
  const { drill } = report;
  const verdict = verdictOf(drill);
  const isOpen = drill.state === 'running' || drill.state === 'scheduled';
  return (
    <Page
      back="drills"
      title={drill.filedAt ? t('title', { time: instantWords(drill.filedAt, nowMs, locale) }) : t('mark')}
      lead={
        <span className={styles.verdict}>
          <Badge tone={VERDICT_TONES[verdict]}>{t(`verdict.${verdict}`)}</Badge>
          <VerdictLine report={report} />
        </span>
      }
      actions={
        isOpen ? (
          <Button onClick={() => setStopping(true)}>{t(drill.state === 'running' ? 'stop.open' : 'row.cancel')}</Button>
        ) : null
      }
      wide
    >
      <Facts report={report} />
      {drill.filedAt === null ? null : <Drawn report={report} />}
      <StopDrillDialog drill={isStopping && isOpen ? drill : null} onClose={() => setStopping(false)} />
    </Page>
  );
}

/** What is drawn of a drill that was filed; a running one is looked at every second. */
function Drawn({ report }: { report: DrillReport }) {
  const { drill, former, moments } = report;
  const nowMs = useNow(drill.state === 'running' ? 1_000 : 15_000);
  const compared = [...former].reverse();
  const current = { id: drill.id, filedAt: drill.filedAt!, steps: drill.steps };
  const all = drill.state === 'finished' ? [...compared, current] : compared;
  return (
    <>
      <StepChart drill={drill} nowMs={nowMs} />
      <div className={styles.beside}>
        <DrillMoments moments={moments} filedAt={drill.filedAt!} />
        {all.length > 1 ? <TrendChart drills={all} currentId={drill.id} samePlan /> : null}
      </div>
    </>
  );
}

function VerdictLine({ report: { drill } }: { report: DrillReport }) {
  const { t } = useTranslation('drills');
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const nowMs = useNow();
  const verdict = verdictOf(drill);
  const response = stepOf(drill.steps, 'first_response');
  const missed = drill.steps.filter(({ outcome }) => outcome === 'missed').map(({ step }) => t(`step.${step}`));
  const list = new Intl.ListFormat(locale, { type: 'conjunction' }).format(missed);
  const missing = missed.length > 0 ? t('verdictLine.incomplete', { count: missed.length, steps: list }) : null;
  const overMs = response?.at && response.dueAt ? Date.parse(response.at) - Date.parse(response.dueAt) : null;
  const time = response?.afterMs == null ? '' : stepTime(response.afterMs, locale);
  const lines: Record<typeof verdict, (string | null)[]> = {
    kept: [t('verdictLine.kept', { time, spare: stepTime(-(overMs ?? 0), locale) })],
    complete: [t('verdictLine.complete')],
    late: [
      overMs === null ? t('verdictLine.unanswered') : t('verdictLine.late', { time, over: stepTime(overMs, locale) }),
      missing,
    ],
    incomplete: [missing],
    stopped: [
      t(drill.note ? 'verdictLine.stoppedNoted' : 'verdictLine.stopped', {
        name: nameOf(drill.stoppedBy?.name ?? ''),
        note: drill.note,
      }),
    ],
    skipped: [t('verdictLine.skipped')],
    running: drill.filedAt
      ? [
          t('verdictLine.running', {
            ago: agePhrase(Date.parse(drill.filedAt), nowMs, locale),
            limit: timeOfDay(Date.parse(drill.limitAt!), locale),
          }),
        ]
      : [],
    scheduled: [t('verdictLine.scheduled')],
  };
  return <span>{lines[verdict].filter(Boolean).join(locale === 'en' ? ' ' : '')}</span>;
}

function Facts({ report: { drill, promises } }: { report: DrillReport }) {
  const { t } = useTranslation('drills');
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const nowMs = useNow();
  const { window, ticket } = drill;
  return (
    <dl className={styles.facts}>
      <div>
        <dt>{t('facts.plan')}</dt>
        <dd>{drill.plan.name[locale]}</dd>
      </div>
      <div>
        <dt>{t('facts.window')}</dt>
        <dd>
          {window
            ? `${stretchWords(window, locale, window.timeZone)}${locale === 'en' ? ', ' : '，'}${zoneWords(window.timeZone, locale, nowMs)}`
            : t('facts.now')}
        </dd>
      </div>
      <div>
        <dt>{t('facts.by')}</dt>
        <dd>
          {nameOf(drill.by.name)}
          {drill.seriesId ? <span className={styles.aside}>{t('facts.fromSchedule')}</span> : null}
        </dd>
      </div>
      {ticket ? (
        <div>
          <dt>{t('facts.ticket')}</dt>
          <dd>
            <Link to="/tickets/$number" params={{ number: String(ticket.number) }}>
              #{ticket.number}
            </Link>
          </dd>
        </div>
      ) : null}
      {promises.length > 0 ? (
        <div>
          <dt>{t('facts.promises')}</dt>
          <dd>
            {promises.map(({ target, dueAt }) => (
              <span key={target} className={styles.promise}>
                {t('facts.promise', { target: t(`target.${target}`), time: instantWords(dueAt, nowMs, locale) })}
              </span>
            ))}
          </dd>
        </div>
      ) : null}
    </dl>
  );
}
