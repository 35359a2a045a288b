import { Button, type KeptDiagnosis, RelativeTime, useVerdict } from '@alongside/ui';
import { HardDrive } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './DiagnosePage.module.css';

export type EarlierDiagnosisProps = { kept: KeptDiagnosis; onShow: () => void; onForget: () => void };

/** What was found in this tab before a reload, or before one chose another file. */
export function EarlierDiagnosis({ kept, onShow, onForget }: EarlierDiagnosisProps) {
  const { t } = useTranslation('diagnose');
  const verdict = useVerdict(kept.documents);
  return (
    <section className={styles.earlier} aria-labelledby="earlier">
      <p className={styles.about}>
        {kept.name} · <RelativeTime at={new Date(kept.keptAtMs).toISOString()} />
      </p>
      <h2 id="earlier" className={styles.earlierVerdict}>
        {verdict}
      </h2>
      <div className={styles.earlierActions}>
        <Button onClick={onShow}>{t('earlier.show')}</Button>
        <Button variant="quiet" onClick={onForget}>
          {t('earlier.forget')}
        </Button>
      </div>
      <p className={styles.keptHere}>
        <HardDrive size={16} aria-hidden />
        {t('earlier.kept')}
      </p>
    </section>
  );
}
