import type { Finding } from '@alongside/diagnosis';
import { CauseCard, EmptyState, SessionGraph, useLocale } from '@alongside/ui';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './DiagnosePage.module.css';
import type { Diagnosed } from './diagnosed.ts';

/** One document's verdict: the graph with what was found marked on it, then causes, the most important first. */
export function DiagnosedDocument({ document }: { document: Diagnosed }) {
  const { t } = useTranslation('diagnose');
  const { locale } = useLocale();
  const [selected, setSelected] = useState<Finding | null>(null);
  const { causes, lanes, fromMs, toMs, clock, state, problems } = document;
  const findings = useMemo(
    () => causes.flatMap(({ finding, repeats, effects }) => [finding, ...repeats, ...effects]),
    [causes],
  );
  const about = [
    document.name,
    clock === 'wall'
      ? new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' }).format(fromMs)
      : null,
    t('length', {
      minutes: Math.floor((toMs - fromMs) / 60_000),
      seconds: Math.round(((toMs - fromMs) % 60_000) / 1_000),
    }),
    t('connections', { count: document.connections }),
    t('streams', { count: document.tracks }),
  ];
  return (
    <article className={styles.document}>
      <p className={styles.about}>{about.filter((part) => part !== null).join(' · ')}</p>
      {state === 'findings' ? (
        <h2 className={styles.verdict}>{t('verdict.findings', { count: causes.length })}</h2>
      ) : (
        <EmptyState compact picture={state === 'healthy' ? 'allClear' : 'search'} title={t(`verdict.${state}`)}>
          {t(`verdict.${state}Text`)}
        </EmptyState>
      )}
      {lanes.length > 0 ? (
        <SessionGraph {...{ lanes, findings, fromMs, toMs, clock, selected }} onSelect={setSelected} />
      ) : null}
      {causes.map((cause) => (
        <CauseCard
          key={`${cause.finding.rule} ${cause.finding.fromMs} ${cause.finding.subject.trackId}`}
          {...{ cause, fromMs, clock, selected }}
          onSelect={setSelected}
        />
      ))}
      {problems.length > 0 ? (
        <details className={styles.problems}>
          <summary>{t('problems', { count: problems.length })}</summary>
          <ul>
            {problems.map(({ code, place }) => (
              <li key={`${code} ${place}`}>{t(`problem.${code}`, { place })}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </article>
  );
}
