import { wordsOf } from '@alongside/diagnosis';
import { useMemo } from 'react';
import { useClient } from '../app/ClientProvider.tsx';
import { useLocale } from '../app/LocaleProvider.tsx';
import { usePersonName } from '../people/person-name.ts';
import { useDiagnosisText } from './diagnosis-text.ts';
import { evidenceOf } from './evidence.ts';
import styles from './FileOfferCard.module.css';
import type { DiagnosedDocument } from './file-diagnosis.ts';
import { LoggedErrors } from './LoggedErrors.tsx';
import { verdictText } from './verdict-text.ts';

/** What a file says of a call, in a sentence; customers also read what they can try themselves. */
export function FileVerdict({ documents }: { documents: readonly DiagnosedDocument[] }) {
  const t = useDiagnosisText();
  const { locale } = useLocale();
  const { me } = useClient();
  const verdict = useVerdict(documents);
  const heaviest = heaviestOf(documents);
  const cause = heaviest && evidenceOf(heaviest.diagnosis).causes[0];
  const steps = cause && me.role === 'customer' ? wordsOf(cause.finding, locale).remedy.endUser : [];
  return (
    <>
      <p className={styles.verdict}>{verdict}</p>
      {steps.length > 0 ? (
        <div>
          <p className={styles.text}>{t('file.try')}</p>
          <ul className={styles.steps}>
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ul>
        </div>
      ) : null}
      {documents.map(({ name, diagnosis }) => (
        <LoggedErrors key={name} {...diagnosis} />
      ))}
    </>
  );
}

/** What documents say of a call, in one sentence. */
export function useVerdict(documents: readonly DiagnosedDocument[]): string {
  const t = useDiagnosisText();
  const { locale } = useLocale();
  const nameOf = usePersonName();
  return useMemo(() => {
    const heaviest = heaviestOf(documents);
    if (!heaviest) return t('verdict.not_enough_data');
    const evidence = evidenceOf(heaviest.diagnosis);
    return verdictText(evidence, { t, locale, nameOf }) ?? t(`verdict.${evidence.state}`);
  }, [documents, t, locale, nameOf]);
}

/** Of several documents the one with the heaviest cause, else one of which anything can be said. */
export function heaviestOf(documents: readonly DiagnosedDocument[]): DiagnosedDocument | undefined {
  const weightOf = ({ diagnosis }: DiagnosedDocument) =>
    diagnosis.causes[0]?.weight ?? (diagnosis.state === 'healthy' ? 0 : -1);
  return documents.toSorted((a, b) => weightOf(b) - weightOf(a))[0];
}
