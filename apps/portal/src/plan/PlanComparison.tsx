import { type OfferedPlan, PRIORITIES } from '@alongside/contracts';
import { Badge, cx, hoursOf, PlanChannels, percentWords, promisedTime, useLocale } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import styles from './ChoosePlan.module.css';

/** The plans on offer side by side, the smallest first. */
export function PlanComparison({
  plans,
  recommendedId,
}: {
  plans: readonly OfferedPlan[];
  recommendedId: string | null;
}) {
  const { t } = useTranslation('plan', { keyPrefix: 'comparison' });
  const { t: promise } = useTranslation('promise');
  const { t: ui } = useTranslation('ui');
  const { locale } = useLocale();
  return (
    <ul className={styles.plans}>
      {plans.map(({ planId, terms }) => (
        <li key={planId} className={cx(styles.plan, planId === recommendedId && styles.best)}>
          <h3 className={styles.planName}>
            {terms.name[locale]} {planId === recommendedId ? <Badge tone="accent">{t('recommended')}</Badge> : null}
          </h3>
          <p className={styles.hint}>{terms.summary[locale]}</p>
          <div>
            <h4 className={styles.rowTitle}>{t('firstAnswer')}</h4>
            <dl className={styles.times}>
              {PRIORITIES.map((priority) => {
                const ms = terms.priorities[priority].targetsMs.first_response;
                const hours = hoursOf(terms, terms.priorities[priority]);
                return (
                  <div key={priority}>
                    <dt>{ui(`priority.${priority}`)}</dt>
                    <dd>
                      {ms === undefined
                        ? t('none')
                        : promisedTime(ms, hours, locale, (count) => promise('time.workingDay', { count }))}
                    </dd>
                  </div>
                );
              })}
            </dl>
          </div>
          <div>
            <h4 className={styles.rowTitle}>{promise('hoursTitle')}</h4>
            <p>{terms.hours.map((hours) => hours.name[locale]).join(locale === 'zh-CN' ? '、' : ', ') || t('none')}</p>
          </div>
          <div>
            <h4 className={styles.rowTitle}>{promise('channels.title')}</h4>
            <PlanChannels terms={terms} />
          </div>
          <div>
            <h4 className={styles.rowTitle}>{promise('credits.title')}</h4>
            <p>
              {terms.creditTiers.length === 0
                ? t('noCredits')
                : t('credits', {
                    percent: percentWords(Math.max(...terms.creditTiers.map((tier) => tier.percent)) / 100),
                  })}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
