import { toApiError } from '@alongside/client';
import { getDiagnosis, type RecordedDiagnosis as Recorded } from '@alongside/contracts';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useClient } from '../app/ClientProvider.tsx';
import { useLocale } from '../app/LocaleProvider.tsx';
import { ErrorState } from '../base/EmptyState.tsx';
import { Skeleton } from '../base/Skeleton.tsx';
import type { DiagnosisEntryProps } from './DiagnosisEntry.tsx';
import { useDiagnosisText } from './diagnosis-text.ts';
import { EvidenceCard, QuietVerdict } from './EvidenceCard.tsx';
import { evidenceOf } from './evidence.ts';
import { maskedText } from './masked-text.ts';
import { lengthText, momentWords } from './moments.ts';
import styles from './RecordedDiagnosis.module.css';
import { mayHoldLogs, useTeamErrors } from './team-errors.ts';

/** So far below the window it is fetched, so that it is there when one comes to it. */
const AHEAD = '600px';

/**
 * A diagnosis kept with the ticket: fetched when it comes into sight, a healthy one only when asked for, unless it is of a
 * log, which may speak of known errors.
 */
export default function RecordedDiagnosis({ body, isLast, reply }: Omit<DiagnosisEntryProps, 'fallback'>) {
  const { api } = useClient();
  const { locale } = useLocale();
  const t = useDiagnosisText();
  const { diagnosisId, summary, source } = body;
  const place = useRef<HTMLDivElement>(null);
  const [recorded, setRecorded] = useState<Recorded | null>(null);
  const [problem, setProblem] = useState<{ message: string; retry: boolean } | null>(null);
  const hasFindings = summary.state === 'findings';
  const isReadInSight = hasFindings || mayHoldLogs({ source });
  const [isWanted, setIsWanted] = useState(false);
  const [isAskedFor, setIsAskedFor] = useState(false);
  const teamErrors = useTeamErrors(recorded);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const element = place.current;
    if (!element || !isReadInSight) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setIsWanted(true);
      },
      { rootMargin: AHEAD },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [isReadInSight]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again
  useEffect(() => {
    if (!isWanted) return;
    const abort = new AbortController();
    setProblem(null);
    api.call(getDiagnosis, { params: { id: diagnosisId } }, { signal: abort.signal }).then(
      (reply) => setRecorded(reply.recorded),
      (thrown) => {
        if (abort.signal.aborted) return;
        const { message, retry } = toApiError(thrown, locale);
        setProblem({ message, retry });
      },
    );
    return () => abort.abort();
  }, [api, diagnosisId, isWanted, attempt]);

  const again = useCallback(() => setAttempt((count) => count + 1), []);
  const evidence = useMemo(() => {
    if (!recorded) return null;
    const { diagnosis } = recorded;
    return evidenceOf({ ...diagnosis, knownErrors: teamErrors ?? diagnosis.knownErrors });
  }, [recorded, teamErrors]);
  const lengthMs = summary.toMs - summary.fromMs;
  const about = [
    source.kind === 'file' ? source.fileName : null,
    source.kind === 'watched' ? source.label : null,
    t(`source.${source.kind}`),
    summary.clock === 'wall' ? momentWords(summary.fromMs, summary.fromMs, 'wall', locale, 'minute') : null,
    lengthMs > 0 ? lengthText(lengthMs, locale) : null,
    source.kind === 'file' ? maskedText(source.masked, t, locale) : null,
    // Of our own calls the media engine tells, too, unless the media server is another one.
    source.kind === 'call' && recorded?.diagnosis.seenByEngine === false ? t('source.browsersAlone') : null,
  ]
    .filter(Boolean)
    .join(' · ');

  if (problem)
    return (
      <div className={styles.place}>
        <p className={styles.about}>{about}</p>
        <ErrorState compact message={problem.message} onRetry={problem.retry ? again : undefined} />
      </div>
    );
  if (evidence)
    return (
      <EvidenceCard
        isFolded
        evidence={evidence}
        about={about}
        reply={reply}
        openAtFirst={hasFindings ? isLast : isAskedFor}
      />
    );
  if (hasFindings)
    return (
      <div ref={place} className={styles.place} aria-busy>
        <p className={styles.about}>{about}</p>
        <Skeleton height="1.75rem" width="70%" />
        <Skeleton height={isLast ? '16rem' : '1.5rem'} />
      </div>
    );
  return (
    <div ref={place} className={styles.quiet}>
      <QuietVerdict
        state={summary.state === 'healthy' ? 'healthy' : 'not_enough_data'}
        about={about}
        onShow={
          isAskedFor
            ? undefined
            : () => {
                setIsAskedFor(true);
                setIsWanted(true);
              }
        }
      />
    </div>
  );
}
