import type { ContractVersion } from '@alongside/contracts';
import { useLocale } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import styles from './ContractSection.module.css';
import { momentWords } from './date-words.ts';

/** What was agreed before, by whom and why, the newest first. */
export function ContractHistory({ history }: { history: readonly ContractVersion[] }) {
  const { t } = useTranslation('plans', { keyPrefix: 'contract' });
  const { locale } = useLocale();
  return (
    <details className={styles.history}>
      <summary>{t('history', { count: history.length })}</summary>
      <ol className={styles.versions}>
        {history.map(({ version, validFrom, by, reason, contract }) => (
          <li key={version} className={styles.version}>
            <span className={styles.when}>{momentWords(validFrom, locale)}</span>
            <span className={styles.what}>
              <span>{contract ? contract.planName[locale] : t('ended')}</span>
              <span className={styles.why}>{t('reasonBy', { by, reason })}</span>
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}
