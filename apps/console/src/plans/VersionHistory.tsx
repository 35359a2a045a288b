import { Badge, Button, useLocale } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import { momentWords } from './date-words.ts';
import styles from './VersionHistory.module.css';

export type HistoryEntry = { version: number; validFrom: string; by: string | null; changes: readonly string[] };

/** The saved versions of something, the newest first: since when, by whom, and what changed. */
export function VersionHistory({
  versions,
  onShow,
}: {
  versions: readonly HistoryEntry[];
  /** Takes an earlier one into the editor, where it can be saved anew. */
  onShow?: (version: number) => void;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'history' });
  const { locale } = useLocale();
  return (
    <ol className={styles.list}>
      {versions.map(({ version, validFrom, by, changes }, index) => (
        <li key={version} className={styles.entry}>
          <span className={styles.version}>{t('version', { version })}</span>
          <span className={styles.text}>
            <span>
              {isShipped(validFrom) ? t('shipped') : t('since', { at: momentWords(validFrom, locale), by: by ?? '' })}{' '}
              {index === 0 ? <Badge tone="success">{t('inForce')}</Badge> : null}
            </span>
            {changes.length > 0 ? (
              <span className={styles.changes}>{changes.join(locale === 'zh-CN' ? '、' : ', ')}</span>
            ) : null}
          </span>
          {onShow && index > 0 ? (
            <Button size="sm" variant="quiet" onClick={() => onShow(version)}>
              {t('takeUp')}
            </Button>
          ) : null}
        </li>
      ))}
    </ol>
  );
}

/** What is shipped has been in force since the beginning of time, which is nothing one would read. */
export function isShipped(validFrom: string): boolean {
  return Date.parse(validFrom) === 0;
}
