import { type DiagnosedDocument as Document, EvidenceCard, evidenceOf, useLocale } from '@alongside/ui';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './DiagnosePage.module.css';

/** One document's verdict: the graph with what was found marked on it, then causes, the most important first. */
export function DiagnosedDocument({ document }: { document: Document }) {
  const { t } = useTranslation('diagnose');
  const { locale } = useLocale();
  const { diagnosis, problems } = document;
  const evidence = useMemo(() => evidenceOf(diagnosis), [diagnosis]);
  const { clock, fromMs, toMs } = evidence;
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
      <EvidenceCard
        evidence={evidence}
        about={about.filter((part) => part !== null).join(' · ')}
        foot={
          problems.length > 0 ? (
            <details className={styles.problems}>
              <summary>{t('problems', { count: problems.length })}</summary>
              <ul>
                {problems.map(({ code, place }) => (
                  <li key={`${code} ${place}`}>{t(`problem.${code}`, { place })}</li>
                ))}
              </ul>
            </details>
          ) : undefined
        }
      />
    </article>
  );
}
