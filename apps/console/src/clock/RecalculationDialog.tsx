import type { TicketStore } from '@alongside/client';
import { recalculateTicket, type TicketHead } from '@alongside/contracts';
import { useToast } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import { ClockPreview } from './ClockPreview.tsx';
import { DeedDialog } from './DeedDialog.tsx';

/** Has a ticket's past judged anew by the calendars as they are now, on record. */
export function RecalculationDialog({
  ticket,
  store,
  onClose,
}: {
  ticket: TicketHead;
  store: TicketStore;
  onClose: () => void;
}) {
  const { t } = useTranslation('clock');
  const toast = useToast();
  return (
    <DeedDialog
      title={t('recalculation.title')}
      lead={t('recalculation.lead')}
      submit={t('recalculation.submit')}
      reason={{ field: 'reason', label: t('form.reason'), required: true }}
      onClose={onClose}
      onSubmit={async (reason) => {
        await store.change(recalculateTicket, { reason });
        toast.show({ tone: 'success', message: t('recalculation.done', { number: ticket.number }) });
      }}
    >
      {() => <ClockPreview ticket={ticket} change={{ change: 'recalculation' }} />}
    </DeedDialog>
  );
}
