import type { MaskingReport } from '@alongside/diagnosis';
import { ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLocale } from '../app/LocaleProvider.tsx';
import { useDiagnosisText } from './diagnosis-text.ts';
import styles from './MaskedSecrets.module.css';
import { maskedText } from './masked-text.ts';

export type MaskedSecretsProps = {
  report: MaskingReport;
  masksAddresses: boolean;
  /** Asked for, the file is masked anew; leave out where the original is gone. */
  onMaskAddresses?(masks: boolean): void;
  /** What one can do with the masked file. */
  children?: ReactNode;
};

/** What was taken out of a file before it goes anywhere: how many secrets of each kind, and the first few places. */
export function MaskedSecrets({ report, masksAddresses, onMaskAddresses, children }: MaskedSecretsProps) {
  const t = useDiagnosisText();
  const { locale } = useLocale();
  return (
    <div className={styles.masked}>
      <p className={styles.text}>
        <ShieldCheck size={15} aria-hidden />
        {maskedText(report.counts, t, locale) ?? t('masked.nothing')}
      </p>
      {report.examples.length > 0 ? (
        <details>
          <summary>{t('masked.show')}</summary>
          <ul className={styles.examples}>
            {report.examples.map(({ place, text }) => (
              <li key={`${place} ${text}`}>
                <span className={styles.place}>{place}</span>
                <code>{text}</code>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      {onMaskAddresses ? (
        <label className={styles.addresses}>
          <input
            type="checkbox"
            checked={masksAddresses}
            onChange={(event) => onMaskAddresses(event.currentTarget.checked)}
          />
          {t('masked.addresses')}
        </label>
      ) : null}
      {children}
    </div>
  );
}
