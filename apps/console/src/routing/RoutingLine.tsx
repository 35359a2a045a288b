import type { TicketStore } from '@alongside/client';
import { toApiError } from '@alongside/client';
import { acceptSuggestion, type RoutingReasons, type TicketView } from '@alongside/contracts';
import { Button, Popover, reasonsText, useLocale, useToast, useWords, waitingText } from '@alongside/ui';
import { CircleHelp, Hourglass, Waypoints } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../session/session.ts';
import { HandBack } from './HandBack.tsx';
import { ReasonList } from './ReasonList.tsx';
import styles from './RoutingLine.module.css';
import { routingFact } from './routing-fact.ts';

/** Under a ticket's head: why it came to whoever has it, whom routing suggests, or why it waits. */
export function RoutingLine({ store, ticketView }: { store: TicketStore; ticketView: TicketView }) {
  const { t } = useTranslation('routing');
  const { me } = useSession();
  const words = useWords();
  const fact = routingFact(ticketView);
  if (fact === null) return null;
  if (fact.what === 'waiting') {
    return (
      <p className={styles.line}>
        <Hourglass size={15} className={styles.icon} aria-hidden />
        <span className={styles.text}>
          <strong>{t('line.waiting')}</strong> {waitingText(words, fact.wait)}
        </span>
      </p>
    );
  }
  if (fact.what === 'suggested') {
    const name = words.nameOf(fact.engineer.name);
    const isMe = fact.engineer.id === me.id;
    return (
      <div className={styles.line}>
        <Waypoints size={15} className={styles.icon} aria-hidden />
        <span className={styles.text}>
          <strong>{isMe ? t('line.suggestsYou') : t('line.suggests', { name })}</strong>{' '}
          {reasonsText(words, fact.reasons)}
        </span>
        <span className={styles.deeds}>
          <Why title={t('line.whySuggested', { name })} reasons={fact.reasons} />
          {ticketView.may.assign ? <Accept store={store} engineer={fact.engineer} isMe={isMe} /> : null}
        </span>
      </div>
    );
  }
  const isMine = ticketView.ticket.assignee?.id === me.id;
  const name = words.nameOf(fact.to);
  return (
    <div className={styles.line}>
      <Waypoints size={15} className={styles.icon} aria-hidden />
      <span className={styles.text}>
        <strong>{isMine ? t('line.cameToYou') : t('line.cameTo', { name })}</strong> {reasonsText(words, fact.reasons)}
      </span>
      <span className={styles.deeds}>
        <Why
          title={isMine ? t('line.whyYou') : t('line.why', { name })}
          reasons={fact.reasons}
          by={fact.by.kind === 'staff' && !isHandedBack(fact.reasons) ? fact.by.name : null}
        />
        {isMine && ticketView.may.assign ? <HandBack store={store} /> : null}
      </span>
    </div>
  );
}

/** Then `by` is who handed it back, not who agreed. */
function isHandedBack(reasons: RoutingReasons): boolean {
  return reasons.some((reason) => reason.what === 'taken_off' && reason.why === 'handed_back');
}

function Why({ title, reasons, by = null }: { title: string; reasons: RoutingReasons; by?: string | null }) {
  const { t } = useTranslation('routing');
  return (
    <Popover
      title={title}
      align="end"
      trigger={
        <button type="button" className={styles.why}>
          <CircleHelp size={14} aria-hidden />
          {t('line.ask')}
        </button>
      }
    >
      <ReasonList reasons={reasons} />
      <p className={styles.foot}>{by === null ? t('line.byItself') : t('line.agreed', { name: by })}</p>
    </Popover>
  );
}

function Accept({
  store,
  engineer,
  isMe,
}: {
  store: TicketStore;
  engineer: { id: string; name: string };
  isMe: boolean;
}) {
  const { t } = useTranslation('routing');
  const { locale } = useLocale();
  const { nameOf } = useWords();
  const toast = useToast();
  const [busy, setBusy] = useState(false);

  async function accept(): Promise<void> {
    setBusy(true);
    try {
      await store.change(acceptSuggestion, { engineerId: engineer.id });
    } catch (thrown) {
      toast.show({ tone: 'error', message: toApiError(thrown, locale).message });
    } finally {
      setBusy(false);
    }
  }

  return (
    <Button size="sm" busy={busy} onClick={() => void accept()}>
      {isMe ? t('line.takeIt') : t('line.give', { name: nameOf(engineer.name) })}
    </Button>
  );
}
