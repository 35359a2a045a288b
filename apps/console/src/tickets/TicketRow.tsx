import type { QueueView, TicketHead } from '@alongside/contracts';
import {
  Button,
  cx,
  EngineerAvatar,
  FileIcon,
  fileInPlaceOfWords,
  PriorityBadge,
  RelativeTime,
  SlaClock,
  StateBadge,
  useLastMessageText,
  useNow,
  usePersonName,
  VisuallyHidden,
} from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { CircleSlash, Hourglass, Paperclip, Phone, PhoneCall } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { DrillMark } from '../drills/DrillMark.tsx';
import styles from './TicketRow.module.css';

export type TicketRowProps = {
  ticket: TicketHead;
  view: QueueView;
  isOpen: boolean;
  /** The customer said something one has not looked at. */
  unread: boolean;
  /** Into its call at once; leave out while one is in a call already. */
  onJoin?: (ticket: TicketHead) => void;
};

/** One ticket in three short lines: what, who and for how long, the last word. */
export const TicketRow = memo(function TicketRow({ ticket, view, isOpen, unread, onJoin }: TicketRowProps) {
  const { t } = useTranslation('console');
  const nameOf = usePersonName();
  const textOf = useLastMessageText();
  const { lastMessage, activeCall } = ticket;
  const file = lastMessage && fileInPlaceOfWords(lastMessage);
  // The open ticket offers it itself.
  const mayJoin = activeCall?.state === 'live' && !isOpen && onJoin !== undefined;
  return (
    <>
      <Link
        to="/views/$view/$number"
        params={{ view, number: String(ticket.number) }}
        data-number={ticket.number}
        className={cx(styles.row, mayJoin && styles.joinable, isOpen && styles.open, unread && styles.unread)}
        aria-current={isOpen ? 'page' : undefined}
      >
        <span className={styles.first}>
          <PriorityBadge priority={ticket.priority} plain />
          <span className={styles.subject}>{ticket.subject}</span>
          {unread ? (
            <span className={styles.dot}>
              <VisuallyHidden>{t('list.unread')}</VisuallyHidden>
            </span>
          ) : null}
        </span>
        <span className={styles.second}>
          <span className={styles.who}>
            {nameOf(ticket.contact.name)}
            {ticket.organisation ? <span className={styles.organisation}>{ticket.organisation.name}</span> : null}
          </span>
          <Clock ticket={ticket} />
        </span>
        <span className={styles.third}>
          {activeCall ? (
            <span className={styles.call}>
              <Phone size={12} aria-hidden />
              {t(activeCall.state === 'ringing' ? 'list.ringing' : 'list.inCall')}
            </span>
          ) : null}
          <span className={styles.preview}>
            {lastMessage?.by.kind === 'staff' ? <span className={styles.by}>{lastMessage.by.name}: </span> : null}
            {file ? (
              <span className={styles.fileIcon}>
                <FileIcon mediaType={file.mediaType} size={13} />
              </span>
            ) : null}
            {lastMessage ? textOf(lastMessage) : null}
          </span>
          {lastMessage && lastMessage.fileCount > 0 && !file ? (
            <Paperclip
              size={12}
              className={styles.clip}
              aria-label={t('list.files', { count: lastMessage.fileCount })}
            />
          ) : null}
          {ticket.drill ? <DrillMark /> : null}
          {ticket.excluded ? (
            <span className={styles.excluded} title={t('clock:excluded.hint')}>
              <CircleSlash size={12} aria-hidden />
              {t(`clock:excluded.${ticket.excluded}`)}
            </span>
          ) : null}
          {view === 'all' || view === 'mine' || view === 'solved' ? <StateBadge state={ticket.state} compact /> : null}
          {ticket.assignee && view !== 'mine' && !mayJoin ? (
            <span className={styles.assignee} title={t('list.assignedTo', { name: ticket.assignee.name })}>
              <EngineerAvatar id={ticket.assignee.id} name={ticket.assignee.name} size={20} />
              <VisuallyHidden>{t('list.assignedTo', { name: ticket.assignee.name })}</VisuallyHidden>
            </span>
          ) : null}
          <span className={styles.number}>#{ticket.number}</span>
        </span>
      </Link>
      {mayJoin ? (
        <Button
          size="sm"
          variant="primary"
          className={styles.join}
          aria-label={t('list.joinOf', { number: ticket.number })}
          icon={<PhoneCall size={13} aria-hidden />}
          onClick={() => onJoin(ticket)}
        >
          {t('list.join')}
        </Button>
      ) : null}
    </>
  );
});

// From when a wait is long, by priority, ms: the clock changes its colour then.
const LONG_WAIT_MS = { P0: 10 * 60_000, P1: 30 * 60_000, P2: 4 * 3_600_000, P3: 24 * 3_600_000 };

/**
 * What is promised next. Where nothing is, how long the customer has been waiting for us; when it is not our turn, when
 * something last happened.
 */
function Clock({ ticket }: { ticket: TicketHead }) {
  const { t } = useTranslation('console');
  const nowMs = useNow();
  if (ticket.clock) return <SlaClock clock={ticket.clock} />;
  if (ticket.unansweredSince === null) {
    return <RelativeTime at={ticket.updatedAt} format="short" className={styles.time} />;
  }
  const waitedMs = nowMs - Date.parse(ticket.unansweredSince);
  const isLong = waitedMs > LONG_WAIT_MS[ticket.priority];
  return (
    <span className={cx(styles.waiting, isLong && styles.long)}>
      <Hourglass size={12} aria-hidden />
      <VisuallyHidden>{t('list.waitingSince')}</VisuallyHidden>
      <RelativeTime at={ticket.unansweredSince} format="short" />
    </span>
  );
}
