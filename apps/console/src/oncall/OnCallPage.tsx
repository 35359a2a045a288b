import { usePresentInSight } from '@alongside/ui';
import { Link, useParams } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../desk/Page.tsx';
import { isLead, useSession } from '../session/session.ts';
import styles from './OnCallPage.module.css';
import { ON_CALL_TABS } from './tabs.tsx';

/** Who is on call and how they are reached. */
export function OnCallPage() {
  const { t } = useTranslation('oncall');
  const { me } = useSession();
  const params = useParams({ strict: false });
  const tabs = ON_CALL_TABS.filter(({ leads }) => !leads || isLead(me));
  const tab = tabs.find(({ id }) => id === params.tab) ?? tabs[0]!;
  const nav = useRef<HTMLElement>(null);
  usePresentInSight(nav, tab.id);
  return (
    <Page title={t('title')} lead={t('lead')} wide>
      <nav ref={nav} className={styles.tabs} aria-label={t('title')}>
        {tabs.map(({ id, title }) => (
          <Link
            key={id}
            to="/on-call/$tab"
            params={{ tab: id }}
            className={styles.tab}
            aria-current={id === tab.id ? 'page' : undefined}
          >
            {t(title)}
          </Link>
        ))}
      </nav>
      {tab.face()}
    </Page>
  );
}
