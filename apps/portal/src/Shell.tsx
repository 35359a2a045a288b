import { Avatar, Button, ConnectionBar, cx, LogoMark, Menu, VisuallyHidden } from '@alongside/ui';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { FileCheck2, LogOut, Plus, ScrollText, UserRound } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { CallLayer } from './CallLayer.tsx';
import { usePortal } from './portal-context.ts';
import styles from './Shell.module.css';
import { useHasStatements } from './statements/has-statements.ts';

/** What stands around every page: whose portal, the way to ask, oneself. */
export function Shell() {
  const { t } = useTranslation('portal');
  const { workspace, me, signOut, reload } = usePortal();
  const navigate = useNavigate();
  const hasStatements = useHasStatements();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  // A new page begins at its top for keyboard and screen reader too.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what moves the focus
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <CallLayer>
      <div className={styles.shell}>
        <a className={styles.skip} href="#main">
          {t('skip')}
        </a>
        <header className={styles.header}>
          <Link to="/" className={styles.brand}>
            <LogoMark size={26} />
            <span className={styles.name}>{workspace.name}</span>
          </Link>
          <nav aria-label={t('nav.label')} className={styles.nav}>
            <Link
              to="/"
              className={cx(styles.link, (path === '/' || path.startsWith('/tickets')) && styles.here)}
              aria-current={path === '/' ? 'page' : undefined}
            >
              {t('nav.requests')}
            </Link>
            <Link
              to="/plan"
              className={cx(styles.link, path.startsWith('/plan') && styles.here)}
              aria-current={path === '/plan' ? 'page' : undefined}
            >
              {t('plan:nav')}
            </Link>
            {hasStatements ? (
              <Link
                to="/statements"
                className={cx(styles.link, path.startsWith('/statements') && styles.here)}
                aria-current={path === '/statements' ? 'page' : undefined}
              >
                {t('statements:title')}
              </Link>
            ) : null}
          </nav>
          <Button
            variant="primary"
            className={styles.ask}
            icon={<Plus size={17} aria-hidden />}
            aria-current={path === '/new' ? 'page' : undefined}
            onClick={() => void navigate({ to: '/new' })}
          >
            {t('nav.new')}
          </Button>
          <Menu
            align="end"
            heading={me.name}
            trigger={
              <button type="button" className={styles.me}>
                <Avatar id={me.id} name={me.name} size={32} />
                <VisuallyHidden>{me.name}</VisuallyHidden>
              </button>
            }
            entries={[
              {
                id: 'profile',
                label: t('nav.profile'),
                icon: <UserRound size={16} aria-hidden />,
                onSelect: () => void navigate({ to: '/profile' }),
              },
              {
                id: 'plan',
                label: t('plan:nav'),
                icon: <ScrollText size={16} aria-hidden />,
                onSelect: () => void navigate({ to: '/plan' }),
              },
              ...(hasStatements
                ? [
                    {
                      id: 'statements',
                      label: t('statements:title'),
                      icon: <FileCheck2 size={16} aria-hidden />,
                      onSelect: () => void navigate({ to: '/statements' }),
                    },
                  ]
                : []),
              {
                id: 'sign-out',
                label: t('nav.signOut'),
                icon: <LogOut size={16} aria-hidden />,
                onSelect: () => void signOut(),
              },
            ]}
          />
        </header>
        <ConnectionBar onSignInAgain={() => void reload()} signInAgain={t('signInAgain')} />
        <main id="main" className={styles.main} ref={main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
    </CallLayer>
  );
}
