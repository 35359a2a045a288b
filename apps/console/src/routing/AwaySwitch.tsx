import { toApiError } from '@alongside/client';
import { type EngineerProfile, getEngineer, listEngineers, setEngineerAway } from '@alongside/contracts';
import { Badge, exactTime, Switch, useLocale, usePersonName, useToast } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import { useChange } from '../data/queries.ts';
import styles from './AwaySwitch.module.css';

/** Whether somebody takes new tickets now, and where they stand: at work, on call, how much they have. */
export function AwaySwitch({ profile, isOwn }: { profile: EngineerProfile; isOwn: boolean }) {
  const { t } = useTranslation('routing');
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const toast = useToast();
  const change = useChange(setEngineerAway, [getEngineer, listEngineers]);
  const { engineer, content, awaySince } = profile;
  if (content === null) return <p className={styles.none}>{t(isOwn ? 'away.noProfile' : 'away.noProfileOf')}</p>;
  // While the server has not answered the switch stands where one put it.
  const isAway = change.isPending ? change.variables.body.away : awaySince !== null;
  return (
    <section className={styles.panel} aria-label={t('away.label')}>
      <Switch
        label={isOwn ? t('away.takes') : t('away.takesOf', { name: nameOf(engineer.name) })}
        hint={
          awaySince !== null ? t('away.since', { time: exactTime(Date.parse(awaySince), locale) }) : t('away.takesHint')
        }
        checked={!isAway}
        disabled={!profile.may.edit}
        onChange={(takes) =>
          change.mutate(
            { params: { id: engineer.id }, body: { away: !takes } },
            { onError: (thrown) => toast.show({ tone: 'error', message: toApiError(thrown, locale).message }) },
          )
        }
      />
      <ul className={styles.facts}>
        <li>
          <StandingBadge profile={profile} />
        </li>
        {profile.onCall.map((rotation) => (
          <li key={rotation}>
            <Badge tone="accent">{t('away.onCall', { rotation })}</Badge>
          </li>
        ))}
        <li>
          <Badge tone={profile.openTickets >= content.capacity ? 'warning' : 'neutral'}>
            {t('away.load', { open: profile.openTickets, capacity: content.capacity })}
          </Badge>
        </li>
      </ul>
    </section>
  );
}

/** At work, off until when, or away. */
export function StandingBadge({ profile }: { profile: EngineerProfile }) {
  const { t } = useTranslation('routing');
  const { locale } = useLocale();
  if (profile.awaySince !== null) return <Badge tone="warning">{t('standing.away')}</Badge>;
  if (profile.workingNow) return <Badge tone="success">{t('standing.working')}</Badge>;
  if (profile.nextWorkingAt === null) return <Badge>{t('standing.off')}</Badge>;
  return <Badge>{t('standing.offUntil', { time: exactTime(Date.parse(profile.nextWorkingAt), locale) })}</Badge>;
}
