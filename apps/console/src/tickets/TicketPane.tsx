import { toApiError } from '@alongside/client';
import { assignTicket, type QueueView, setTicketState, type TicketState } from '@alongside/contracts';
import {
  Composer,
  type ComposerHandle,
  cx,
  ErrorState,
  LiveWatch,
  noteDiagnosed,
  Skeleton,
  TimelineView,
  useClient,
  useLiveWatchOpen,
  useLocale,
  usePersonName,
  useRecordedFiles,
  useTicket,
  useToast,
} from '@alongside/ui';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOwnCall } from '../desk/own-call.ts';
import { useShortcuts } from '../desk/shortcuts.ts';
import { useMedia } from '../desk/use-media.ts';
import { EscalationBar } from '../oncall/EscalationBar.tsx';
import { RoutingLine } from '../routing/RoutingLine.tsx';
import { useSession } from '../session/session.ts';
import { AskForCheck } from './AskForCheck.tsx';
import { CallArea, needsStage } from './CallArea.tsx';
import { customerLocale } from './customer-locale.ts';
import { seenBy } from './seen.ts';
import { TicketFacts } from './TicketFacts.tsx';
import { TicketHeader } from './TicketHeader.tsx';
import styles from './TicketPane.module.css';
import { useChatBeside } from './use-chat-beside.ts';
import { useJoinCall } from './use-join-call.ts';

/** Where this does not hold the facts lie over the conversation and are closed at first. */
const FACTS_BESIDE = '(min-width: 80rem)';

export type TicketPaneProps = {
  ticketId: string;
  view: QueueView;
  /** Whether the list stands beside it while one is in the call, and how to change that. */
  list: { open: boolean; onToggle: () => void };
};

/** One ticket: its head, the conversation, the place to write, what is known beside it. */
export function TicketPane({ ticketId, view, list }: TicketPaneProps) {
  const { t } = useTranslation('console');
  const { me, workspace } = useSession();
  const { locale } = useLocale();
  const client = useClient();
  const toast = useToast();
  const opened = useTicket(ticketId);
  const composer = useRef<ComposerHandle>(null);
  const beside = useMedia(FACTS_BESIDE);
  const [facts, setFacts] = useState({ beside, open: beside });
  // A window made narrow closes them, and made wide opens them: what one chose was for the other arrangement.
  const factsOpen = facts.beside === beside ? facts.open : beside;
  const setFactsOpen = (open: boolean) => setFacts({ beside, open });
  const toggleFacts = useCallback(() => setFacts({ beside, open: !factsOpen }), [beside, factsOpen]);
  const own = useOwnCall();
  const nameOf = usePersonName();
  const join = useJoinCall();
  const onStage = needsStage(own, ticketId);
  const inCall = onStage && own?.isIn === true;
  const store = opened?.store;
  const ticketView = opened?.snapshot.view ?? null;
  const head = ticketView?.ticket;
  const may = ticketView?.may;
  const mayCall = may?.call === true && !own?.isIn;
  const chat = useChatBeside(ticketView, me.id);
  const liveWatch = useLiveWatchOpen();

  const report = useCallback(
    (thrown: unknown) => toast.show({ tone: 'error', message: toApiError(thrown, locale).message }),
    [toast, locale],
  );

  const setState = useCallback(
    async (state: TicketState) => {
      const before = store?.getSnapshot().view?.ticket.state;
      if (!store || !before || before === state) return;
      try {
        await store.change(setTicketState, { state });
        // Closed is final: nothing to undo.
        if (state === 'solved') {
          toast.show({
            tone: 'success',
            message: t('ticket.solvedToast', { number: store.getSnapshot().view?.ticket.number }),
            undo: () => void store.change(setTicketState, { state: 'open' }).catch(report),
          });
        }
      } catch (thrown) {
        report(thrown);
      }
    },
    [store, toast, t, report],
  );

  const assign = useCallback(
    (assigneeId: string | null) => {
      store?.change(assignTicket, { assigneeId }).catch(report);
    },
    [store, report],
  );

  const call = useCallback(() => {
    const active = store?.getSnapshot().view?.ticket.activeCall ?? null;
    if (active) join(ticketId, active.id);
    else void client.call.openPreview(ticketId, null, { microphone: true, camera: false }).catch(report);
  }, [client, ticketId, store, join, report]);

  const joinCall = useCallback((callId: string) => join(ticketId, callId), [join, ticketId]);

  useRecordedFiles(ticketId, opened?.snapshot ?? null);
  const mayReply = may?.reply === true;
  const answerIn = ticketView && customerLocale(ticketView);
  const reply = useMemo(
    () =>
      mayReply && answerIn
        ? { locale: answerIn, onInsert: (text: string) => composer.current?.insert(text) }
        : undefined,
    [mayReply, answerIn],
  );

  const seen = seenBy(me.id);
  const markSeen = useCallback(() => {
    store?.markRead();
    const now = store?.getSnapshot().view?.ticket;
    if (now) seen.mark(now.id, now.publicSeq);
  }, [store, seen]);

  // Opened is seen for the list, wherever in the conversation one begins to read.
  const publicSeq = head?.publicSeq ?? 0;
  useEffect(() => {
    if (publicSeq > 0 && document.hasFocus()) seen.mark(ticketId, publicSeq);
  }, [ticketId, publicSeq, seen]);

  useShortcuts({
    r: may?.reply ? () => composer.current?.focus('public') : undefined,
    n: may?.note ? () => composer.current?.focus('internal') : undefined,
    a: may?.assign && head?.assignee?.id !== me.id ? () => assign(me.id) : undefined,
    e: may?.states.includes('solved') ? () => void setState('solved') : undefined,
    c: mayCall ? call : undefined,
    i: onStage ? undefined : toggleFacts,
    l: onStage ? list.onToggle : undefined,
    h: onStage ? chat.onToggle : undefined,
    g: inCall ? liveWatch.onToggle : undefined,
  });

  const topicName = useCallback(
    (id: string) => workspace.topics.find((topic) => topic.id === id)?.name[locale] ?? id,
    [workspace.topics, locale],
  );

  if (opened && (opened.snapshot.status === 'gone' || opened.snapshot.status === 'failed')) {
    const { error, status } = opened.snapshot;
    return (
      <ErrorState
        title={status === 'gone' ? t('ticket.gone') : undefined}
        message={error?.message ?? t('ticket.goneHint')}
        onRetry={status === 'failed' ? () => void opened.store.refresh() : undefined}
      />
    );
  }
  if (!opened || !ticketView || !head || !may) return <PaneSkeleton />;

  // In a call it stands with the pictures: the conversation may be hidden there.
  const health = <LiveWatch ticketId={ticketId} shortcut={inCall ? 'G' : undefined} {...liveWatch} />;
  return (
    <div className={styles.root}>
      <TicketHeader
        store={opened.store}
        ticketView={ticketView}
        present={opened.snapshot.present}
        listView={view}
        inCall={inCall}
        list={onStage ? list : null}
        mayCall={mayCall}
        factsOpen={factsOpen}
        onToggleFacts={toggleFacts}
        onSetState={setState}
        onAssign={assign}
        onCall={call}
        onFailed={report}
      />
      <EscalationBar store={opened.store} ticketView={ticketView} />
      {onStage ? null : <RoutingLine store={opened.store} ticketView={ticketView} />}
      <div className={cx(styles.body, onStage && styles.inCall, onStage && !chat.open && styles.noChat)}>
        {onStage ? <CallArea ticket={head} onStage chat={chat} health={health} /> : null}
        <div className={styles.conversation}>
          {onStage ? null : (
            <CallArea ticket={head} onStage={false} chat={chat} onJoin={mayCall ? joinCall : undefined} />
          )}
          {inCall ? null : health}
          <TimelineView
            ticket={opened.snapshot}
            reader="staff"
            topicName={topicName}
            onJoinCall={mayCall ? joinCall : undefined}
            ownCallId={own?.isIn ? own.callId : null}
            onCallBack={mayCall && head.activeCall === null ? call : undefined}
            onSeen={markSeen}
            onDiscarded={(message) => composer.current?.restore(message)}
            reply={reply}
          />
          {may.reply || may.note ? (
            <div className={styles.composer}>
              <Composer
                ref={composer}
                draftKey={ticketId}
                mayNote={may.note}
                mayReply={may.reply}
                placeholder={t('ticket.replyTo', { name: nameOf(head.contact.name) })}
                onSend={(message) => opened.store.send(message)}
                onTyping={(visibility) => opened.store.typing(visibility)}
                actions={
                  reply ? <AskForCheck ticketId={ticketId} answerIn={reply.locale} onInsert={reply.onInsert} /> : null
                }
                onDiagnosed={noteDiagnosed}
              />
            </div>
          ) : null}
          {may.reply ? null : <p className={styles.closed}>{t('ticket.closedHint')}</p>}
        </div>
        <aside
          className={cx(styles.facts, (!factsOpen || onStage) && styles.factsClosed)}
          aria-label={t('facts.label')}
        >
          {factsOpen && !onStage ? <TicketFacts ticketView={ticketView} onClose={() => setFactsOpen(false)} /> : null}
        </aside>
      </div>
    </div>
  );
}

function PaneSkeleton() {
  return (
    <div className={styles.skeleton} aria-busy>
      <Skeleton height="1.25rem" width="60%" />
      <Skeleton lines={2} />
      <Skeleton lines={4} />
      <Skeleton lines={3} />
    </div>
  );
}
