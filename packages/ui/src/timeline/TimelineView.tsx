import type { OutgoingMessage, TicketSnapshot } from '@alongside/client';
import { ArrowDown } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient } from '../app/ClientProvider.tsx';
import { useLocale } from '../app/LocaleProvider.tsx';
import { CallEntryCard } from '../call/CallEntryCard.tsx';
import { useNow } from '../ticket/RelativeTime.tsx';
import { dayName, startOfDay } from '../ticket/time-words.ts';
import { MessageBubble, PendingBubble } from './Bubble.tsx';
import { ChangeItem, type ChangeItemProps, isDiagnosis } from './ChangeItem.tsx';
import styles from './TimelineView.module.css';
import { TypingIndicator } from './TypingIndicator.tsx';
import { itemsFor, type TimelineLine, timelineLines } from './timeline-lines.ts';

/** This many lines are drawn at first; more come as one scrolls up. */
const WINDOW_LINES = 120;
/** So close to the end counts as being there, px. */
const NEAR_END_PX = 80;

export type TimelineViewProps = {
  ticket: TicketSnapshot;
  /** Whose eyes: customers see their own side at the end, and states as whose turn it is. */
  reader: 'staff' | 'customer';
  topicName?: (id: string) => string;
  onJoinCall?: (callId: string) => void;
  /** Of the call one is in on this page: its card says so instead of offering to join. */
  ownCallId: string | null;
  /** Answers a missed call with a new one; leave out where calling is not allowed. */
  onCallBack?: () => void;
  /** The end of the conversation is before the person's eyes. */
  onSeen: () => void;
  /** A failed message was discarded: what it held goes back to where it was written. */
  onDiscarded?: (message: OutgoingMessage) => void;
  /** Writes to the customer, in their language: what a diagnosis asks and advises goes there. */
  reply?: ChangeItemProps['reply'];
  /** Stands above the first line. */
  before?: ReactNode;
};

/** A ticket's conversation. Follows the end while one is there, and holds still while one reads further up. */
export function TimelineView(props: TimelineViewProps) {
  const {
    ticket,
    reader,
    topicName = (id) => id,
    onJoinCall,
    ownCallId,
    onCallBack,
    onSeen,
    onDiscarded,
    reply,
    before,
  } = props;
  const { t } = useTranslation('ui');
  const { locale } = useLocale();
  const { outbox, me } = useClient();
  const nowMs = useNow();
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const heightBefore = useRef<number | null>(null);
  const hasPlaced = useRef(false);
  const [away, setAway] = useState(false);
  const [shown, setShown] = useState(WINDOW_LINES);
  const [seenCount, setSeenCount] = useState(0);

  const lines = useMemo(
    () => timelineLines(itemsFor(reader, ticket.timeline), ticket.readSeqAtOpen, me.id, startOfDay),
    [reader, ticket.timeline, ticket.readSeqAtOpen, me.id],
  );
  const first = Math.max(0, lines.length - shown);
  const visible = lines.slice(first);
  const count = ticket.timeline.length;
  const lastCall = ticket.timeline.findLast((item) => item.kind === 'entry' && item.entry.kind === 'call');
  const lastCallId = lastCall?.kind === 'entry' && lastCall.entry.kind === 'call' ? lastCall.entry.call.id : null;

  const lastDiagnosisKey = ticket.timeline.findLast((item) => item.kind === 'entry' && isDiagnosis(item.entry))?.key;

  const toEnd = useCallback((behavior: ScrollBehavior = 'auto') => {
    const element = scroller.current;
    element?.scrollTo({ top: element.scrollHeight, behavior });
  }, []);

  const tellSeen = useCallback(() => {
    if (isAtEnd.current && document.visibilityState === 'visible' && document.hasFocus()) onSeen();
  }, [onSeen]);

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const distance = element.scrollHeight - element.scrollTop - element.clientHeight;
    isAtEnd.current = distance < NEAR_END_PX;
    setAway(!isAtEnd.current);
    if (isAtEnd.current) tellSeen();
    if (element.scrollTop < 400 && first > 0 && heightBefore.current === null) {
      heightBefore.current = element.scrollHeight - element.scrollTop;
      setShown((current) => current + WINDOW_LINES);
    }
  }, [first, tellSeen]);

  // Earlier lines came in above: what one reads stays where it is (Safari has no scroll anchoring).
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the window grew
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || heightBefore.current === null) return;
    element.scrollTop = element.scrollHeight - heightBefore.current;
    heightBefore.current = null;
  }, [shown]);

  useLayoutEffect(() => {
    if (count === 0) return;
    if (!hasPlaced.current) {
      hasPlaced.current = true;
      const mark = content.current?.querySelector('[data-unread]');
      if (mark) {
        mark.scrollIntoView({ block: 'center' });
        onScroll();
      } else toEnd();
    } else if (isAtEnd.current) toEnd();
    if (isAtEnd.current) {
      setSeenCount(count);
      tellSeen();
    }
  }, [count, toEnd, tellSeen, onScroll]);

  // Images that load, a composer that grows, a keyboard that opens: the end stays in sight.
  useEffect(() => {
    const watched = [scroller.current, content.current].filter((element) => element !== null);
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) toEnd();
    });
    for (const element of watched) observer.observe(element);
    return () => observer.disconnect();
  }, [toEnd]);

  useEffect(() => {
    window.addEventListener('focus', tellSeen);
    document.addEventListener('visibilitychange', tellSeen);
    return () => {
      window.removeEventListener('focus', tellSeen);
      document.removeEventListener('visibilitychange', tellSeen);
    };
  }, [tellSeen]);

  useEffect(() => {
    if (!away) setSeenCount(count);
  }, [away, count]);

  // One's own message is never missed below the fold.
  const last = ticket.timeline.at(-1);
  const ownKey = last?.kind === 'pending' ? last.key : null;
  useLayoutEffect(() => {
    if (ownKey) toEnd();
  }, [ownKey, toEnd]);

  const retry = useCallback((id: string) => outbox.retry(id), [outbox]);
  const discard = useCallback(
    (id: string) => {
      const message = outbox.discard(id);
      if (message) onDiscarded?.(message);
    },
    [outbox, onDiscarded],
  );
  const newCount = ticket.timeline
    .slice(seenCount)
    .filter((item) => item.kind === 'entry' && item.entry.kind === 'message').length;

  function renderLine(line: TimelineLine) {
    if (line.kind === 'day') {
      return <DayDivider key={line.key} label={dayName(line.atMs, nowMs, locale)} />;
    }
    if (line.kind === 'unread') {
      return (
        <p key={line.key} className={styles.unread} data-unread>
          <span>{t('timeline.newFrom')}</span>
        </p>
      );
    }
    const { item, leads } = line;
    if (item.kind === 'pending') {
      return <PendingBubble key={line.key} item={item} leads={leads} onRetry={retry} onDiscard={discard} />;
    }
    if (item.entry.kind === 'message') {
      const side = item.entry.by.kind === reader ? 'end' : 'start';
      return <MessageBubble key={line.key} item={item} side={side} leads={leads} />;
    }
    if (item.entry.kind === 'call') {
      const { id, state, rings } = item.entry.call;
      const wasMissed = state === 'missed' && rings === reader;
      // An older one has been answered by the newer ones below it.
      const mayAnswer = id === lastCallId && (wasMissed || reader === 'staff');
      return (
        <div key={line.key} className={styles.call}>
          <CallEntryCard
            entry={item.entry}
            mySide={reader}
            isIn={id === ownCallId}
            onJoin={onJoinCall}
            onCallBack={mayAnswer ? onCallBack : undefined}
          />
        </div>
      );
    }
    return (
      <ChangeItem
        key={line.key}
        entry={item.entry}
        forCustomer={reader === 'customer'}
        isLastDiagnosis={item.key === lastDiagnosisKey}
        topicName={topicName}
        reply={reply}
      />
    );
  }

  return (
    <div className={styles.root}>
      <div
        ref={scroller}
        className={styles.scroller}
        onScroll={onScroll}
        role="log"
        aria-label={t('timeline.label')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
      >
        <div ref={content} className={styles.content}>
          {first === 0 ? before : null}
          {visible.map(renderLine)}
          <TypingIndicator people={ticket.typing} />
        </div>
      </div>
      {away ? (
        <button type="button" className={styles.pill} onClick={() => toEnd('smooth')}>
          <ArrowDown size={15} aria-hidden />
          {newCount > 0 ? t('timeline.newMessages', { count: newCount }) : t('timeline.toBottom')}
        </button>
      ) : null}
    </div>
  );
}

/** Between two days. */
export function DayDivider({ label }: { label: string }) {
  return (
    <p className={styles.day}>
      <span>{label}</span>
    </p>
  );
}
