import { listMail, type RouteReply } from '@alongside/contracts';
import { Badge, type BadgeTone, Dialog, EmptyState, ErrorState, RelativeTime, Skeleton } from '@alongside/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { type CursorPage, CursorPages } from '../desk/CursorPages.tsx';
import rows from '../desk/Rows.module.css';
import styles from './MailSettings.module.css';

type Mail = RouteReply<typeof listMail>['mails'][number];

const TONES: Record<Mail['state'], BadgeTone> = {
  queued: 'neutral',
  sent: 'success',
  failed: 'danger',
  kept: 'warning',
};

/** The outbox: what was mailed, and what could not be. */
export function MailSettings() {
  const [open, setOpen] = useState<Mail | null>(null);
  return (
    <>
      <CursorPages page={(page) => <MailPart onOpen={setOpen} {...page} />} />
      <Dialog
        open={open !== null}
        onClose={() => setOpen(null)}
        title={open?.subject ?? ''}
        description={open?.to}
        size="lg"
      >
        {open?.error ? <p className={styles.error}>{open.error}</p> : null}
        <pre className={styles.text}>{open?.text}</pre>
      </Dialog>
    </>
  );
}

function MailPart({ before, more, onOpen }: { onOpen: (mail: Mail) => void } & CursorPage) {
  const { t } = useTranslation('console');
  const found = useRoute(listMail, { query: before === undefined ? {} : { before } });
  if (found.isPending) return <Skeleton lines={5} height="2.25rem" width="100%" />;
  if (found.isError) return <ErrorState compact message={found.error.message} onRetry={() => void found.refetch()} />;
  const { mails, next } = found.data;
  if (mails.length === 0 && before === undefined) {
    return (
      <EmptyState compact picture="mail" title={t('settings.mail.none')}>
        {t('settings.mail.noneHint')}
      </EmptyState>
    );
  }
  return (
    <>
      <ul className={rows.rows}>
        {mails.map((mail) => (
          <li key={mail.id}>
            <button type="button" className={styles.mail} onClick={() => onOpen(mail)}>
              <span className={rows.main}>
                <span className={rows.name}>{mail.subject}</span>
                <span className={rows.sub}>{mail.to}</span>
              </span>
              <Badge tone={TONES[mail.state]}>{t(`settings.mail.${mail.state}`)}</Badge>
              <RelativeTime at={mail.createdAt} format="short" className={rows.side} />
            </button>
          </li>
        ))}
      </ul>
      {more(next)}
    </>
  );
}
