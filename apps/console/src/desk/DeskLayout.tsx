import { useInbox } from '@alongside/ui';
import { Outlet } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { OnCallEverywhere, SeenPages } from '../oncall/OnCallEverywhere.tsx';
import { NewTicketDialog } from '../tickets/NewTicketDialog.tsx';
import { CallElsewhere, CallsEverywhere } from './CallsEverywhere.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import styles from './DeskLayout.module.css';
import { type Desk, DeskContext } from './desk.ts';
import { useNotices } from './notices.ts';
import { Rail } from './Rail.tsx';
import { ShortcutSheet } from './ShortcutSheet.tsx';
import { useShortcuts } from './shortcuts.ts';
import { useDocumentTitle } from './use-document-title.ts';

type Overlay =
  | { kind: 'palette' }
  | { kind: 'shortcuts' }
  | { kind: 'ticket'; contact: { id: string; name: string } | null };

/** The frame of the desk: the rail, the place one is at, and what comes in front of it. */
export function DeskLayout() {
  const { t } = useTranslation('console');
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const counts = useInbox({ view: 'queue' })?.snapshot.counts ?? null;
  useNotices();
  useDocumentTitle(counts?.queue ?? 0);
  useShortcuts({
    // A ticket being written stays.
    'mod+k': () => setOverlay((now) => (now?.kind === 'ticket' ? now : { kind: 'palette' })),
    '?': () => setOverlay({ kind: 'shortcuts' }),
    t: () => setOverlay({ kind: 'ticket', contact: null }),
  });
  const desk = useMemo<Desk>(
    () => ({
      counts,
      openPalette: () => setOverlay({ kind: 'palette' }),
      openShortcuts: () => setOverlay({ kind: 'shortcuts' }),
      openNewTicket: (contact) => setOverlay({ kind: 'ticket', contact: contact ?? null }),
    }),
    [counts],
  );
  const close = () => setOverlay(null);
  return (
    <DeskContext value={desk}>
      <a className={styles.skip} href="#place">
        {t('app.skip')}
      </a>
      <div className={styles.frame}>
        <Rail />
        <div className={styles.place}>
          <ConnectionBanner />
          <SeenPages />
          <CallElsewhere />
          <main id="place" className={styles.main} tabIndex={-1}>
            <Outlet />
          </main>
        </div>
      </div>
      <CallsEverywhere />
      <OnCallEverywhere />
      <CommandPalette open={overlay?.kind === 'palette'} onClose={close} />
      <ShortcutSheet open={overlay?.kind === 'shortcuts'} onClose={close} />
      <NewTicketDialog
        open={overlay?.kind === 'ticket'}
        contact={overlay?.kind === 'ticket' ? overlay.contact : null}
        onClose={close}
      />
    </DeskContext>
  );
}
