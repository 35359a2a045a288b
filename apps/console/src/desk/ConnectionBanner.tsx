import { Button, useClient, useNow, useStore } from '@alongside/ui';
import { CloudOff, RotateCw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../session/session.ts';
import styles from './ConnectionBanner.module.css';

/** Short cuts heal by themselves; only longer ones are worth a word. */
const PATIENCE_MS = 2_500;

/** Says when the live connection is down, and that nothing written is lost. */
export function ConnectionBanner() {
  const { t } = useTranslation('console');
  const { connection, outbox } = useClient();
  const { refresh } = useSession();
  const status = useStore(connection);
  const waiting = useStore(outbox).filter((message) => message.state !== 'failed').length;
  const isDown = status.state !== 'live';
  const [shown, setShown] = useState(false);
  useNow();

  useEffect(() => {
    if (!isDown) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isDown]);

  // A session that ends while the line is open ends without words.
  const isSignedOut = status.state === 'refused' && (status.refusal?.code ?? 'unauthenticated') === 'unauthenticated';
  useEffect(() => {
    if (isSignedOut) void refresh();
  }, [isSignedOut, refresh]);

  return (
    <div role="status" className={styles.region}>
      {shown && isDown ? (
        <div className={styles.banner}>
          <CloudOff size={16} aria-hidden />
          <span className={styles.text}>
            {status.state === 'refused'
              ? status.refusal?.message
              : t(navigator.onLine ? 'connection.down' : 'connection.offline')}{' '}
            {waiting > 0 ? t('connection.kept', { count: waiting }) : t('connection.safe')}
          </span>
          {status.refusal?.code === 'protocol_too_old' ? (
            <Button size="sm" onClick={() => location.reload()}>
              {t('connection.reload')}
            </Button>
          ) : (
            <Button size="sm" icon={<RotateCw size={14} aria-hidden />} onClick={() => connection.retryNow()}>
              {t('connection.retry')}
            </Button>
          )}
        </div>
      ) : null}
    </div>
  );
}
