import { createWatchingStore, sourceIdOf, type WatchingStore } from '@alongside/client';
import { ChevronDown } from 'lucide-react';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { useClient, useStore } from '../app/ClientProvider.tsx';
import { Skeleton } from '../base/Skeleton.tsx';
import { useNow } from '../ticket/RelativeTime.tsx';
import { useDiagnosisText } from './diagnosis-text.ts';
import styles from './LiveWatch.module.css';

const LiveHealth = lazy(() => import('./LiveHealth.tsx'));
const STORAGE_KEY = 'alongside.live-health';
/** Where the pictures would leave the conversation no room, they are shown when asked for. */
const NARROW = '(max-width: 53.75rem)';
const NOTHING = { subscribe: () => () => {}, getSnapshot: () => [] as const };

/** Whether pictures and findings are shown, or a line for each person; one's choice lasts, for whichever call. */
export function useLiveWatchOpen(): { isOpen: boolean; onToggle: () => void } {
  const [isOpen, setIsOpen] = useState(() => {
    const chosen = localStorage.getItem(STORAGE_KEY);
    return chosen === null ? !matchMedia(NARROW).matches : chosen === 'open';
  });
  const onToggle = useCallback(() => {
    localStorage.setItem(STORAGE_KEY, isOpen ? 'closed' : 'open');
    setIsOpen(!isOpen);
  }, [isOpen]);
  return { isOpen, onToggle };
}

export type LiveWatchProps = ReturnType<typeof useLiveWatchOpen> & {
  ticketId: string;
  /** The key that opens and closes it too, where there is one. */
  shortcut?: string;
};

/** The calls of a ticket that are going on now, each with everybody's health; nothing where none is. */
export function LiveWatch({ ticketId, ...open }: LiveWatchProps) {
  const { connection } = useClient();
  const [store, setStore] = useState<WatchingStore | null>(null);
  useEffect(() => {
    const opened = createWatchingStore({ connection, ticketId });
    setStore(opened);
    return () => {
      setStore(null);
      opened.close();
    };
  }, [connection, ticketId]);
  const calls = useStore(store ?? NOTHING);
  return calls.map((watching) => <OneCall key={sourceIdOf(watching)} watching={watching} {...open} />);
}

type OneCallProps = Omit<LiveWatchProps, 'ticketId'> & { watching: ReturnType<WatchingStore['getSnapshot']>[number] };

function OneCall({ watching, isOpen, onToggle, shortcut }: OneCallProps) {
  const t = useDiagnosisText();
  const { connection } = useClient();
  const { clockOffsetMs } = useStore(connection);
  // Each telling draws anew; in between, the clock alone shows that nothing comes any more.
  const nowMs = useNow() + clockOffsetMs;
  const { source } = watching;
  return (
    <section className={styles.watch} aria-label={t('live.label')} data-compact={!isOpen || undefined}>
      <button
        type="button"
        className={styles.toggle}
        aria-expanded={isOpen}
        aria-keyshortcuts={shortcut}
        onClick={onToggle}
      >
        <span className={styles.dot} aria-hidden />
        <span className={styles.label}>
          {source.kind === 'watched' && source.label ? source.label : t(`live.source.${source.kind}`)}
        </span>
        <ChevronDown size={16} aria-hidden className={styles.chevron} />
      </button>
      <Suspense fallback={<Skeleton lines={isOpen ? 5 : 1} />}>
        <LiveHealth
          watching={watching}
          nowMs={Math.max(nowMs, ...Object.values(watching.lastSampleMs).map((atMs) => atMs ?? 0))}
          isCompact={!isOpen}
        />
      </Suspense>
    </section>
  );
}
