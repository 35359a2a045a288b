import { ownCallId } from '@alongside/client';
import { getTicket, setTicketState, type TicketView } from '@alongside/contracts';
import {
  Button,
  Composer,
  type ComposerHandle,
  contextLines,
  DueLine,
  EngineerAvatar,
  EngineerName,
  EngineerTitle,
  ErrorState,
  exactTime,
  IconButton,
  noteDiagnosed,
  Popover,
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
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ArrowLeft, Check, Info, Phone } from 'lucide-react';
import { useCallback, useContext, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChatTakenContext, usePortal } from './portal-context.ts';
import styles from './RequestPage.module.css';

const UUID = /^[0-9a-f]{8}-/i;

/** One request: the conversation, and beside it what is known. The address has the number or the id. */
export function RequestPage() {
  const { id } = useParams({ from: '/tickets/$id' });
  const { ticketId, problem, retry } = useTicketId(id);
  if (problem) {
    return (
      <div className={styles.centre}>
        <ErrorState titleAs="h1" message={problem.message} onRetry={problem.again ? retry : undefined} />
      </div>
    );
  }
  if (!ticketId) {
    return (
      <div className={styles.centre}>
        <Skeleton lines={6} />
      </div>
    );
  }
  return <Request key={ticketId} ticketId={ticketId} />;
}

function Request({ ticketId }: { ticketId: string }) {
  const { t } = useTranslation('portal');
  const { locale } = useLocale();
  const { workspace } = usePortal();
  const { call } = useClient();
  const navigate = useNavigate();
  const toast = useToast();
  const ownCall = useSelected(call, ownCallId);
  const isChatTaken = useContext(ChatTakenContext);
  const opened = useTicket(ticketId);
  const composer = useRef<ComposerHandle>(null);
  const store = opened?.store;
  const snapshot = opened?.snapshot;
  const view = snapshot?.view;
  const seen = useCallback(() => store?.markRead(), [store]);
  useRecordedFiles(ticketId, snapshot ?? null);
  const topicName = useCallback(
    (topicId: string) => workspace.topics.find((topic) => topic.id === topicId)?.name[locale] ?? topicId,
    [workspace.topics, locale],
  );
  const joinCall = useCallback(
    (callId: string) => void call.join(ticketId, callId, { microphone: true, camera: false }),
    [call, ticketId],
  );

  if (!store || !snapshot || !view) {
    const isGone = snapshot?.status === 'gone';
    return (
      <div className={styles.centre}>
        {isGone || snapshot?.status === 'failed' ? (
          <ErrorState
            titleAs="h1"
            message={isGone ? t('ticket.gone') : (snapshot?.error?.message ?? t('ticket.gone'))}
            onRetry={isGone ? undefined : () => void store?.refresh()}
          />
        ) : (
          <Skeleton lines={6} />
        )}
      </div>
    );
  }

  const { ticket, may } = view;
  const isAnswered = view.entries.some((entry) => entry.kind === 'message' && entry.by.kind === 'staff');

  async function markSolved(): Promise<void> {
    try {
      await store?.change(setTicketState, { state: 'solved' });
    } catch (thrown) {
      toast.show({ tone: 'error', message: (thrown as Error).message });
    }
  }

  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <Link to="/" className={styles.back} aria-label={t('ticket.back')} title={t('ticket.back')}>
          <ArrowLeft size={20} aria-hidden />
        </Link>
        <div className={styles.titles}>
          <h1 className={styles.title}>{ticket.subject}</h1>
          <p className={styles.sub}>
            <span>{t('list.number', { number: ticket.number })}</span>
            <StateBadge state={ticket.state} forCustomer />
          </p>
        </div>
        {may.states.includes('solved') ? (
          <Button className={styles.solve} icon={<Check size={16} aria-hidden />} onClick={() => void markSolved()}>
            {t('ticket.solved')}
          </Button>
        ) : null}
        {may.call ? (
          <Button
            icon={<Phone size={17} aria-hidden />}
            onClick={() =>
              void call.openPreview(ticketId, ticket.activeCall?.id ?? null, { microphone: true, camera: false })
            }
          >
            {t('ticket.call')}
          </Button>
        ) : null}
        <span className={styles.more}>
          <Popover
            align="end"
            title={t('ticket.facts')}
            trigger={<IconButton label={t('ticket.showFacts')} icon={<Info size={19} aria-hidden />} tooltip={false} />}
          >
            <Facts view={view} topicName={topicName} />
            {may.states.includes('solved') ? (
              <Button wide icon={<Check size={16} aria-hidden />} onClick={() => void markSolved()}>
                {t('ticket.solved')}
              </Button>
            ) : null}
          </Popover>
        </span>
      </header>
      <div className={styles.columns}>
        <div className={styles.talk}>
          <TimelineView
            ticket={snapshot}
            reader="customer"
            topicName={topicName}
            onSeen={seen}
            ownCallId={ownCall}
            onJoinCall={joinCall}
            onDiscarded={(message) => composer.current?.restore(message)}
          />
          <div className={styles.foot}>
            <DueLine clock={ticket.clock} zoned className={styles.due} />
            {isAnswered || ticket.state === 'solved' || ticket.state === 'closed' ? null : (
              <p className={styles.hint}>{t('ticket.waiting')}</p>
            )}
            <SolvedCard view={view} store={store} />
            {isChatTaken ? null : may.reply ? (
              <Composer
                ref={composer}
                draftKey={ticketId}
                placeholder={t('ticket.placeholder')}
                onTyping={() => store.typing()}
                onDiagnosed={noteDiagnosed}
                onSend={({ body, files }) => store.send({ body, files })}
              />
            ) : (
              <Button wide onClick={() => void navigate({ to: '/new' })}>
                {t('ticket.askAgain')}
              </Button>
            )}
          </div>
        </div>
        <aside className={styles.side} aria-label={t('ticket.facts')}>
          <h2 className={styles.sideTitle}>{t('ticket.facts')}</h2>
          <Facts view={view} topicName={topicName} />
        </aside>
      </div>
    </div>
  );
}

function Facts({ view, topicName }: { view: TicketView; topicName: (id: string) => string }) {
  const { t } = useTranslation(['portal', 'ui']);
  const { locale } = useLocale();
  const { ticket, context } = view;
  const lines = contextLines(context);
  return (
    <div className={styles.facts}>
      <dl>
        <dt>{t('ticket.factState')}</dt>
        <dd>
          <StateBadge state={ticket.state} forCustomer />
        </dd>
        {ticket.topic ? (
          <>
            <dt>{t('ticket.factTopic')}</dt>
            <dd>{topicName(ticket.topic)}</dd>
          </>
        ) : null}
        <dt>{t('ticket.factEngineer')}</dt>
        <dd>
          {ticket.assignee ? (
            <span className={styles.engineer}>
              <EngineerAvatar id={ticket.assignee.id} name={ticket.assignee.name} size={32} />
              <span className={styles.engineerTexts}>
                <EngineerName id={ticket.assignee.id} name={ticket.assignee.name} />
                <EngineerTitle id={ticket.assignee.id} className={styles.engineerTitle} />
              </span>
            </span>
          ) : (
            t('ticket.nobody')
          )}
        </dd>
        <dt>{t('ticket.factBy')}</dt>
        <dd>{ticket.contact.name}</dd>
        <dt>{t('ticket.factOpened')}</dt>
        <dd>{exactTime(Date.parse(ticket.openedAt), locale)}</dd>
      </dl>
      {lines.length > 0 ? (
        <details className={styles.along}>
          <summary>{t('ticket.sentAlong')}</summary>
          <dl>
            {lines.map((line) => (
              <div key={line.id}>
                <dt>{line.key ? t(`ui:request.context.${line.key}`) : line.name}</dt>
                <dd>{line.value}</dd>
              </div>
            ))}
          </dl>
        </details>
      ) : null}
    </div>
  );
}

/** The id behind what the address holds; people share numbers. */
function useTicketId(idOrNumber: string) {
  const { t } = useTranslation('portal');
  const { api } = useClient();
  const [ticketId, setTicketId] = useState<string | null>(UUID.test(idOrNumber) ? idOrNumber : null);
  const [problem, setProblem] = useState<{ message: string; again: boolean } | null>(null);
  const [attempt, setAttempt] = useState(0);
  const gone = t('ticket.gone');
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again
  useEffect(() => {
    setProblem(null);
    if (UUID.test(idOrNumber)) {
      setTicketId(idOrNumber);
      return;
    }
    let isCurrent = true;
    setTicketId(null);
    if (!/^[1-9][0-9]{0,9}$/.test(idOrNumber)) {
      setProblem({ message: gone, again: false });
      return;
    }
    api.call(getTicket, { params: { id: idOrNumber } }).then(
      ({ view }) => isCurrent && setTicketId(view.ticket.id),
      (thrown: Error & { retry?: boolean }) =>
        isCurrent && setProblem({ message: thrown.message, again: thrown.retry === true }),
    );
    return () => {
      isCurrent = false;
    };
  }, [api, idOrNumber, attempt]);
  return { ticketId, problem, retry: () => setAttempt((count) => count + 1) };
}
