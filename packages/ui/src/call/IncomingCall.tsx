import type { RingingCall } from '@alongside/client';
import { Phone, PhoneOff, Video } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import { Avatar } from '../people/Avatar.tsx';
import { useEngineerLine } from '../people/EngineerCard.tsx';
import { useEngineerCard } from '../people/engineer-card.ts';
import { usePersonName } from '../people/person-name.ts';
import { useCallText } from './call-text.ts';
import styles from './IncomingCall.module.css';
import { isHostInUse } from './keyboard.ts';

export type IncomingCallProps = {
  ring: RingingCall;
  onAccept: (media: { microphone: boolean; camera: boolean }) => void;
  onDecline: () => void;
  /** To look at the ticket first. */
  onOpen?: () => void;
  /** A customer is rung by support and need not read a ticket number. */
  forCustomer?: boolean;
};

/**
 * The ringing card. Takes the focus when it appears and gives it back when it goes; Escape does nothing, since declining a
 * call by accident is worse than one more press.
 */
export function IncomingCall({ ring, onAccept, onDecline, onOpen, forCustomer = false }: IncomingCallProps) {
  const t = useCallText();
  const title = useId();
  const about = useId();
  const accept = useRef<HTMLButtonElement>(null);
  const { call, ticket } = ring;
  const caller = call.startedBy;
  const callerName = usePersonName()(caller.name);
  const { card } = useEngineerCard(forCustomer && caller.kind === 'staff' ? caller.id : null);
  const who = useEngineerLine(card);

  useEffect(() => {
    const before = document.activeElement;
    // Whoever is writing goes on writing: a card that takes the keys would be answered by a space bar.
    const isWriting = before instanceof HTMLElement && before.closest('input, textarea, [contenteditable="true"]');
    if (isWriting || isHostInUse()) return;
    accept.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);

  return (
    <div className={styles.card} role="alertdialog" data-ring aria-labelledby={title} aria-describedby={about}>
      <span className={styles.live} role="alert">
        {t('incoming.announce', { name: callerName, subject: ticket.subject })}
      </span>
      <span className={styles.picture} data-kind={caller.kind}>
        <Avatar id={caller.id} name={caller.name} kind={caller.kind} size={56} />
      </span>
      <div className={styles.words}>
        <h2 id={title} className={styles.title}>
          {t('incoming.title', { name: callerName })}
        </h2>
        <p id={about} className={styles.about}>
          {forCustomer
            ? who || t('incoming.support')
            : t('incoming.ticket', { number: ticket.number, subject: ticket.subject })}
        </p>
        {onOpen ? (
          <button type="button" className={styles.open} onClick={onOpen}>
            {t('incoming.open')}
          </button>
        ) : null}
      </div>
      <div className={styles.actions}>
        <button type="button" className={styles.decline} onClick={onDecline}>
          <PhoneOff size={18} aria-hidden />
          {t('incoming.decline')}
        </button>
        <button type="button" className={styles.video} onClick={() => onAccept({ microphone: true, camera: true })}>
          <Video size={18} aria-hidden />
          {t('incoming.acceptVideo')}
        </button>
        <button
          ref={accept}
          type="button"
          className={styles.accept}
          onClick={() => onAccept({ microphone: true, camera: false })}
        >
          <Phone size={18} aria-hidden />
          {t('incoming.accept')}
        </button>
      </div>
    </div>
  );
}
