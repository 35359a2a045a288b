import { listMyPages, type RingingPage, reportPageShown, seePage } from '@alongside/contracts';
import { Kbd, PriorityBadge, RelativeTime, useClient } from '@alongside/ui';
import { useNavigate, useParams } from '@tanstack/react-router';
import { BellRing, Check, FlaskConical, VolumeX } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../data/api.ts';
import { useChange, useRoute } from '../data/queries.ts';
import { useShortcuts } from '../desk/shortcuts.ts';
import { useOnCallLive } from './live.ts';
import styles from './OnCallEverywhere.module.css';
import { useAcknowledge } from './OwnPages.tsx';
import { usePageWords } from './page-words.ts';

const CARDS_SHOWN = 3;

/** Wherever one is in the desk: pages that ring for oneself, in front of everything. Put once per desk. */
export function OnCallEverywhere() {
  useOnCallLive();
  const { sound } = useClient();
  const pages = useRoute(listMyPages, {}).data?.pages ?? [];
  const ringing = pages.filter(({ seenAt }) => seenAt === null);
  const isRinging = ringing.length > 0;
  useReported(pages);
  useEffect(() => (isRinging ? sound.alarm() : undefined), [sound, isRinging]);
  if (!isRinging) return null;
  return (
    <div className={styles.stage}>
      {ringing.slice(0, CARDS_SHOWN).map((page, index) => (
        <PageCard key={page.id} page={page} isFirst={index === 0} />
      ))}
    </div>
  );
}

/** Tells the server once of each page that a console shows it. */
function useReported(pages: readonly RingingPage[]): void {
  const told = useRef(new Set<string>());
  const ids = pages.map(({ id }) => id).join(' ');
  useEffect(() => {
    for (const id of ids.split(' ').filter((each) => each !== '' && !told.current.has(each))) {
      told.current.add(id);
      // Not heard: told again with the next change, and after 20 s the page counts as not delivered here.
      api.call(reportPageShown, { params: { id }, body: {} }).catch(() => told.current.delete(id));
    }
  }, [ids]);
}

/**
 * One page. Takes the focus unless one is writing; Escape does nothing, since a page is not to be lost by accident.
 */
function PageCard({ page, isFirst }: { page: RingingPage; isFirst: boolean }) {
  const { t } = useTranslation('oncall');
  const words = usePageWords();
  const navigate = useNavigate();
  const { acknowledge, isPending } = useAcknowledge();
  const see = useChange(seePage, [listMyPages]);
  const title = useId();
  const about = useId();
  const button = useRef<HTMLButtonElement>(null);
  const { ticket } = page;

  useEffect(() => {
    const before = document.activeElement;
    const isWriting = before instanceof HTMLElement && before.closest('input, textarea, [contenteditable="true"]');
    if (!isFirst || isWriting) return;
    button.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [isFirst]);

  const quiet = () => see.mutate({ params: { id: page.id }, body: {} });
  const open = () => {
    if (!ticket) return;
    quiet();
    void navigate({ to: '/views/$view/$number', params: { view: 'all', number: String(ticket.number) } });
  };
  useShortcuts({
    y: isFirst ? () => acknowledge(page) : undefined,
    o: isFirst && ticket ? open : undefined,
    q: isFirst ? quiet : undefined,
  });

  return (
    <div className={styles.card} role="alertdialog" data-ring aria-labelledby={title} aria-describedby={about}>
      <div className={styles.head}>
        <span className={styles.bell}>
          <BellRing size={26} aria-hidden />
        </span>
        <div className={styles.texts}>
          <p className={styles.label} role="alert">
            {t('page.label')}
            {ticket ? <PriorityBadge priority={ticket.priority} withName /> : null}
            {ticket?.drill ? (
              <span className={styles.drill}>
                <FlaskConical size={13} aria-hidden />
                {t('page.drill')}
              </span>
            ) : null}
            <RelativeTime at={page.at} className={styles.age} />
          </p>
          <h2 id={title} className={styles.title}>
            {words.title(page)}
          </h2>
          <p id={about} className={styles.about}>
            {ticket ? <span className={styles.customer}>{words.customer(page)}</span> : null}
            <span>{words.why(page)}</span>
          </p>
        </div>
      </div>
      <div className={styles.actions}>
        <button
          ref={button}
          type="button"
          className={styles.acknowledge}
          disabled={isPending}
          onClick={() => acknowledge(page)}
        >
          <Check size={20} aria-hidden />
          {t('page.acknowledge')}
          {isFirst ? <Kbd>Y</Kbd> : null}
        </button>
        <div className={styles.lesser}>
          {ticket ? (
            <button type="button" className={styles.quiet} onClick={open}>
              {t('page.open')}
              {isFirst ? <Kbd>O</Kbd> : null}
            </button>
          ) : null}
          <button type="button" className={styles.quiet} onClick={quiet}>
            <VolumeX size={16} aria-hidden />
            {t('page.quiet')}
            {isFirst ? <Kbd>Q</Kbd> : null}
          </button>
        </div>
      </div>
      {ticket ? <p className={styles.hint}>{t('page.hint')}</p> : null}
    </div>
  );
}

/** Pages one has seen and nobody has acknowledged: a quiet strip above whatever one looks at. */
export function SeenPages() {
  const { t } = useTranslation('oncall');
  const words = usePageWords();
  const { number } = useParams({ strict: false });
  // Beside the ticket itself its own bar says more.
  const pages = (useRoute(listMyPages, {}).data?.pages ?? []).filter(
    ({ seenAt, ticket }) => seenAt !== null && String(ticket?.number) !== number,
  );
  const { acknowledge, isPending } = useAcknowledge();
  const [first] = pages;
  if (!first) return null;
  return (
    <div className={styles.strip}>
      <BellRing size={16} aria-hidden />
      <span className={styles.stripText}>
        {pages.length > 1 ? t('page.waitingMany', { count: pages.length }) : t('page.waiting')}{' '}
        <span className={styles.stripTitle}>{words.title(first)}</span>
      </span>
      <button type="button" className={styles.stripButton} disabled={isPending} onClick={() => acknowledge(first)}>
        {t('page.acknowledge')}
      </button>
    </div>
  );
}
