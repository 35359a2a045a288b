import type { TicketStore } from '@alongside/client';
import { PRIORITIES, type Priority, setTicketPriority, type TicketHead } from '@alongside/contracts';
import { useTranslation } from 'react-i18next';
import { ClockPreview } from './ClockPreview.tsx';
import { DeedDialog } from './DeedDialog.tsx';

/** Sets the priority of a ticket for which something is promised: shows what moves, and asks why. */
export function PriorityDialog({
  ticket,
  to,
  store,
  onClose,
}: {
  ticket: TicketHead;
  to: Priority;
  store: TicketStore;
  onClose: () => void;
}) {
  const { t } = useTranslation('clock');
  const isLowered = PRIORITIES.indexOf(to) > PRIORITIES.indexOf(ticket.priority);
  return (
    <DeedDialog
      title={t('priority.title', { from: ticket.priority, to })}
      lead={t(isLowered ? 'priority.lowered' : 'priority.raised')}
      submit={t('priority.submit')}
      reason={{ field: 'reason', label: t(isLowered ? 'form.reason' : 'priority.optional'), required: isLowered }}
      onClose={onClose}
      onSubmit={async (reason) => void (await store.change(setTicketPriority, { priority: to, reason }))}
    >
      {() => <ClockPreview ticket={ticket} change={{ change: 'priority', priority: to }} />}
    </DeedDialog>
  );
}
