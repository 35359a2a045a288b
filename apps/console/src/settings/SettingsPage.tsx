import { EmptyState } from '@alongside/ui';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../desk/Page.tsx';
import { isAdministrator, useSession } from '../session/session.ts';
import { IdentitySettings } from './IdentitySettings.tsx';
import { MailSettings } from './MailSettings.tsx';
import styles from './SettingsPage.module.css';
import { TeamSettings } from './TeamSettings.tsx';
import { TopicSettings } from './TopicSettings.tsx';
import { WidgetSettings } from './WidgetSettings.tsx';
import { WorkspaceSettings } from './WorkspaceSettings.tsx';

const SECTIONS = ['workspace', 'topics', 'widget', 'identity', 'team', 'mail'] as const;
type Section = (typeof SECTIONS)[number];

const FACES: Record<Section, () => ReactNode> = {
  workspace: () => <WorkspaceSettings />,
  topics: () => <TopicSettings />,
  widget: () => <WidgetSettings />,
  identity: () => <IdentitySettings />,
  team: () => <TeamSettings />,
  mail: () => <MailSettings />,
};

/** What administrators decide for everybody. */
export function SettingsPage() {
  const { t } = useTranslation('console');
  const { me } = useSession();
  const params = useParams({ strict: false });
  const section = SECTIONS.find((name) => name === params.section) ?? 'workspace';
  const nav = useRef<HTMLElement>(null);
  // On a narrow screen the sections scroll sideways: the present one must be in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another section is shown
  useEffect(() => {
    nav.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [section]);
  if (!isAdministrator(me)) {
    return (
      <Page title={t('rail.settings')}>
        <EmptyState picture="broken" title={t('settings.forbidden')}>
          {t('settings.forbiddenHint')}
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page title={t('rail.settings')}>
      <div className={styles.columns}>
        <nav ref={nav} className={styles.nav} aria-label={t('rail.settings')}>
          {SECTIONS.map((name) => (
            <Link
              key={name}
              to="/settings/$section"
              params={{ section: name }}
              className={styles.link}
              aria-current={name === section ? 'page' : undefined}
            >
              {t(`settings.${name}.title`)}
            </Link>
          ))}
        </nav>
        <section className={styles.face} aria-labelledby="settings-title">
          <header>
            <h2 id="settings-title" className={styles.title}>
              {t(`settings.${section}.title`)}
            </h2>
            <p className={styles.lead}>{t(`settings.${section}.lead`)}</p>
          </header>
          {FACES[section]()}
        </section>
      </div>
    </Page>
  );
}
