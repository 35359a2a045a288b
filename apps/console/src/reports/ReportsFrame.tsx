import { Link, useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../desk/Page.tsx';
import styles from './ReportsFrame.module.css';

/** The two faces of the reports: the team's figures, the customers' statements. */
export function ReportsFrame({ actions, children }: { actions?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation('reports');
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isStatements = path.startsWith('/reports/statements');
  return (
    <Page title={t('title')} lead={t('lead')} actions={actions} wide>
      <nav className={styles.tabs} aria-label={t('title')}>
        <Link
          to="/reports"
          className={styles.tab}
          activeOptions={{ exact: true, includeSearch: false }}
          data-here={!isStatements || undefined}
        >
          {t('tab.team')}
        </Link>
        <Link to="/reports/statements" className={styles.tab} data-here={isStatements || undefined}>
          {t('tab.statements')}
        </Link>
      </nav>
      {children}
    </Page>
  );
}
