import type { TicketStore } from '@alongside/client';
import {
  type ActorRef,
  PRIORITIES,
  type Priority,
  type QueueView,
  SUBJECT_MAX_LENGTH,
  setTicketPriority,
  setTicketSubject,
  setTicketTopic,
  type TicketState,
  type TicketView,
} from '@alongside/contracts';
import {
  Button,
  IconButton,
  PresenceAvatars,
  PriorityBadge,
  Select,
  StateBadge,
  Tooltip,
  useLocale,
} from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { ArrowLeft, Check, PanelLeftClose, PanelLeftOpen, PanelRight, Pencil, Phone, PhoneCall } from 'lucide-react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ClockButton } from '../clock/ClockButton.tsx';
import { PriorityDialog } from '../clock/PriorityDialog.tsx';
import { TicketMenu } from '../clock/TicketMenu.tsx';
import { DrillMark } from '../drills/DrillMark.tsx';
import { PageSomeone } from '../oncall/PageSomeone.tsx';
import { AssigneeSelect } from '../routing/AssigneeSelect.tsx';
import { HandBack } from '../routing/HandBack.tsx';
import { routingFact } from '../routing/routing-fact.ts';
import { useSession } from '../session/session.ts';
import styles from './TicketHeader.module.css';

export type TicketHeaderProps = {
  store: TicketStore;
  ticketView: TicketView;
  present: readonly ActorRef[];
  /** The list to go back to on a narrow screen. */
  listView: QueueView;
  /** One is in this ticket’s call already. */
  inCall: boolean;
  /** The list beside, while it may be away for the sake of a call; null otherwise. */
  list: { open: boolean; onToggle: () => void } | null;
  mayCall: boolean;
  factsOpen: boolean;
  onToggleFacts: () => void;
  onSetState: (state: TicketState) => void;
  onAssign: (staffId: string | null) => void;
  onCall: () => void;
  onFailed: (thrown: unknown) => void;
};

const NO_TOPIC = 'none';

/**
 * A ticket's head: what it is about, where it stands, whose it is, who else looks, and the two main deeds. Its menus and
 * selects are costly to draw, and a call beside it changes many times a second: it is drawn when the ticket changed.
 */
export const TicketHeader = memo(function TicketHeader(props: TicketHeaderProps) {
  const {
    store,
    ticketView,
    present,
    listView,
    inCall,
    list,
    mayCall,
    factsOpen,
    onToggleFacts,
    onSetState,
    onAssign,
    onCall,
    onFailed,
  } = props;
  const { t } = useTranslation('console');
  const { locale } = useLocale();
  const { me, workspace } = useSession();
  const { ticket, may } = ticketView;
  const [priorityTo, setPriorityTo] = useState<Priority | null>(null);
  const isUnfinished = ticket.state !== 'solved' && ticket.state !== 'closed';
  const colleagues = present.filter((person) => person.kind === 'staff');
  const states = [ticket.state, ...may.states.filter((state) => state !== ticket.state)];

  return (
    <header className={styles.header} data-call={inCall || undefined}>
      <div className={styles.top}>
        <Link to="/views/$view" params={{ view: listView }} className={styles.back} aria-label={t('ticket.back')}>
          <ArrowLeft size={20} aria-hidden />
        </Link>
        {list ? (
          <span className={styles.list}>
            <IconButton
              label={t(list.open ? 'ticket.hideList' : 'ticket.showList')}
              shortcut="L"
              variant="secondary"
              icon={list.open ? <PanelLeftClose size={18} aria-hidden /> : <PanelLeftOpen size={18} aria-hidden />}
              pressed={list.open}
              onClick={list.onToggle}
            />
          </span>
        ) : null}
        <Subject store={store} ticketView={ticketView} onFailed={onFailed} />
        <div className={styles.deeds}>
          <PresenceAvatars people={colleagues} />
          {inCall ? (
            <span className={styles.inCall}>
              <PhoneCall size={15} aria-hidden />
              <span className={styles.deedLabel}>{t('ticket.inCall')}</span>
            </span>
          ) : null}
          {mayCall ? (
            <Tooltip label={t('ticket.callHint')} shortcut="C">
              <Button icon={<Phone size={16} aria-hidden />} onClick={onCall}>
                <span className={styles.deedLabel}>{t(ticket.activeCall ? 'ticket.joinCall' : 'ticket.call')}</span>
              </Button>
            </Tooltip>
          ) : null}
          {may.states.includes('solved') ? (
            <Tooltip label={t('ticket.solveHint')} shortcut="E">
              <Button variant="primary" icon={<Check size={17} aria-hidden />} onClick={() => onSetState('solved')}>
                <span className={styles.deedLabel}>{t('ticket.solve')}</span>
              </Button>
            </Tooltip>
          ) : null}
          <PageSomeone store={store} ticketView={ticketView} />
          <TicketMenu ticketView={ticketView} store={store} />
          {list ? null : (
            <IconButton
              label={t(factsOpen ? 'ticket.hideFacts' : 'ticket.showFacts')}
              shortcut="I"
              icon={<PanelRight size={18} aria-hidden />}
              pressed={factsOpen}
              onClick={onToggleFacts}
            />
          )}
        </div>
      </div>
      <div className={styles.facts}>
        <span className={styles.number}>#{ticket.number}</span>
        {ticket.drill ? <DrillMark /> : null}
        <Select
          variant="inline"
          hideLabel
          label={t('ticket.state')}
          value={ticket.state}
          disabled={may.states.length === 0}
          options={states.map((state) => ({
            value: state,
            label: t(`ui:state.${state}`),
            content: <StateBadge state={state} />,
          }))}
          onChange={onSetState}
        />
        <Select
          variant="inline"
          hideLabel
          label={t('ticket.priority')}
          value={ticket.priority}
          disabled={!may.setPriority}
          options={PRIORITIES.map((priority) => ({
            value: priority,
            label: `${priority} ${t(`ui:priority.${priority}`)}`,
            content: <PriorityBadge priority={priority} withName />,
          }))}
          onChange={(priority) => {
            if (priority === ticket.priority) return;
            // Where something is promised it moves: one sees that first, and says why.
            if (ticket.clock) setPriorityTo(priority);
            else store.change(setTicketPriority, { priority }).catch(onFailed);
          }}
        />
        {priorityTo ? (
          <PriorityDialog ticket={ticket} to={priorityTo} store={store} onClose={() => setPriorityTo(null)} />
        ) : null}
        <Select
          variant="inline"
          hideLabel
          label={t('ticket.topic')}
          value={ticket.topic ?? NO_TOPIC}
          disabled={!may.setTopic}
          options={[
            { value: NO_TOPIC, label: t('ticket.noTopic') },
            ...workspace.topics.map((topic) => ({ value: topic.id, label: topic.name[locale] })),
            ...(ticket.topic && !workspace.topics.some((topic) => topic.id === ticket.topic)
              ? [{ value: ticket.topic, label: ticket.topic }]
              : []),
          ]}
          onChange={(topic) => {
            const next = topic === NO_TOPIC ? null : topic;
            if (next !== ticket.topic) store.change(setTicketTopic, { topic: next }).catch(onFailed);
          }}
        />
        <AssigneeSelect ticketView={ticketView} onAssign={onAssign} />
        {may.assign && ticket.assignee === null ? (
          <Button size="sm" variant="quiet" onClick={() => onAssign(me.id)}>
            {t('ticket.take')}
          </Button>
        ) : null}
        {may.assign && isUnfinished && ticket.assignee?.id === me.id && !routingFact(ticketView) ? (
          <HandBack store={store} compact />
        ) : null}
        <span className={styles.clock}>
          <ClockButton ticket={ticket} />
        </span>
      </div>
    </header>
  );
});

function Subject({ store, ticketView, onFailed }: Pick<TicketHeaderProps, 'store' | 'ticketView' | 'onFailed'>) {
  const { t } = useTranslation('console');
  const { ticket, may } = ticketView;
  const [editing, setEditing] = useState<string | null>(null);

  function save(): void {
    const subject = editing?.trim() ?? '';
    setEditing(null);
    if (subject !== '' && subject !== ticket.subject) store.change(setTicketSubject, { subject }).catch(onFailed);
  }

  if (editing !== null) {
    return (
      <input
        className={styles.subjectField}
        aria-label={t('ticket.subject')}
        // biome-ignore lint/a11y/noAutofocus: one pressed the subject in order to write
        autoFocus
        maxLength={SUBJECT_MAX_LENGTH}
        value={editing}
        onChange={(event) => setEditing(event.target.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || event.keyCode === 229) return;
          if (event.key === 'Enter') save();
          if (event.key === 'Escape') setEditing(null);
        }}
      />
    );
  }
  return (
    <h2 className={styles.subject} title={ticket.subject}>
      {may.setSubject ? (
        <button type="button" className={styles.subjectButton} onClick={() => setEditing(ticket.subject)}>
          <span className={styles.subjectText}>{ticket.subject}</span>
          <Pencil size={14} className={styles.pencil} aria-label={t('ticket.editSubject')} />
        </button>
      ) : (
        <span className={styles.subjectText}>{ticket.subject}</span>
      )}
    </h2>
  );
}
