import { Count, cx, Kbd, LogoMark, Tooltip } from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { BellRing, ChartNoAxesColumn, Plus, Search, Settings, Users } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { isLead, useSession } from '../session/session.ts';
import { useDesk } from './desk.ts';
import { OwnMenu } from './OwnMenu.tsx';
import { useOwnCall } from './own-call.ts';
import styles from './Rail.module.css';
import { MOD_KEY } from './shortcuts.ts';
import { useMedia } from './use-media.ts';
import { VIEWS, viewIcon } from './views.tsx';

const MEDIUM = '(min-width: 53.8125rem) and (max-width: 79.9375rem)';
const BESIDE_A_CALL = '(min-width: 53.8125rem) and (max-width: 120rem)';

/** The desk's left edge: whose desk, the views with their counts, other places, oneself. */
export function Rail() {
  const { t } = useTranslation('console');
  const { workspace, me } = useSession();
  const { counts, openPalette, openNewTicket } = useDesk();
  const inCall = useOwnCall()?.isIn === true;
  // A call needs the room more than words do that one knows by heart.
  const narrow = useMedia(inCall ? BESIDE_A_CALL : MEDIUM);
  return (
    <nav className={cx(styles.rail, narrow && styles.icons)} aria-label={t('rail.label')}>
      <div className={styles.head}>
        <LogoMark size={26} />
        <span className={styles.workspace}>{workspace.name}</span>
      </div>
      <div className={styles.tools}>
        <button type="button" className={styles.search} onClick={openPalette}>
          <Search size={16} aria-hidden />
          <span className={styles.label}>{t('rail.search')}</span>
          <span className={styles.keys}>
            <Kbd>{MOD_KEY === '⌘' ? '⌘K' : 'Ctrl K'}</Kbd>
          </span>
        </button>
        <Tooltip label={t('rail.newTicket')} shortcut="T" side="right">
          <button type="button" className={styles.new} onClick={() => openNewTicket()} aria-label={t('rail.newTicket')}>
            <Plus size={18} aria-hidden />
          </button>
        </Tooltip>
      </div>
      <ul className={styles.views}>
        {VIEWS.map((view) => (
          <li key={view} className={view === 'queue' ? styles.always : undefined}>
            <Link
              to="/views/$view"
              params={{ view }}
              className={styles.link}
              activeProps={{ className: `${styles.link} ${styles.active}` }}
              title={t(`view.${view}`)}
            >
              {viewIcon(view)}
              <span className={styles.label}>{t(`view.${view}`)}</span>
              {counts && view !== 'all' && view !== 'solved' ? <Count value={counts[view]} /> : null}
            </Link>
          </li>
        ))}
      </ul>
      <ul className={styles.places}>
        <li>
          <Link
            to="/customers"
            className={styles.link}
            activeProps={{ className: `${styles.link} ${styles.active}` }}
            title={t('rail.customers')}
          >
            <Users size={17} strokeWidth={1.9} aria-hidden />
            <span className={styles.label}>{t('rail.customers')}</span>
          </Link>
        </li>
        <li>
          <Link
            to="/on-call"
            className={styles.link}
            activeProps={{ className: `${styles.link} ${styles.active}` }}
            title={t('oncall:title')}
          >
            <BellRing size={17} strokeWidth={1.9} aria-hidden />
            <span className={styles.label}>{t('oncall:title')}</span>
          </Link>
        </li>
        {isLead(me) ? (
          <li>
            <Link
              to="/reports"
              className={styles.link}
              activeProps={{ className: `${styles.link} ${styles.active}` }}
              activeOptions={{ exact: false }}
              title={t('reports:title')}
            >
              <ChartNoAxesColumn size={17} strokeWidth={1.9} aria-hidden />
              <span className={styles.label}>{t('reports:title')}</span>
            </Link>
          </li>
        ) : null}
        {isLead(me) ? (
          <li>
            <Link
              to="/settings/$section"
              params={{ section: 'workspace' }}
              className={styles.link}
              activeProps={{ className: `${styles.link} ${styles.active}` }}
              activeOptions={{ exact: false }}
              title={t('rail.settings')}
            >
              <Settings size={17} strokeWidth={1.9} aria-hidden />
              <span className={styles.label}>{t('rail.settings')}</span>
            </Link>
          </li>
        ) : null}
      </ul>
      <OwnMenu narrow={narrow} />
    </nav>
  );
}
