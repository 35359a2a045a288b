import { toApiError } from '@alongside/client';
import { getRouting, ROUTING_MODES, updateRouting } from '@alongside/contracts';
import { ErrorState, Skeleton, useLocale, useToast } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import { useChange } from '../data/queries.ts';
import { isAdministrator, useSession } from '../session/session.ts';
import { ChoiceCards } from '../settings/ChoiceCards.tsx';
import styles from './RoutingSettings.module.css';
import { SkillList } from './SkillList.tsx';
import { TryRouting } from './TryRouting.tsx';
import { useTeamSkills } from './use-team-skills.ts';

const ORDER = ['able', 'manager', 'plan', 'onCall', 'skills', 'language', 'load', 'turn'] as const;
const NOBODY = ['off_hours', 'full', 'nobody_skill', 'left'] as const;

/** How new tickets find their engineer: the switch, the order explained, and the skills it goes by. */
export function RoutingSettings() {
  const { t } = useTranslation('routing');
  const { me } = useSession();
  const { locale } = useLocale();
  const toast = useToast();
  const found = useTeamSkills();
  const change = useChange(updateRouting, [getRouting]);
  const mayChange = isAdministrator(me);
  if (found.state === 'failed') return <ErrorState compact message={found.error.message} onRetry={found.retry} />;
  if (found.state === 'loading') return <Skeleton lines={6} height="2.25rem" width="100%" />;
  const { skills, mode } = found.routing;
  const shown = change.isPending ? (change.variables.body.mode ?? mode) : mode;
  const active = found.team.filter(({ content }) => content !== null);
  return (
    <div className={styles.sections}>
      {mayChange ? (
        <ChoiceCards
          label={t('settings.mode')}
          value={shown}
          options={ROUTING_MODES.map((value) => ({
            value,
            label: t(`mode.${value}.name`),
            hint: t(`mode.${value}.hint`),
          }))}
          onChange={(next) =>
            change.mutate(
              { body: { mode: next } },
              {
                onSuccess: () => toast.show({ tone: 'success', message: t('settings.modeSaved') }),
                onError: (thrown) => toast.show({ tone: 'error', message: toApiError(thrown, locale).message }),
              },
            )
          }
        />
      ) : (
        <p>
          <strong>{t(`mode.${mode}.name`)}</strong> · {t(`mode.${mode}.hint`)}
        </p>
      )}
      {active.length === 0 ? <p className={styles.notice}>{t('settings.nobodyTakesPart')}</p> : null}
      <div className={styles.pair}>
        <section>
          <h3 className={styles.heading}>{t('settings.order')}</h3>
          <p className={styles.hint}>{t('settings.orderHint')}</p>
          <ol className={styles.rules}>
            {ORDER.map((rule) => (
              <li key={rule}>
                <strong>{t(`order.${rule}.name`)}</strong> {t(`order.${rule}.text`)}
              </li>
            ))}
          </ol>
        </section>
        <section>
          <h3 className={styles.heading}>{t('settings.nobody')}</h3>
          <p className={styles.hint}>{t('settings.nobodyHint')}</p>
          <ul className={styles.cases}>
            {NOBODY.map((rule) => (
              <li key={rule}>
                <strong>{t(`nobody.${rule}.name`)}</strong> {t(`nobody.${rule}.text`)}
              </li>
            ))}
          </ul>
        </section>
      </div>
      <section className={styles.section}>
        <h3 className={styles.heading}>{t('settings.skills')}</h3>
        <p className={styles.hint}>{t('settings.skillsHint')}</p>
        <TryRouting skills={skills} />
        <SkillList skills={skills} team={active} mayChange={mayChange} />
      </section>
    </div>
  );
}
