import {
  listOfferedPlans,
  recommendPlan,
  SCENES,
  type Scene,
  type SceneNeed,
  WAITS,
  type Wait,
} from '@alongside/contracts';
import { USUAL_NEEDS } from '@alongside/desk';
import { ErrorState, SegmentedControl, Select, Skeleton, TextField, TimeZonePicker } from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import page from '../page.module.css';
import { useReply } from '../use-reply.ts';
import styles from './ChoosePlan.module.css';
import { PlanComparison } from './PlanComparison.tsx';
import { RecommendedPlan } from './RecommendedPlan.tsx';
import { ScenePicker } from './ScenePicker.tsx';

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;

/** From what one does, by the hours one's users are there, to the plan that works then; and all plans side by side. */
export function ChoosePlan() {
  const { t } = useTranslation('plan', { keyPrefix: 'choose' });
  const [scene, setScene] = useState<Scene | null>(null);
  const [need, setNeed] = useState<SceneNeed | null>(null);
  const plans = useReply(listOfferedPlans, {});
  const recommended = useReply(recommendPlan, need ? { query: need } : null);
  const choose = (next: Scene) => {
    setScene(next);
    setNeed({
      scene: next,
      ...USUAL_NEEDS[next],
      timeZone: need?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    });
  };
  const recommendation = recommended.data?.recommendation ?? null;
  return (
    <div className={page.page}>
      <Link to="/plan" className={styles.back}>
        <ArrowLeft size={16} aria-hidden />
        {t('back')}
      </Link>
      <header>
        <h1 className={page.title}>{t('title')}</h1>
        <p className={page.lead}>{t('lead')}</p>
      </header>
      <ScenePicker scenes={SCENES} value={scene} onChange={choose} />
      {need ? <NeedForm need={need} onChange={setNeed} /> : null}
      {recommended.error ? (
        <ErrorState
          compact
          message={recommended.error.issues[0]?.message ?? recommended.error.message}
          onRetry={recommended.retry}
        />
      ) : null}
      {need && recommendation && plans.data ? (
        <RecommendedPlan need={need} recommendation={recommendation} plans={plans.data.plans} />
      ) : null}
      <section className={styles.compare} aria-labelledby="compare">
        <h2 id="compare" className={styles.heading}>
          {t('compare')}
        </h2>
        {plans.error ? <ErrorState compact message={plans.error.message} onRetry={plans.retry} /> : null}
        {plans.data ? (
          plans.data.plans.length === 0 ? (
            <p>{t('noPlans')}</p>
          ) : (
            <PlanComparison plans={plans.data.plans} recommendedId={recommendation?.planId ?? null} />
          )
        ) : plans.error ? null : (
          <Skeleton lines={5} />
        )}
      </section>
    </div>
  );
}

/** The hours of one's users and how long one can wait: filled in as usual for the scene, to be put right. */
function NeedForm({ need, onChange }: { need: SceneNeed; onChange: (need: SceneNeed) => void }) {
  const { t } = useTranslation('plan', { keyPrefix: 'need' });
  const [given = '', until = ''] = need.window.split('-');
  const [from, setFrom] = useState(given);
  const [to, setTo] = useState(until);
  useEffect(() => {
    setFrom(given);
    setTo(until);
  }, [given, until]);
  const isWrong = !CLOCK.test(from) || from === '24:00' || !CLOCK.test(to);
  function commit(nextFrom: string, nextTo: string): void {
    if (CLOCK.test(nextFrom) && nextFrom !== '24:00' && CLOCK.test(nextTo))
      onChange({ ...need, window: `${nextFrom}-${nextTo}` });
  }
  return (
    <fieldset className={styles.need}>
      <legend className={styles.heading}>{t('title')}</legend>
      <div>
        <p className={styles.label} aria-hidden>
          {t('days')}
        </p>
        <SegmentedControl<SceneNeed['days']>
          label={t('days')}
          value={need.days}
          options={(['workdays', 'every_day'] as const).map((value) => ({ value, label: t(`day.${value}`) }))}
          onChange={(days) => onChange({ ...need, days })}
        />
      </div>
      <div className={styles.window}>
        <TextField
          label={t('from')}
          inputMode="numeric"
          maxLength={5}
          value={from}
          error={isWrong ? t('clock') : null}
          onChange={(event) => {
            setFrom(event.target.value);
            commit(event.target.value, to);
          }}
        />
        <TextField
          label={t('to')}
          inputMode="numeric"
          maxLength={5}
          value={to}
          onChange={(event) => {
            setTo(event.target.value);
            commit(from, event.target.value);
          }}
        />
      </div>
      <TimeZonePicker
        label={t('timeZone')}
        value={need.timeZone}
        onChange={(timeZone) => onChange({ ...need, timeZone })}
      />
      <Select<Wait>
        label={t('wait')}
        value={need.wait}
        options={WAITS.map((value) => ({ value, label: t(`waits.${value}`) }))}
        onChange={(wait) => onChange({ ...need, wait })}
      />
    </fieldset>
  );
}
