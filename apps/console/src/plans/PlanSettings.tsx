import { listCalendars, listPlans, type Plan, PRIORITIES } from '@alongside/contracts';
import { Badge, Button, durationWords, EmptyState, ErrorState, Skeleton, useLocale } from '@alongside/ui';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Plus, ScrollText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import rows from '../desk/Rows.module.css';
import { isAdministrator, useSession } from '../session/session.ts';
import { NEW_ITEM } from './new-item.ts';
import { PlanEditor } from './PlanEditor.tsx';
import styles from './PlanSettings.module.css';

/** What the team sells: all plans, or one to edit. */
export function PlanSettings() {
  const { t } = useTranslation('plans', { keyPrefix: 'planList' });
  const { me } = useSession();
  const navigate = useNavigate();
  const { item } = useParams({ strict: false });
  const plans = useRoute(listPlans, {});
  const calendars = useRoute(listCalendars, {});
  const error = plans.data && calendars.data ? null : (plans.error ?? calendars.error);
  if (error) return <ErrorState compact message={error.message} onRetry={() => void plans.refetch()} />;
  if (!plans.data || !calendars.data) return <Skeleton lines={5} height="3rem" width="100%" />;
  const shared = { plans: plans.data.plans, calendars: calendars.data.calendars };
  if (item === NEW_ITEM) return <PlanEditor key={NEW_ITEM} plan={null} {...shared} />;
  if (item !== undefined) {
    const plan = shared.plans.find(({ id }) => id === item);
    return plan ? (
      <PlanEditor key={plan.id} plan={plan} {...shared} />
    ) : (
      <EmptyState picture="search" title={t('gone')} />
    );
  }
  return (
    <>
      <ul className={rows.rows}>
        {shared.plans.map((plan) => (
          <li key={plan.id}>
            <PlanRow plan={plan} />
          </li>
        ))}
      </ul>
      {isAdministrator(me) ? (
        <div>
          <Button
            icon={<Plus size={16} aria-hidden />}
            onClick={() =>
              void navigate({ to: '/settings/$section/$item', params: { section: 'plans', item: NEW_ITEM } })
            }
          >
            {t('add')}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function PlanRow({ plan }: { plan: Plan }) {
  const { t } = useTranslation('plans', { keyPrefix: 'planList' });
  const { locale } = useLocale();
  const { content } = plan.current;
  return (
    <Link to="/settings/$section/$item" params={{ section: 'plans', item: plan.id }} className={rows.row}>
      <ScrollText size={18} aria-hidden />
      <span className={rows.main}>
        <span className={styles.name}>
          <span className={rows.name}>{content.name[locale]}</span>
          {plan.isDefault ? <Badge tone="accent">{t('default')}</Badge> : null}
          {plan.archived ? <Badge>{t('archived')}</Badge> : null}
          {content.offered || plan.archived ? null : <Badge>{t('notOffered')}</Badge>}
        </span>
        <span className={styles.times}>
          {PRIORITIES.map((priority) => {
            const ms = content.priorities[priority].targetsMs.first_response;
            return ms === undefined ? null : (
              <span key={priority}>
                {priority} {durationWords(ms, locale, { days: false })}
              </span>
            );
          })}
          {PRIORITIES.every((priority) => content.priorities[priority].targetsMs.first_response === undefined)
            ? t('noPromise')
            : null}
        </span>
      </span>
      <span className={rows.side}>{t('contracts', { count: plan.contractCount })}</span>
    </Link>
  );
}
