import { getTestPage, sendTestPage, type TestDelivery } from '@alongside/contracts';
import { Button, Spinner } from '@alongside/ui';
import { BellRing, Check, Inbox, RotateCw, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange } from '../data/queries.ts';
import styles from './MyPagesTab.module.css';
import { useTestDeliveries } from './use-test-deliveries.ts';

/** Pages oneself by every way one has chosen, and shows what becomes of each. */
export function TestPage() {
  const { t } = useTranslation('oncall');
  const send = useChange(sendTestPage, [getTestPage]);
  const [testId, setTestId] = useState<string | null>(null);
  const deliveries = useTestDeliveries(testId);
  return (
    <section className={styles.section} aria-labelledby="test">
      <div className={styles.head}>
        <h2 id="test" className={styles.heading}>
          {t('test.title')}
        </h2>
        <Button
          icon={<BellRing size={16} aria-hidden />}
          busy={send.isPending}
          onClick={() => send.mutate({ body: {} }, { onSuccess: (reply) => setTestId(reply.testId) })}
        >
          {t('test.send')}
        </Button>
      </div>
      <p className={styles.muted}>{t('test.hint')}</p>
      {send.error ? (
        <p className={styles.muted} role="alert">
          {send.error.message}
        </p>
      ) : null}
      <Deliveries deliveries={deliveries} />
    </section>
  );
}

const ICONS = { sent: Check, failed: X, retrying: RotateCw, kept: Inbox };

/** What became of each delivery of a test. */
export function Deliveries({ deliveries }: { deliveries: readonly TestDelivery[] }) {
  const { t } = useTranslation('oncall');
  if (deliveries.length === 0) return null;
  return (
    <ul className={styles.rows} aria-live="polite">
      {deliveries.map(({ channel, to, outcome, why, detail }, index) => {
        const Icon = outcome === null ? null : ICONS[outcome];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the deliveries of one test keep their order
          <li key={index} className={styles.row}>
            <span className={styles.grow}>
              {t(`channel.${channel}`)}
              {to ? ` · ${to}` : ''}
            </span>
            <span className={styles.status} data-outcome={outcome ?? 'waiting'}>
              {Icon ? <Icon size={16} aria-hidden /> : <Spinner size={14} />}
              {t(`outcome.${outcome ?? 'waiting'}`)}
              {why ? ` (${t(`ui:recorded.page.why.${why}`)}${detail ? `, ${detail}` : ''})` : ''}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
