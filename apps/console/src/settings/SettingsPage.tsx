import { cx, EmptyState, usePresentInSight } from '@alongside/ui';
import { Link, useParams } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../desk/Page.tsx';
import { useSession } from '../session/session.ts';
import styles from './SettingsPage.module.css';
import { SECTION_GROUPS, sectionsFor } from './sections.tsx';

/** What is decided for everybody: the desk itself, and the service it promises. */
export function SettingsPage() {
  const { t } = useTranslation('console');
  const { me } = useSession();
  const params = useParams({ strict: false });
  const sections = sectionsFor(me);
  const section = sections.find(({ id }) => id === params.section) ?? sections[0];
  const nav = useRef<HTMLElement>(null);
  usePresentInSight(nav, section?.id);
  if (!section) {
    return (
      <Page title={t('rail.settings')}>
        <EmptyState picture="broken" title={t('settings.forbidden')}>
          {t('settings.forbiddenHint')}
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page title={t('rail.settings')} wide>
      <div className={styles.columns}>
        <nav ref={nav} className={styles.nav} aria-label={t('rail.settings')}>
          {SECTION_GROUPS.map((group) => {
            const members = sections.filter((candidate) => candidate.group === group);
            if (members.length === 0) return null;
            return (
              <section key={group} className={styles.group} aria-labelledby={`settings-group-${group}`}>
                <span id={`settings-group-${group}`} className={styles.groupName}>
                  {t(`settings.group.${group}`)}
                </span>
                {members.map(({ id, words }) => (
                  <Link
                    key={id}
                    to="/settings/$section"
                    params={{ section: id }}
                    className={styles.link}
                    aria-current={id === section.id ? 'page' : undefined}
                  >
                    {t(`${words}.title`)}
                  </Link>
                ))}
              </section>
            );
          })}
        </nav>
        <section className={cx(styles.face, section.wide && styles.wide)} aria-labelledby="settings-title">
          <header>
            <h2 id="settings-title" className={styles.title}>
              {t(`${section.words}.title`)}
            </h2>
            <p className={styles.lead}>{t(`${section.words}.lead`)}</p>
          </header>
          {section.face()}
        </section>
      </div>
    </Page>
  );
}
