import { archivePlan, listPlans, type Plan, setDefaultPlan } from '@alongside/contracts';
import { Badge, Button, useToast } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import { useChange } from '../data/queries.ts';
import styles from './PlanEditor.module.css';

/** Who is under a plan, and whether it is everybody's or put away. */
export function PlanUse({ plan, readOnly }: { plan: Plan; readOnly: boolean }) {
  const { t } = useTranslation('plans', { keyPrefix: 'use' });
  const toast = useToast();
  const archive = useChange(archivePlan, [listPlans]);
  const setDefault = useChange(setDefaultPlan, [listPlans]);
  const params = { id: plan.id };
  const onError = (error: { message: string }) => toast.show({ tone: 'error', message: error.message });
  return (
    <div className={styles.use}>
      <p className={styles.useText}>
        {plan.isDefault ? <Badge tone="accent">{t('default')}</Badge> : null}
        {plan.archived ? <Badge>{t('archived')}</Badge> : null}
        <span>{t('contracts', { count: plan.contractCount })}</span>
      </p>
      {readOnly || plan.isDefault ? null : (
        <>
          <Button
            size="sm"
            busy={setDefault.isPending}
            onClick={() => setDefault.mutate({ params, body: {} }, { onError })}
          >
            {t('makeDefault')}
          </Button>
          <Button
            size="sm"
            busy={archive.isPending}
            onClick={() => archive.mutate({ params, body: { archived: !plan.archived } }, { onError })}
          >
            {t(plan.archived ? 'takeOut' : 'putAway')}
          </Button>
        </>
      )}
    </div>
  );
}
