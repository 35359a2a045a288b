import { type ApiError, type TicketStore, toApiError } from '@alongside/client';
import { handTicketBack } from '@alongside/contracts';
import { Button, Dialog, IconButton, TextArea, useLocale, useToast } from '@alongside/ui';
import { CornerUpLeft } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';

const REASON_MAX_LENGTH = 500;

/** Gives back a ticket that is one's own and should be another's, with the reason. @param compact a picture only */
export function HandBack({ store, compact = false }: { store: TicketStore; compact?: boolean }) {
  const { t } = useTranslation('routing');
  const [open, setOpen] = useState(false);
  const icon = <CornerUpLeft size={14} aria-hidden />;
  return (
    <>
      {compact ? (
        <IconButton
          size="sm"
          label={t('handBack.open')}
          icon={icon}
          onClick={() => setOpen(true)}
          aria-haspopup="dialog"
        />
      ) : (
        <Button size="sm" variant="quiet" icon={icon} onClick={() => setOpen(true)} aria-haspopup="dialog">
          {t('handBack.open')}
        </Button>
      )}
      {open ? <HandBackDialog store={store} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function HandBackDialog({ store, onClose }: { store: TicketStore; onClose: () => void }) {
  const { t } = useTranslation('routing');
  const { locale } = useLocale();
  const toast = useToast();
  const formId = useId();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);

  async function submit(): Promise<void> {
    if (reason.trim() === '' || busy) return;
    setBusy(true);
    setError(null);
    try {
      await store.change(handTicketBack, { reason: reason.trim() });
      const next = store.getSnapshot().view?.ticket.assignee;
      toast.show({
        tone: 'success',
        message: next ? t('handBack.wentTo', { name: next.name }) : t('handBack.wentToQueue'),
      });
      onClose();
    } catch (thrown) {
      setError(toApiError(thrown, locale));
      setBusy(false);
    }
  }

  return (
    <Dialog
      open
      onClose={onClose}
      size="sm"
      title={t('handBack.title')}
      description={t('handBack.lead')}
      actions={
        <>
          <Button onClick={onClose}>{t('ui:dialog.cancel')}</Button>
          <Button type="submit" form={formId} variant="primary" busy={busy} disabled={reason.trim() === ''}>
            {t('handBack.submit')}
          </Button>
        </>
      }
    >
      <Form id={formId} error={formError(error, ['reason'])} onSubmit={() => void submit()}>
        <TextArea
          label={t('handBack.reason')}
          hint={t('handBack.reasonHint')}
          rows={3}
          maxLength={REASON_MAX_LENGTH}
          required
          value={reason}
          error={fieldError(error, 'reason')}
          onChange={(event) => setReason(event.target.value)}
        />
      </Form>
    </Dialog>
  );
}
