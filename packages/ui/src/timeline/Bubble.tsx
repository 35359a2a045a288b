import type { TimelineItem } from '@alongside/client';
import type { ActorRef, Visibility } from '@alongside/contracts';
import { Lock, RotateCw } from 'lucide-react';
import { memo, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../app/cx.ts';
import { useLocale } from '../app/LocaleProvider.tsx';
import { Attachments, PendingAttachments } from '../files/Attachments.tsx';
import { KnownErrorNotes } from '../known-errors/KnownErrorNotes.tsx';
import { Avatar } from '../people/Avatar.tsx';
import { EngineerAvatar } from '../people/EngineerAvatar.tsx';
import { EngineerName, EngineerTitle } from '../people/EngineerName.tsx';
import { usePersonName } from '../people/person-name.ts';
import { exactTime, timeOfDay } from '../ticket/time-words.ts';
import styles from './Bubble.module.css';
import { type DeliveryState, DeliveryTicks } from './DeliveryTicks.tsx';
import { MessageBody } from './MessageBody.tsx';

/** Longer messages are folded; logs belong into files, but people paste them. */
const FOLD_AFTER_LENGTH = 2_400;
const FOLD_AFTER_LINES = 36;

export type BubbleProps = {
  by: ActorRef;
  at: string;
  visibility: Visibility;
  body: string;
  /** `end` is the reader's own side. */
  side: 'start' | 'end';
  /** The first of several in a row by one person: shows who it is. */
  leads: boolean;
  attachments?: ReactNode;
  delivery?: DeliveryState | null;
  deliveryTitle?: string;
  /** Below the text: what to do about a failed one. */
  children?: ReactNode;
};

/** What somebody said: theirs at the start, one's own side's at the end, internal notes on yellow paper. */
export function Bubble(props: BubbleProps) {
  const { by, at, visibility, body, side, leads, attachments, delivery, deliveryTitle, children } = props;
  const { t } = useTranslation('ui');
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const [unfolded, setUnfolded] = useState(false);
  const isNote = visibility === 'internal';
  const isLong = body.length > FOLD_AFTER_LENGTH || body.split('\n', FOLD_AFTER_LINES + 1).length > FOLD_AFTER_LINES;
  const time = timeOfDay(Date.parse(at), locale);
  return (
    <article
      className={cx(styles.row, styles[side], leads && styles.leads, isNote && styles.note)}
      aria-label={t('message.saidBy', { name: nameOf(by.name), time })}
    >
      <span className={styles.gutter}>
        {leads ? (
          by.kind === 'staff' ? (
            <EngineerAvatar id={by.id} name={by.name} size={32} />
          ) : (
            <Avatar id={by.id} name={by.name} kind={by.kind} size={32} />
          )
        ) : null}
      </span>
      <div className={styles.column}>
        {leads ? (
          <header className={styles.header}>
            {by.kind === 'staff' ? (
              <>
                <EngineerName id={by.id} name={by.name} className={styles.name} />
                {side === 'start' ? <EngineerTitle id={by.id} className={styles.title} /> : null}
              </>
            ) : (
              <span className={styles.name}>{nameOf(by.name)}</span>
            )}
            {isNote ? (
              <span className={styles.kind} title={t('message.noteHint')}>
                <Lock size={12} aria-hidden />
                {t('message.note')}
              </span>
            ) : null}
          </header>
        ) : null}
        <div className={styles.bubble}>
          {body ? (
            <div className={cx(isLong && !unfolded && styles.folded)}>
              <MessageBody body={body} />
            </div>
          ) : null}
          {isLong ? (
            <button type="button" className={styles.unfold} onClick={() => setUnfolded(!unfolded)}>
              {t(unfolded ? 'message.less' : 'message.more')}
            </button>
          ) : null}
          {attachments}
          <footer className={styles.footer}>
            <time dateTime={at} title={exactTime(Date.parse(at), locale)}>
              {time}
            </time>
            {delivery ? <DeliveryTicks state={delivery} title={deliveryTitle} /> : null}
          </footer>
        </div>
        {children}
      </div>
    </article>
  );
}

type EntryItem = Extract<TimelineItem, { kind: 'entry' }>;
type PendingItem = Extract<TimelineItem, { kind: 'pending' }>;

/** A message or note of the log. */
export const MessageBubble = memo(function MessageBubble({
  item,
  side,
  leads,
}: {
  item: EntryItem;
  side: 'start' | 'end';
  leads: boolean;
}) {
  const { t } = useTranslation('ui');
  const nameOf = usePersonName();
  if (item.entry.kind !== 'message') return null;
  const { by, at, visibility, body, files } = item.entry;
  const readers = item.readBy.map((who) => nameOf(who.name)).join(', ');
  return (
    <Bubble
      by={by}
      at={at}
      visibility={visibility}
      body={body}
      side={side}
      leads={leads}
      delivery={item.delivery}
      deliveryTitle={readers ? `${t('delivery.read')}: ${readers}` : undefined}
      attachments={files.length > 0 ? <Attachments files={files} /> : null}
    >
      <KnownErrorNotes text={body} />
    </Bubble>
  );
});

/** One's own message the server has not confirmed yet. */
export const PendingBubble = memo(function PendingBubble({
  item,
  leads,
  onRetry,
  onDiscard,
}: {
  item: PendingItem;
  leads: boolean;
  onRetry: (id: string) => void;
  onDiscard: (id: string) => void;
}) {
  const { t } = useTranslation('ui');
  const { message } = item;
  // Several attempts without a refusal: the network is the reason, not the message.
  const state =
    message.state === 'queued' && message.attempts > 0 ? 'queued' : message.state === 'failed' ? 'failed' : 'sending';
  return (
    <Bubble
      by={message.by}
      at={message.createdAt}
      visibility={message.visibility}
      body={message.body}
      side="end"
      leads={leads}
      delivery={state}
      attachments={message.files.length > 0 ? <PendingAttachments files={message.files} /> : null}
    >
      {state === 'failed' ? (
        <p className={styles.failure} role="alert">
          <span>
            {t('delivery.failed')}: {message.error?.message}
          </span>
          <button type="button" className={styles.act} onClick={() => onRetry(message.id)}>
            <RotateCw size={13} aria-hidden />
            {t('message.retry')}
          </button>
          <button type="button" className={styles.act} onClick={() => onDiscard(message.id)}>
            {t('message.discard')}
          </button>
        </p>
      ) : null}
      {state === 'queued' ? <p className={styles.hint}>{t('delivery.queued')}</p> : null}
    </Bubble>
  );
});
