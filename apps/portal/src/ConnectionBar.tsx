import { Button, useClient, useStore } from '@alongside/ui';
import { WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './ConnectionBar.module.css';
import { usePortal } from './portal-context.ts';

/** A cut shorter than this is nobody's concern, ms. */
const QUIET_MS = 2_500;

/** Says so when the line is down, and that nothing is lost by it. */
export function ConnectionBar() {
  const { t } = useTranslation('portal');
  const { connection } = useClient();
  const { reload } = usePortal();
  const status = useStore(connection);
  const isDown = status.state !== 'live';
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!isDown) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, [isDown]);

  if (status.state === 'refused') {
    const isOld = status.refusal?.code === 'protocol_too_old';
    return (
      <div className={styles.bar} role="alert">
        <span>{isOld ? t('connection.reload') : (status.refusal?.message ?? t('connection.ended'))}</span>
        {isOld ? null : (
          <Button size="sm" onClick={() => void reload()}>
            {t('connection.signIn')}
          </Button>
        )}
      </div>
    );
  }
  if (!isDown || !shown) return null;
  return (
    <div className={styles.bar} role="status">
      <WifiOff size={16} aria-hidden />
      <span>{t(status.state === 'connecting' ? 'connection.reconnecting' : 'connection.offline')}</span>
      {status.state === 'waiting' ? (
        <Button size="sm" variant="quiet" onClick={connection.retryNow}>
          {t('connection.retry')}
        </Button>
      ) : null}
    </div>
  );
}
