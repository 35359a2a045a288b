import type { TicketStore } from '@alongside/client';
import { excludeTicket, type TicketHead } from '@alongside/contracts';
import { useToast } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import { DeedDialog } from './DeedDialog.tsx';

export type ExclusionDialogProps = {
  /** Mark as spam, leave out for another reason, or take either back. */
  deed: 'spam' | 'lead' | 'back';
  ticket: TicketHead;
  store: TicketStore;
  onClose: () => void;
};

/** Takes a ticket out of the figures, or puts it back. */
export function ExclusionDialog({ deed, ticket, store, onClose }: ExclusionDialogProps) {
  const { t } = useTranslation('clock');
  const toast = useToast();
  const because = deed === 'back' ? (ticket.excluded === 'lead' ? 'lead' : 'spam') : deed;
  return (
    <DeedDialog
      title={t(`exclusion.${deed}Title`)}
      lead={t(`exclusion.${deed}Lead`)}
      submit={t(`exclusion.${deed}Submit`)}
      danger={deed === 'spam'}
      reason={{
        field: 'note',
        label: t(deed === 'lead' ? 'exclusion.reason' : 'exclusion.note'),
        required: deed === 'lead',
      }}
      onClose={onClose}
      onSubmit={async (note) => {
        await store.change(excludeTicket, { excluded: deed !== 'back', because, note });
        toast.show({ tone: 'success', message: t(`exclusion.${deed}Done`, { number: ticket.number }) });
      }}
    />
  );
}
