import { type Evidence as EvidenceNumber, measureName, quantity } from '@alongside/diagnosis';
import { useLocale } from '../app/LocaleProvider.tsx';
import { useDiagnosisText } from './diagnosis-text.ts';
import styles from './EvidenceNumbers.module.css';

/** The numbers a finding stands on, each against its threshold. */
export function EvidenceNumbers({ evidence }: { evidence: readonly EvidenceNumber[] }) {
  const t = useDiagnosisText();
  const { locale } = useLocale();
  if (evidence.length === 0) return null;
  return (
    <dl className={styles.numbers}>
      {evidence.map((one) => {
        const { measure, value, worst, threshold, trouble } = one;
        const amount = (number: number) => quantity(one, number, locale);
        const scale = Math.max(value, worst ?? 0, (threshold ?? 0) * 1.6) || 1;
        const percent = (number: number) => `${Math.min(100, (number / scale) * 100)}%`;
        return (
          <div key={`${measure} ${value}`} className={styles.number}>
            <dt className={styles.name}>{measureName(measure, locale)}</dt>
            <dd className={styles.value}>{amount(value)}</dd>
            <dd className={styles.facts}>
              {[
                worst !== null && worst !== value ? t('worst', { value: amount(worst) }) : null,
                threshold === null ? null : t(`limit.${trouble}`, { value: amount(threshold) }),
              ]
                .filter(Boolean)
                .join(' · ')}
            </dd>
            {threshold === null ? null : (
              <dd className={styles.gauge} aria-hidden>
                <span className={styles.filled} style={{ width: percent(value) }} />
                <span className={styles.limit} style={{ insetInlineStart: percent(threshold) }} />
              </dd>
            )}
          </div>
        );
      })}
    </dl>
  );
}
