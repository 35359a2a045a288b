import { cx } from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './Page.module.css';

/** Where one came from: its address and its name. */
const PLACES = {
  customers: { link: { to: '/customers' }, name: 'rail.customers' },
  drills: { link: { to: '/on-call/$tab', params: { tab: 'drills' } }, name: 'drills:back' },
} as const;

/** A place of the desk that is one column of text and lists: head, then content. */
export function Page({
  title,
  lead,
  actions,
  back,
  wide = false,
  children,
}: {
  title: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  back?: 'customers' | 'drills';
  /** For tables: more room than text wants. */
  wide?: boolean;
  children: ReactNode;
}) {
  const { t } = useTranslation('console');
  return (
    <div className={styles.page}>
      <div className={cx(styles.column, wide && styles.wide)}>
        {back ? (
          <Link {...PLACES[back].link} className={styles.back}>
            <ArrowLeft size={16} aria-hidden />
            {t(PLACES[back].name)}
          </Link>
        ) : null}
        <header className={styles.header}>
          <div className={styles.titles}>
            <h1 className={styles.title}>{title}</h1>
            {lead ? <div className={styles.lead}>{lead}</div> : null}
          </div>
          {actions ? <div className={styles.actions}>{actions}</div> : null}
        </header>
        {children}
      </div>
    </div>
  );
}
