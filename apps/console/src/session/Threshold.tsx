import { Logo, Menu, useLocale, useTheme } from '@alongside/ui';
import { Languages } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './Threshold.module.css';

/** The page before the desk: one form, and the idea of the house beside it. */
export function Threshold({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) {
  const { t } = useTranslation('console');
  const { locale, setLocale } = useLocale();
  const { theme, setTheme } = useTheme();
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Logo size={28} name={t('app.name')} />
        <Menu
          align="end"
          trigger={
            <button type="button" className={styles.look}>
              <Languages size={17} aria-hidden />
              {locale === 'en' ? 'English' : '简体中文'}
            </button>
          }
          entries={[
            {
              kind: 'choice',
              id: 'language',
              label: t('own.language'),
              value: locale,
              options: [
                { value: 'en', label: 'English' },
                { value: 'zh-CN', label: '简体中文' },
              ],
              onChange: (value) => setLocale(value === 'zh-CN' ? 'zh-CN' : 'en'),
            },
            {
              kind: 'choice',
              id: 'theme',
              label: t('own.theme'),
              value: theme,
              options: (['system', 'light', 'dark'] as const).map((value) => ({
                value,
                label: t(`own.themes.${value}`),
              })),
              onChange: (value) => setTheme(value === 'light' || value === 'dark' ? value : 'system'),
            },
          ]}
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
