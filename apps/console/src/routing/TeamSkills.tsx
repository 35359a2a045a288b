import { type EngineerProfile, SKILL_KINDS, type Skill } from '@alongside/contracts';
import { Avatar, Badge, cx, EmptyState, ErrorState, Skeleton, useLocale, usePersonName } from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { StandingBadge } from './AwaySwitch.tsx';
import { knowersOf, levelOf } from './knowers.ts';
import { LevelDots } from './LevelDots.tsx';
import styles from './TeamSkills.module.css';
import { useTeamSkills } from './use-team-skills.ts';

/** Who of the team knows what, and what nobody or only one of them knows. */
export function TeamSkills() {
  const { t } = useTranslation('routing');
  const found = useTeamSkills();
  if (found.state === 'failed') return <ErrorState compact message={found.error.message} onRetry={found.retry} />;
  if (found.state === 'loading') return <Skeleton lines={6} height="2.25rem" width="100%" />;
  const { team: members, routing } = found;
  const active = members.filter(({ content }) => content !== null);
  const { skills } = routing;
  const unknown = skills.filter((skill) => knowersOf(skill, active).length === 0);
  const alone = skills.filter((skill) => knowersOf(skill, active).length === 1);
  return (
    <div className={styles.root}>
      <Members members={members} />
      {skills.length === 0 ? (
        <EmptyState compact title={t('skills.none')}>
          {t('skills.noneHint')}
        </EmptyState>
      ) : (
        <>
          <p className={styles.summary}>
            {unknown.length === 0 && alone.length === 0 ? t('matrix.noGaps') : null}
            {unknown.length > 0 ? <Badge tone="danger">{t('matrix.gaps', { count: unknown.length })}</Badge> : null}
            {alone.length > 0 ? <Badge tone="warning">{t('matrix.alone', { count: alone.length })}</Badge> : null}
          </p>
          <Matrix skills={skills} members={active} />
        </>
      )}
    </div>
  );
}

/** Everybody, with where they stand; opened, their profile. */
function Members({ members }: { members: readonly EngineerProfile[] }) {
  const { t } = useTranslation('routing');
  const nameOf = usePersonName();
  return (
    <ul className={styles.members}>
      {members.map((profile) => (
        <li key={profile.engineer.id}>
          <Link to="/profile/$staffId" params={{ staffId: profile.engineer.id }} className={styles.member}>
            <Avatar
              id={profile.engineer.id}
              name={profile.engineer.name}
              kind="staff"
              size={40}
              photoUrl={profile.photoUrl}
            />
            <span className={styles.texts}>
              <span className={styles.name}>{nameOf(profile.engineer.name)}</span>
              <span className={styles.facts}>
                {profile.content === null ? (
                  <Badge>{t('matrix.noProfile')}</Badge>
                ) : (
                  <>
                    <StandingBadge profile={profile} />
                    <span className={styles.load}>
                      {t('away.load', { open: profile.openTickets, capacity: profile.content.capacity })}
                    </span>
                  </>
                )}
              </span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Matrix({ skills, members }: { skills: readonly Skill[]; members: readonly EngineerProfile[] }) {
  const { t } = useTranslation('routing');
  const { locale } = useLocale();
  const nameOf = usePersonName();
  return (
    // The table scrolls by itself, so that the page never does; the keyboard must be able to scroll it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls
    <section className={styles.scroll} tabIndex={0} aria-label={t('matrix.label')}>
      <table className={styles.table}>
        <caption className={styles.hidden}>{t('matrix.label')}</caption>
        <thead>
          <tr>
            <th scope="col" className={styles.corner}>
              {t('matrix.skill')}
            </th>
            {members.map(({ engineer, photoUrl }) => (
              <th key={engineer.id} scope="col" className={styles.person}>
                <Avatar id={engineer.id} name={engineer.name} kind="staff" size={28} photoUrl={photoUrl} />
                <span>{nameOf(engineer.name)}</span>
              </th>
            ))}
          </tr>
        </thead>
        {SKILL_KINDS.map((kind) => {
          const ofKind = skills.filter((skill) => skill.kind === kind);
          if (ofKind.length === 0) return null;
          return (
            <tbody key={kind}>
              <tr>
                <th scope="rowgroup" colSpan={members.length + 1} className={styles.kind}>
                  {t(`kind.${kind}`)}
                </th>
              </tr>
              {ofKind.map((skill) => {
                const knowers = knowersOf(skill, members).length;
                return (
                  <tr key={skill.id} className={cx(knowers === 0 && styles.gap)}>
                    <th scope="row" className={styles.skill}>
                      <span className={styles.skillName}>
                        {skill.name[locale]}
                        {knowers === 0 ? <Badge tone="danger">{t('skills.nobody')}</Badge> : null}
                        {knowers === 1 ? <Badge tone="warning">{t('matrix.one')}</Badge> : null}
                      </span>
                    </th>
                    {members.map((profile) => {
                      const level = levelOf(profile, skill);
                      return (
                        <td key={profile.engineer.id} className={styles.cell}>
                          {level > 0 ? (
                            <LevelDots level={level} />
                          ) : (
                            <span className={styles.hidden}>{t('level.0')}</span>
                          )}
                        </td>
                      );
                    })}
                  </tr>
                );
              })}
            </tbody>
          );
        })}
      </table>
    </section>
  );
}
