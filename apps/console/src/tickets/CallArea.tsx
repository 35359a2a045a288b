import type { TicketHead } from '@alongside/contracts';
import { CallBanner, CallStage, useClient, useStore } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import { contactName } from '../customers/contact-name.ts';
import styles from './CallArea.module.css';

/** Whether one's own call belongs to this ticket and has something to show. */
export function useCallHere(ticketId: string): boolean {
  const { phase, ticketId: itsTicket } = useStore(useClient().call);
  return itsTicket === ticketId && phase !== 'idle' && phase !== 'preview';
}

/** The call of this ticket: the stage while one is in it, the way in while it goes on without one. */
export function CallArea({ ticket, onJoin }: { ticket: TicketHead; onJoin: (callId: string) => void }) {
  const { t } = useTranslation('console');
  const { call, connection } = useClient();
  const { clockOffsetMs } = useStore(connection);
  const isHere = useCallHere(ticket.id);
  const name = contactName(ticket.contact, t);
  if (isHere) {
    return (
      <div className={styles.stage}>
        <CallStage call={call} title={`#${ticket.number} ${ticket.subject}`} callee={name} canEnd />
      </div>
    );
  }
  const active = ticket.activeCall;
  // A call that rings us has its own card with its own buttons.
  if (active === null || (active.state === 'ringing' && active.rings === 'staff')) return null;
  return (
    <div className={styles.banner}>
      <CallBanner call={active} clockOffsetMs={clockOffsetMs} onJoin={() => onJoin(active.id)} />
    </div>
  );
}
