import { type ApiError, toApiError } from '@alongside/client';
import { type AcknowledgementLook, lookAtAcknowledgement, redeemAcknowledgement } from '@alongside/contracts';
import { Button, PriorityBadge, Skeleton, useLocale, usePersonName } from '@alongside/ui';
import { Check } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../data/api.ts';
import { Threshold } from '../session/Threshold.tsx';
import styles from './AcknowledgePage.module.css';

/** Where the link of a page's mail leads. */
export const ACKNOWLEDGE_PATH = '/console/acknowledge';

/**
 * Acknowledges a page from its mail, without a session. Looking changes nothing: programs that check the links of mails
 * must not acknowledge in somebody's name.
 */
export function AcknowledgePage() {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const [token] = useState(() => location.hash.slice(1));
  const [look, setLook] = useState<AcknowledgementLook | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);

  const refuse = useEffectEvent((thrown: unknown) => setError(toApiError(thrown, locale)));
  useEffect(() => {
    api.call(lookAtAcknowledgement, { body: { token } }).then(setLook, refuse);
  }, [token]);

  async function acknowledge(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      setLook(await api.call(redeemAcknowledgement, { body: { token } }));
    } catch (thrown) {
      setError(toApiError(thrown, locale));
    } finally {
      setBusy(false);
    }
  }

  const title =
    look === null
      ? t('link.title')
      : look.state === 'waiting'
        ? t('link.title')
        : t(look.state === 'acknowledged' ? 'link.doneTitle' : 'link.overTitle');
  return (
    <Threshold title={title} lead={look ? t('link.for', { name: nameOf(look.person.name) }) : t('link.lead')}>
      <div className={styles.content}>
        {look === null ? (
          error ? null : (
            <Skeleton lines={2} />
          )
        ) : (
          <p className={styles.about}>
            {look.ticket ? (
              <>
                <PriorityBadge priority={look.ticket.priority} plain />
                <span className={styles.subject}>
                  #{look.ticket.number} {look.ticket.subject}
                </span>
              </>
            ) : (
              <span className={styles.subject}>{t('page.test')}</span>
            )}
          </p>
        )}
        {look?.state === 'waiting' ? (
          <>
            <Button
              size="lg"
              wide
              variant="primary"
              icon={<Check size={18} aria-hidden />}
              busy={busy}
              onClick={() => void acknowledge()}
            >
              {t('page.acknowledge')}
            </Button>
            <p className={styles.hint}>{t('link.hint')}</p>
          </>
        ) : null}
        {look?.state === 'acknowledged' ? (
          <p className={styles.hint}>{look.by ? t('link.by', { name: nameOf(look.by) }) : t('link.done')}</p>
        ) : null}
        {look?.state === 'over' ? <p className={styles.hint}>{t('link.over')}</p> : null}
        {error ? (
          <p className={styles.error} role="alert">
            {error.message}
          </p>
        ) : null}
        <a className={styles.open} href={look?.ticket ? `/console/tickets/${look.ticket.number}` : '/console/on-call'}>
          {t(look?.ticket ? 'link.open' : 'link.console')}
        </a>
      </div>
    </Threshold>
  );
}
