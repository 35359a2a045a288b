import type { OfferedPlan, Recommendation, SceneNeed } from '@alongside/contracts';
import { Button, durationWords, PlanHoursView, useLocale } from '@alongside/ui';
import { useNavigate } from '@tanstack/react-router';
import { ArrowRight, Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './ChoosePlan.module.css';

/** Which plan suits, step by step: the need, the hours, the plan, and why the smaller one would not do. */
export function RecommendedPlan({
  need,
  recommendation,
  plans,
}: {
  need: SceneNeed;
  recommendation: Recommendation;
  plans: readonly OfferedPlan[];
}) {
  const { t } = useTranslation('plan', { keyPrefix: 'recommended' });
  const { locale } = useLocale();
  const navigate = useNavigate();
  const { neededHours, coveredHours, firstResponseMs, suits, smaller } = recommendation;
  const plan = plans.find(({ planId }) => planId === recommendation.planId);
  if (!plan) return null;
  const name = plan.terms.name[locale];
  const smallerName = plans.find(({ planId }) => planId === smaller?.planId)?.terms.name[locale];
  const time = firstResponseMs === null ? null : durationWords(firstResponseMs, locale, { days: false });
  const hours = plan.terms.hours.find(({ id }) => id === plan.terms.priorities.P0.calendarId);
  const coversAll = coveredHours >= neededHours;
  return (
    <section className={styles.recommended} aria-labelledby="recommended" aria-live="polite">
      <p className={styles.kicker}>{t(suits ? 'suits' : 'nearest')}</p>
      <h2 id="recommended" className={styles.name}>
        {name}
      </h2>
      <p>{plan.terms.summary[locale]}</p>
      <ol className={styles.steps}>
        <Step title={t('need')}>
          {t('needText', { hours: neededHours, window: need.window.replace('-', '–'), wait: t(`wait.${need.wait}`) })}
        </Step>
        <Step title={t('hours')}>
          {hours ? <PlanHoursView hours={hours} timeZone={need.timeZone} named={false} /> : t('always')}
        </Step>
        <Step title={t('plan')}>
          <ul className={styles.reasons}>
            <Reason good={coversAll}>
              {firstResponseMs === null
                ? t('coversNone')
                : coversAll
                  ? t('coversAll', { hours: neededHours })
                  : t('coversSome', { covered: coveredHours, hours: neededHours })}
            </Reason>
            <Reason good={time !== null}>{time === null ? t('noTime') : t('answers', { time })}</Reason>
          </ul>
        </Step>
      </ol>
      {smaller && smallerName ? (
        <p className={styles.smaller}>
          {t('smaller', { plan: smallerName })}
          {locale === 'zh-CN' ? '' : ' '}
          {smaller.lacks.length === 0
            ? t('smallerDoes')
            : smaller.lacks
                .map((lack) =>
                  lack === 'hours'
                    ? t('lacksHours', { covered: smaller.coveredHours, hours: neededHours })
                    : smaller.firstResponseMs === null
                      ? t('lacksTime')
                      : t('lacksResponse', { time: durationWords(smaller.firstResponseMs, locale, { days: false }) }),
                )
                .join(locale === 'zh-CN' ? '' : ' ')}
        </p>
      ) : null}
      <div>
        <Button
          variant="primary"
          icon={<ArrowRight size={16} aria-hidden />}
          onClick={() => void navigate({ to: '/new' })}
        >
          {t('ask')}
        </Button>
      </div>
    </section>
  );
}

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <li className={styles.step}>
      <h3 className={styles.stepTitle}>{title}</h3>
      <div>{children}</div>
    </li>
  );
}

function Reason({ good, children }: { good: boolean; children: ReactNode }) {
  return (
    <li className={good ? styles.good : styles.lacking}>
      {good ? <Check size={16} aria-hidden /> : <Minus size={16} aria-hidden />}
      <span>{children}</span>
    </li>
  );
}
