import type { TicketStore } from '@alongside/client';
import { rateTicket, setTicketState, type TicketState, type TicketView } from '@alongside/contracts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../base/Button.tsx';
import { useToast } from '../base/Toast.tsx';
import { RatingForm } from './RatingForm.tsx';
import styles from './SolvedCard.module.css';

/** The end of a request in the customer's hands: confirm or reopen, then rate. Nothing while it is being worked on. */
export function SolvedCard({ view, store }: { view: TicketView; store: Pick<TicketStore, 'change'> }) {
  const { t } = useTranslation('ui', { keyPrefix: 'request' });
  const toast = useToast();
  const [moving, setMoving] = useState<TicketState | null>(null);
  const { ticket, may } = view;
  if (ticket.state !== 'solved' && ticket.state !== 'closed') return null;

  async function move(state: TicketState): Promise<void> {
    setMoving(state);
    try {
      await store.change(setTicketState, { state });
    } catch (thrown) {
      toast.show({ tone: 'error', message: (thrown as Error).message });
    } finally {
      setMoving(null);
    }
  }

  return (
    <section className={styles.card} aria-label={t('solved.title')}>
      {ticket.state === 'closed' ? (
        <p>{t('solved.confirmed', { number: ticket.number })}</p>
      ) : (
        <div className={styles.question}>
          <h2 className={styles.title}>{t('solved.title')}</h2>
          <p className={styles.text}>{t('solved.text')}</p>
          <div className={styles.actions}>
            {may.states.includes('closed') ? (
              <Button variant="primary" busy={moving === 'closed'} onClick={() => void move('closed')}>
                {t('solved.confirm')}
              </Button>
            ) : null}
            {may.states.includes('open') ? (
              <Button busy={moving === 'open'} onClick={() => void move('open')}>
                {t('solved.reopen')}
              </Button>
            ) : null}
          </div>
        </div>
      )}
      {may.rate ? (
        <RatingForm
          rating={ticket.rating}
          onRate={async (rating) => {
            await store.change(rateTicket, rating);
          }}
        />
      ) : null}
    </section>
  );
}
