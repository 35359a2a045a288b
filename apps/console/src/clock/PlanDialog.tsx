import type { TicketStore } from '@alongside/client';
import { listPlans, setTicketPlan, type TicketHead } from '@alongside/contracts';
import { Select, Skeleton, useLocale, useToast } from '@alongside/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { ClockPreview } from './ClockPreview.tsx';
import { DeedDialog } from './DeedDialog.tsx';

const NOTHING = 'nothing';

/** Has a ticket judged by another plan from now on. */
export function PlanDialog({
  ticket,
  store,
  onClose,
}: {
  ticket: TicketHead;
  store: TicketStore;
  onClose: () => void;
}) {
  const { t } = useTranslation('clock');
  const { locale } = useLocale();
  const toast = useToast();
  const [chosen, setChosen] = useState<string | null>(null);
  const plans = useRoute(listPlans, {}).data?.plans.filter(({ archived }) => !archived);
  const planId = chosen === NOTHING ? null : chosen;
  return (
    <DeedDialog
      title={t('plan.title')}
      lead={t('plan.lead')}
      submit={t('plan.submit')}
      ready={chosen !== null}
      reason={{ field: 'reason', label: t('form.reason'), required: true }}
      fields={['planId']}
      onClose={onClose}
      onSubmit={async (reason) => {
        await store.change(setTicketPlan, { planId, reason });
        toast.show({ tone: 'success', message: t('plan.done', { number: ticket.number }) });
      }}
    >
      {() =>
        plans ? (
          <>
            <Select
              label={t('plan.choose')}
              value={chosen}
              options={[
                ...plans.map(({ id, current }) => ({ value: id, label: current.content.name[locale] })),
                { value: NOTHING, label: t('plan.nothing') },
              ]}
              onChange={setChosen}
            />
            {chosen === null ? null : (
              <ClockPreview ticket={ticket} change={{ change: 'plan', ...(planId === null ? {} : { planId }) }} />
            )}
          </>
        ) : (
          <Skeleton lines={2} />
        )
      }
    </DeedDialog>
  );
}
