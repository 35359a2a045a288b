import { ownCallId } from '@alongside/client';
import { type Me, setTicketState, type Topic } from '@alongside/contracts';
import {
  Button,
  Composer,
  type ComposerHandle,
  DueLine,
  EngineerName,
  ErrorState,
  IconButton,
  Menu,
  noteDiagnosed,
  Skeleton,
  SolvedCard,
  StateBadge,
  TimelineView,
  useClient,
  useLocale,
  useRecordedFiles,
  useSelected,
  useTicket,
  useToast,
} from '@alongside/ui';
import { Check, Ellipsis, Phone, Stethoscope } from 'lucide-react';
import { type ReactNode, useCallback, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './Conversation.module.css';
import { EmailCard } from './EmailCard.tsx';
import { PanelHeader, type PanelHeaderProps } from './PanelHeader.tsx';

export type ConversationProps = {
  ticketId: string;
  me: Me;
  topics: readonly Topic[];
  onBack: () => void;
  onClose?: () => void;
  sizes: Pick<PanelHeaderProps, 'onMinimise' | 'onEnlarge' | 'onShrink'>;
  /** Begins a new request. */
  onBegin: () => void;
  /** Checks devices and network, for this conversation. */
  onCheck: () => void;
  /** Between the header and the conversation. */
  children?: ReactNode;
};

/** One conversation: what was said, the way to say more, to call, and to end it. */
export function Conversation({
  ticketId,
  me,
  topics,
  onBack,
  onClose,
  sizes,
  onBegin,
  onCheck,
  children,
}: ConversationProps) {
  const { t } = useTranslation('widget');
  const { locale } = useLocale();
  const toast = useToast();
  const { call } = useClient();
  const ownCall = useSelected(call, ownCallId);
  const inCall = ownCall !== null;
  const { t: ui } = useTranslation('ui');
  const opened = useTicket(ticketId);
  const composer = useRef<ComposerHandle>(null);
  const store = opened?.store;
  const snapshot = opened?.snapshot;
  const view = snapshot?.view;
  const seen = useCallback(() => store?.markRead(), [store]);
  useRecordedFiles(ticketId, snapshot ?? null);

  async function markSolved(): Promise<void> {
    try {
      await store?.change(setTicketState, { state: 'solved' });
    } catch (thrown) {
      toast.show({ tone: 'error', message: (thrown as Error).message });
    }
  }

  if (!snapshot || !store || !view) {
    const isGone = snapshot?.status === 'gone';
    return (
      <>
        <PanelHeader title={t('title')} onBack={onBack} {...sizes} onClose={onClose} />
        {children}
        <main className={styles.waiting}>
          {isGone || snapshot?.status === 'failed' ? (
            <ErrorState
              message={isGone ? t('talk.gone') : (snapshot?.error?.message ?? t('talk.gone'))}
              onRetry={isGone ? undefined : () => void store?.refresh()}
            />
          ) : (
            <Skeleton lines={5} />
          )}
        </main>
      </>
    );
  }

  const { ticket, may } = view;
  const isAnswered = view.entries.some((entry) => entry.kind === 'message' && entry.by.kind === 'staff');
  const canSolve = may.states.includes('solved') && ticket.state !== 'solved';
  return (
    <>
      <PanelHeader
        title={ticket.subject}
        facts={
          <>
            <StateBadge state={ticket.state} forCustomer />
            <span className={styles.number}>{t('number', { number: ticket.number })}</span>
            {ticket.assignee ? <EngineerName id={ticket.assignee.id} name={ticket.assignee.name} /> : null}
          </>
        }
        onBack={onBack}
        {...sizes}
        onClose={onClose}
        actions={
          <>
            {may.call && !inCall ? (
              <IconButton
                label={t('talk.call')}
                icon={<Phone size={19} aria-hidden />}
                variant="secondary"
                onClick={() =>
                  void call.openPreview(ticketId, ticket.activeCall?.id ?? null, { microphone: true, camera: false })
                }
              />
            ) : null}
            {canSolve || !inCall ? (
              <Menu
                align="end"
                trigger={
                  <IconButton label={t('talk.more')} icon={<Ellipsis size={19} aria-hidden />} tooltip={false} />
                }
                entries={[
                  ...(inCall
                    ? []
                    : [
                        {
                          id: 'check',
                          label: ui('check.open'),
                          icon: <Stethoscope size={16} aria-hidden />,
                          onSelect: onCheck,
                        },
                      ]),
                  ...(canSolve
                    ? [
                        {
                          id: 'solved',
                          label: t('talk.markSolved'),
                          icon: <Check size={16} aria-hidden />,
                          onSelect: () => void markSolved(),
                        },
                      ]
                    : []),
                ]}
              />
            ) : null}
          </>
        }
      />
      {children}
      <main className={styles.talk}>
        <TimelineView
          ticket={snapshot}
          reader="customer"
          topicName={(id) => topics.find((topic) => topic.id === id)?.name[locale] ?? id}
          onSeen={seen}
          ownCallId={ownCall}
          onJoinCall={
            inCall ? undefined : (callId) => void call.join(ticketId, callId, { microphone: true, camera: false })
          }
          onDiscarded={(message) => composer.current?.restore(message)}
        />
        <div className={styles.foot}>
          <DueLine clock={ticket.clock} zoned className={styles.due} />
          {isAnswered || ticket.state === 'solved' || ticket.state === 'closed' ? null : (
            <>
              <p className={styles.hint}>{t('talk.waiting')}</p>
              <EmailCard me={me} />
            </>
          )}
          <SolvedCard view={view} store={store} />
          {may.reply ? (
            <Composer
              ref={composer}
              draftKey={ticketId}
              placeholder={t('talk.placeholder')}
              onTyping={() => store.typing()}
              onDiagnosed={noteDiagnosed}
              onSend={({ body, files }) => store.send({ body, files })}
            />
          ) : (
            <div className={styles.closed}>
              <Button wide onClick={onBegin}>
                {t('talk.askAgain')}
              </Button>
            </div>
          )}
        </div>
      </main>
    </>
  );
}
