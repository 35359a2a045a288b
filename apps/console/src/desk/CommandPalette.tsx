import { listTickets, type TicketHead } from '@alongside/contracts';
import {
  cx,
  Kbd,
  PaletteDialog,
  PriorityBadge,
  RelativeTime,
  Spinner,
  StateBadge,
  usePersonName,
  useTheme,
} from '@alongside/ui';
import { useNavigate } from '@tanstack/react-router';
import {
  BellRing,
  Building2,
  ChartNoAxesColumn,
  FileCheck2,
  Keyboard,
  Moon,
  Plus,
  Search,
  Settings,
  Sun,
} from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useDeferredValue, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { isLead, useSession } from '../session/session.ts';
import styles from './CommandPalette.module.css';
import { useDesk } from './desk.ts';
import { VIEWS, viewIcon } from './views.tsx';

type Choice = { id: string; group: 'tickets' | 'commands'; content: ReactNode; onSelect: () => void };

/** One field for everything: a ticket by number, subject or customer, or something to do. */
export function CommandPalette({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('console');
  return (
    <PaletteDialog open={open} onClose={onClose} title={t('palette.title')}>
      <PaletteBody onClose={onClose} />
    </PaletteDialog>
  );
}

function PaletteBody({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('console');
  const id = useId();
  const [text, setText] = useState('');
  /** Null until a choice is pointed at: then it is the first one. */
  const [active, setActive] = useState<number | null>(null);
  /** Enter was pressed before what the words find had come. */
  const [owesEnter, setOwesEnter] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const wanted = text.trim().replace(/^#/, '');
  const search = useDeferredValue(wanted);
  const found = useRoute(
    listTickets,
    { query: { view: 'all', search } },
    { enabled: search !== '', keepPrevious: true },
  );
  const commands = useCommands(text.trim(), onClose);
  const navigate = useNavigate();

  /** What is shown was found by the words before. */
  const isOld = found.isPending || found.isPlaceholderData;
  // Without a network nothing comes in its place, and there is nothing to wait for.
  const hits = search === '' || (isOld && found.isPaused) ? [] : (found.data?.tickets ?? []);
  const tickets: Choice[] = hits.slice(0, 8).map((ticket) => ({
    id: ticket.id,
    group: 'tickets',
    content: <TicketChoice ticket={ticket} />,
    onSelect: () => {
      onClose();
      void navigate({ to: '/views/$view/$number', params: { view: 'all', number: String(ticket.number) } });
    },
  }));
  const choices = [...tickets, ...commands];
  const current = Math.min(active ?? 0, Math.max(0, choices.length - 1));
  const isSettled = search === wanted && (wanted === '' || !isOld || found.isPaused);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other words, other first choice
  useEffect(() => {
    setActive(null);
    setOwesEnter(false);
  }, [text]);
  useEffect(() => {
    if (!owesEnter || !isSettled) return;
    setOwesEnter(false);
    choices[current]?.onSelect();
  });
  useEffect(() => {
    list.current?.querySelector(`[data-index="${current}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && choices.length > 0) {
      event.preventDefault();
      setActive((current + step + choices.length) % choices.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      // What the words before found is still shown: not what whoever goes on typing means.
      if (isSettled || active !== null) choices[current]?.onSelect();
      else setOwesEnter(true);
    }
  }

  return (
    <>
      <div className={styles.field}>
        {found.isFetching ? <Spinner size={18} /> : <Search size={18} aria-hidden />}
        <input
          className={styles.input}
          role="combobox"
          aria-label={t('palette.title')}
          aria-expanded
          aria-controls={id}
          aria-activedescendant={choices[current] ? `${id}-${current}` : undefined}
          aria-autocomplete="list"
          placeholder={t('palette.placeholder')}
          // biome-ignore lint/a11y/noAutofocus: one opens it in order to type
          autoFocus
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <Kbd>Esc</Kbd>
      </div>
      <div ref={list} id={id} role="listbox" aria-label={t('palette.title')} className={styles.list}>
        {choices.map((choice, index) => (
          <div key={choice.id} role="presentation">
            {index === 0 || choices[index - 1]?.group !== choice.group ? (
              <p className={styles.group} role="presentation">
                {t(`palette.${choice.group}`)}
              </p>
            ) : null}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field above handles the keys for all of them */}
            <div
              id={`${id}-${index}`}
              data-index={index}
              role="option"
              tabIndex={-1}
              aria-selected={index === current}
              className={cx(styles.choice, index === current && styles.current)}
              onMouseMove={() => setActive(index)}
              onClick={choice.onSelect}
            >
              {choice.content}
            </div>
          </div>
        ))}
      </div>
      {choices.length === 0 ? <p className={styles.nothing}>{t('palette.nothing', { text })}</p> : null}
    </>
  );
}

function TicketChoice({ ticket }: { ticket: TicketHead }) {
  const nameOf = usePersonName();
  return (
    <>
      <PriorityBadge priority={ticket.priority} plain />
      <span className={styles.number}>#{ticket.number}</span>
      <span className={styles.subject}>{ticket.subject}</span>
      <span className={styles.who}>{ticket.organisation?.name ?? nameOf(ticket.contact.name)}</span>
      <StateBadge state={ticket.state} compact />
      <RelativeTime at={ticket.updatedAt} format="short" className={styles.time} />
    </>
  );
}

function useCommands(text: string, onClose: () => void): Choice[] {
  const { t } = useTranslation('console');
  const { me } = useSession();
  const { setTheme } = useTheme();
  const { openNewTicket, openShortcuts } = useDesk();
  const navigate = useNavigate();
  const go = (deed: () => unknown) => () => {
    onClose();
    deed();
  };
  const all: { id: string; label: string; icon: ReactNode; onSelect: () => void }[] = [
    ...VIEWS.map((view) => ({
      id: `view-${view}`,
      label: t('palette.goTo', { place: t(`view.${view}`) }),
      icon: viewIcon(view),
      onSelect: go(() => navigate({ to: '/views/$view', params: { view } })),
    })),
    { id: 'new', label: t('rail.newTicket'), icon: <Plus size={17} aria-hidden />, onSelect: () => openNewTicket() },
    {
      id: 'customers',
      label: t('palette.goTo', { place: t('rail.customers') }),
      icon: <Building2 size={17} aria-hidden />,
      onSelect: go(() => navigate({ to: '/customers' })),
    },
    {
      id: 'on-call',
      label: t('palette.goTo', { place: t('oncall:title') }),
      icon: <BellRing size={17} aria-hidden />,
      onSelect: go(() => navigate({ to: '/on-call' })),
    },
    ...(isLead(me)
      ? [
          {
            id: 'reports',
            label: t('palette.goTo', { place: t('reports:title') }),
            icon: <ChartNoAxesColumn size={17} aria-hidden />,
            onSelect: go(() => navigate({ to: '/reports' })),
          },
          {
            id: 'statements',
            label: t('palette.goTo', { place: t('reports:tab.statements') }),
            icon: <FileCheck2 size={17} aria-hidden />,
            onSelect: go(() => navigate({ to: '/reports/statements' })),
          },
          {
            id: 'settings',
            label: t('palette.goTo', { place: t('rail.settings') }),
            icon: <Settings size={17} aria-hidden />,
            onSelect: go(() => navigate({ to: '/settings/$section', params: { section: 'workspace' } })),
          },
        ]
      : []),
    {
      id: 'keys',
      label: t('own.shortcuts'),
      icon: <Keyboard size={17} aria-hidden />,
      onSelect: () => openShortcuts(),
    },
    {
      id: 'light',
      label: `${t('own.theme')}: ${t('own.themes.light')}`,
      icon: <Sun size={17} aria-hidden />,
      onSelect: go(() => setTheme('light')),
    },
    {
      id: 'dark',
      label: `${t('own.theme')}: ${t('own.themes.dark')}`,
      icon: <Moon size={17} aria-hidden />,
      onSelect: go(() => setTheme('dark')),
    },
  ];
  const wanted = text.toLocaleLowerCase();
  return all
    .filter((command) => command.label.toLocaleLowerCase().includes(wanted))
    .map((command) => ({
      id: command.id,
      group: 'commands' as const,
      content: (
        <>
          <span className={styles.icon}>{command.icon}</span>
          <span className={styles.subject}>{command.label}</span>
        </>
      ),
      onSelect: command.onSelect,
    }));
}
