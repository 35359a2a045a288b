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
  const nameOf = usePersonName();
  const heaviest = useMemo(() => heaviestOf(documents), [documents]);
  if (!heaviest) return <p className={styles.verdict}>{t('verdict.not_enough_data')}</p>;
  const evidence = evidenceOf(heaviest.diagnosis);
  const sentence = verdictText(evidence, { t, locale, nameOf });
  const [cause] = evidence.causes;
  const steps = cause && me.role === 'customer' ? wordsOf(cause.finding, locale).remedy.endUser : [];
  return (
    <>
      <p className={styles.verdict}>{sentence ?? t(`verdict.${evidence.state}`)}</p>
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

/** Of several documents the one with the heaviest cause, else one of which anything can be said. */
export function heaviestOf(documents: readonly DiagnosedDocument[]): DiagnosedDocument | undefined {
  const weightOf = ({ diagnosis }: DiagnosedDocument) =>
    diagnosis.causes[0]?.weight ?? (diagnosis.state === 'healthy' ? 0 : -1);
  return documents.toSorted((a, b) => weightOf(b) - weightOf(a))[0];
}
