import type { CallFailure } from '@alongside/client';
import { useTranslation } from 'react-i18next';
import { addressWords } from './address-words.ts';
import { useCallText } from './call-text.ts';
import styles from './TriedAddresses.module.css';

/** Which addresses a call was tried at and how each one failed: closed at first, for whoever has to mend it. */
export function TriedAddresses({ failures }: { failures: CallFailure['addresses'] }) {
  const t = useCallText();
  const { t: ui } = useTranslation('ui');
  return (
    <details className={styles.tried}>
      <summary className={styles.summary}>{t('failed.details')}</summary>
      <ul className={styles.list}>
        {failures.map((failure) => {
          const { host, here, server } = addressWords(ui, failure);
          return (
            <li key={failure.url} className={styles.address}>
              <span className={styles.host}>{host}</span>
              <span>{here}</span>
              {server ? <span className={styles.server}>{server}</span> : null}
            </li>
          );
        })}
      </ul>
    </details>
  );
}
