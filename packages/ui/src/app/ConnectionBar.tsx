import { WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../base/Button.tsx';
import { useClient, useStore } from './ClientProvider.tsx';
import styles from './ConnectionBar.module.css';

/** A cut shorter than this is nobody's concern, ms. */
const QUIET_MS = 2_500;

export type ConnectionBarProps = {
  /** Begins a new session when the present one has ended, and what the button for it says. */
  onSignInAgain: () => void;
  signInAgain: string;
};

/** Tells customers when the line is down, and that nothing is lost by it. */
export function ConnectionBar({ onSignInAgain, signInAgain }: ConnectionBarProps) {
  const { t } = useTranslation('ui');
  const { connection } = useClient();
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
          <Button size="sm" onClick={onSignInAgain}>
            {signInAgain}
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
