import { getRotationHistory, type OnCallRotation } from '@alongside/contracts';
import { Badge, Button, Dialog, ErrorState, Skeleton, useLocale, useNow, usePersonName } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import styles from './RotationHistory.module.css';
import { instantWords } from './shift-words.ts';

/** Who changed a rotation when; what was in force decided who was on call. */
export function RotationHistory({ rotation, onClose }: { rotation: OnCallRotation | null; onClose: () => void }) {
  const { t } = useTranslation('oncall');
  return (
    <Dialog
      open={rotation !== null}
      onClose={onClose}
      title={t('rotation.history')}
      description={t('history.lead')}
      actions={<Button onClick={onClose}>{t('ui:dialog.close')}</Button>}
    >
      {rotation ? <Versions rotation={rotation} /> : null}
    </Dialog>
  );
}

function Versions({ rotation }: { rotation: OnCallRotation }) {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const nowMs = useNow();
  const history = useRoute(getRotationHistory, { params: { id: rotation.id } });
  if (history.isPending) return <Skeleton lines={3} height="2rem" width="100%" />;
  if (history.isError)
    return <ErrorState compact message={history.error.message} onRetry={() => void history.refetch()} />;
  return (
    <ol className={styles.list}>
      {history.data.versions.map(({ version, validFrom, savedAt, by, withdrawn, content }) => (
        <li key={version} className={styles.version}>
          <p className={styles.head}>
            <strong>{t('history.version', { version })}</strong>
            {version === rotation.current.version ? <Badge tone="accent">{t('history.current')}</Badge> : null}
            {withdrawn ? <Badge>{t('history.withdrawn')}</Badge> : null}
          </p>
          <p className={styles.muted}>
            {t('history.saved', {
              name: by ? nameOf(by.name) : t('history.installation'),
              time: instantWords(savedAt, nowMs, locale),
            })}
            {' · '}
            {t('history.validFrom', { time: instantWords(validFrom, nowMs, locale) })}
          </p>
          <p className={styles.muted}>
            {t('history.layers', {
              layers: new Intl.ListFormat(locale, { type: 'unit' }).format(content.layers.map(({ name }) => name)),
            })}
          </p>
        </li>
      ))}
    </ol>
  );
}
