import { type TicketStore, toApiError } from '@alongside/client';
import { acknowledgeEscalation, stopEscalation, type TicketEscalation, type TicketView } from '@alongside/contracts';
import { Button, clockFace, useLocale, usePersonName, useToast } from '@alongside/ui';
import { BellRing, Check } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isLead, useSession } from '../session/session.ts';
import styles from './EscalationBar.module.css';
import { isOpen, namesIn, pagedIn, useEscalations, useServerNow } from './escalations.ts';
import { lengthWords } from './shift-words.ts';

/** Under a ticket's head while a chain waits to be acknowledged: where it stands, and the button that ends it. */
export function EscalationBar({ store, ticketView }: { store: TicketStore; ticketView: TicketView }) {
  const escalation = useEscalations(ticketView).find(isOpen);
  return escalation ? <Bar store={store} escalation={escalation} /> : null;
}

function Bar({ store, escalation }: { store: TicketStore; escalation: TicketEscalation }) {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const { me } = useSession();
  const toast = useToast();
  const [busy, setBusy] = useState(false);

  async function end(route: typeof acknowledgeEscalation | typeof stopEscalation): Promise<void> {
    setBusy(true);
    try {
      await store.change(route, {});
    } catch (thrown) {
      toast.show({ tone: 'error', message: toApiError(thrown, locale).message });
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className={styles.bar} data-exhausted={escalation.state === 'exhausted' || undefined}>
      <BellRing size={17} className={styles.icon} aria-hidden />
      <span className={styles.text}>
        <Standing escalation={escalation} />
      </span>
      {isLead(me) && escalation.state === 'running' ? (
        <Button size="sm" variant="quiet" disabled={busy} onClick={() => void end(stopEscalation)}>
          {t('chain.stop')}
        </Button>
      ) : null}
      <Button
        size="sm"
        variant="danger"
        icon={<Check size={15} aria-hidden />}
        busy={busy}
        onClick={() => void end(acknowledgeEscalation)}
      >
        {t('page.acknowledge')}
      </Button>
    </div>
  );
}

/** Where a chain stands, in one line that counts along. */
function Standing({ escalation }: { escalation: TicketEscalation }) {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const nowMs = useServerNow();
  const { state, step, steps, round, rounds, nextStepAt } = escalation;
  if (state === 'exhausted') return <strong>{t('chain.exhausted')}</strong>;
  const nextMs = nextStepAt === null ? 0 : Math.max(0, Date.parse(nextStepAt) - nowMs);
  if (step === 0) return <strong>{t('chain.begins', { time: clockFace(nextMs) })}</strong>;
  const pages = pagedIn(escalation, step);
  const people = new Intl.ListFormat(locale, { type: 'unit' }).format(namesIn(pages).map(nameOf));
  const [first] = pages;
  return (
    <>
      <strong>
        {t('chain.step', { step, count: steps.length })}
        {rounds > 1 && round > 1 ? ` · ${t('chain.round', { round, rounds })}` : ''}
      </strong>
      {first ? (
        <span>{t('chain.paged', { people, time: lengthWords(nowMs - Date.parse(first.at), locale) })}</span>
      ) : null}
      <span>{t('chain.notAcknowledged')}</span>
      {nextStepAt ? <span className={styles.next}>{t(nextKey(escalation), { time: clockFace(nextMs) })}</span> : null}
    </>
  );
}

/** What comes after the present step: a further one, the first one again, or the end. */
function nextKey({ step, steps, round, rounds }: TicketEscalation): string {
  if (step < steps.length) return 'chain.climbsIn';
  return round < rounds ? 'chain.againIn' : 'chain.endsIn';
}
