import { LANGUAGE_NAMES, Logo, Menu, useLocale } from '@alongside/ui';
import { Languages } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLookEntries } from '../desk/look-entries.ts';
import styles from './Threshold.module.css';

/** The page before the desk: one form, and the idea of the house beside it. */
export function Threshold({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) {
  const { t } = useTranslation('console');
  const { locale } = useLocale();
  const look = useLookEntries();
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Logo size={28} name={t('app.name')} />
        <Menu
          align="end"
          trigger={
            <button type="button" className={styles.look}>
              <Languages size={17} aria-hidden />
              {LANGUAGE_NAMES[locale]}
            </button>
          }
          entries={look}
        />
      </header>
      <main className={styles.main}>
        <div className={styles.card}>
          <h1 className={styles.title}>{title}</h1>
          <p className={styles.lead}>{lead}</p>
          {children}
        </div>
      </main>
      <svg
        className={styles.strokes}
        viewBox="0 0 600 800"
        fill="none"
        aria-hidden="true"
        preserveAspectRatio="xMaxYMax slice"
      >
        <path className={styles.left} d="M120 860 L330 40" />
        <path className={styles.right} d="M330 860 L540 40" />
      </svg>
    </div>
  );
}
