import { toApiError } from '@alongside/client';
import { assignTicket, type QueueView, setTicketState, type TicketState } from '@alongside/contracts';
import {
  Composer,
  type ComposerHandle,
  cx,
  ErrorState,
  Skeleton,
  TimelineView,
  useClient,
  useLocale,
  useTicket,
  useToast,
} from '@alongside/ui';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { contactName } from '../customers/contact-name.ts';
import { useShortcuts } from '../desk/shortcuts.ts';
import { useSession } from '../session/session.ts';
import { CallArea, useCallHere } from './CallArea.tsx';
import { seenBy } from './seen.ts';
import { TicketFacts } from './TicketFacts.tsx';
import { TicketHeader } from './TicketHeader.tsx';
import styles from './TicketPane.module.css';

/** Below this the facts lie over the conversation and are closed at first, px. */
const FACTS_BESIDE_MIN_WIDTH = 1_280;

/** One ticket: its head, the conversation, the place to write, what is known beside it. */
export function TicketPane({ ticketId, view }: { ticketId: string; view: QueueView }) {
  const { t } = useTranslation('console');
  const { me, workspace } = useSession();
  const { locale } = useLocale();
  const client = useClient();
  const toast = useToast();
  const opened = useTicket(ticketId);
  const composer = useRef<ComposerHandle>(null);
  const [factsOpen, setFactsOpen] = useState(() => window.innerWidth >= FACTS_BESIDE_MIN_WIDTH);
  const inCall = useCallHere(ticketId);
  const store = opened?.store;
  const ticketView = opened?.snapshot.view ?? null;
  const head = ticketView?.ticket;
  const may = ticketView?.may;

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
    void client.call
      .openPreview(ticketId, active?.id ?? null, { microphone: true, camera: active?.video ?? false })
      .catch(report);
  }, [client, ticketId, store, report]);

  const joinCall = useCallback(
    (callId: string) => {
      void client.call.openPreview(ticketId, callId, { microphone: true, camera: false }).catch(report);
    },
    [client, ticketId, report],
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
    c: may?.call ? call : undefined,
    i: () => setFactsOpen((current) => !current),
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

  return (
    <div className={styles.root}>
      <TicketHeader
        store={opened.store}
        ticketView={ticketView}
        present={opened.snapshot.present}
        listView={view}
        inCall={inCall}
        factsOpen={factsOpen}
        onToggleFacts={() => setFactsOpen(!factsOpen)}
        onSetState={(state) => void setState(state)}
        onAssign={assign}
        onCall={call}
        onFailed={report}
      />
      <div className={cx(styles.body, inCall && styles.inCall)}>
        {inCall ? <CallArea ticket={head} onJoin={joinCall} /> : null}
        <div className={styles.conversation}>
          {inCall ? null : <CallArea ticket={head} onJoin={joinCall} />}
          <TimelineView
            ticket={opened.snapshot}
            reader="staff"
            topicName={topicName}
            onJoinCall={may.call && !inCall ? joinCall : undefined}
            onCallBack={may.call && !inCall ? call : undefined}
            onSeen={markSeen}
            onDiscarded={(message) => composer.current?.restore(message.body)}
          />
          {may.reply || may.note ? (
            <div className={styles.composer}>
              <Composer
                ref={composer}
                draftKey={ticketId}
                mayNote={may.note}
                mayReply={may.reply}
                placeholder={t('ticket.replyTo', { name: contactName(head.contact, t) })}
                onSend={(message) => opened.store.send(message)}
                onTyping={(visibility) => opened.store.typing(visibility)}
              />
            </div>
          ) : null}
          {may.reply ? null : <p className={styles.closed}>{t('ticket.closedHint')}</p>}
        </div>
        <aside className={cx(styles.facts, (!factsOpen || inCall) && styles.factsClosed)} aria-label={t('facts.label')}>
          {factsOpen && !inCall ? <TicketFacts ticketView={ticketView} onClose={() => setFactsOpen(false)} /> : null}
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
