import { LOCALES, type Workspace } from '@alongside/contracts';
import { LANGUAGE_NAMES, LogoMark, SegmentedControl, useLocale } from '@alongside/ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './OpenPage.module.css';

/** What stands above a page that needs no account: whose it is, and the choice of the language. */
export function OpenPageTop({ workspace, isLink = true }: { workspace: Workspace; isLink?: boolean }): ReactNode {
  const { t } = useTranslation('portal');
  const { locale, setLocale } = useLocale();
  const brand = (
    <>
      <LogoMark size={26} />
      {workspace.name}
    </>
  );
  return (
    <header className={styles.top}>
      {isLink ? (
        <a className={styles.brand} href="/portal/">
          {brand}
        </a>
      ) : (
        <span className={styles.brand}>{brand}</span>
      )}
      <SegmentedControl
        size="sm"
        label={t('signIn.language')}
        value={locale}
        onChange={setLocale}
        options={LOCALES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
      />
    </header>
  );
}
