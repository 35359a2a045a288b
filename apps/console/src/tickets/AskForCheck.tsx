import { newId, toApiError } from '@alongside/client';
import { askForCheck } from '@alongside/contracts';
import { IconButton, useClient, useLocale, useToast } from '@alongside/ui';
import { Stethoscope } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

export type AskForCheckProps = {
  ticketId: string;
  /** The customer's language: what is inserted is for them. */
  answerIn: string;
  onInsert: (text: string) => void;
};

/** Puts a link into the reply by which the customer runs a pre-call check whose result stands in this ticket. */
export function AskForCheck({ ticketId, answerIn, onInsert }: AskForCheckProps) {
  const { t, i18n } = useTranslation('ui');
  const { locale } = useLocale();
  const { api } = useClient();
  const toast = useToast();
  const [busy, setBusy] = useState(false);

  async function ask(): Promise<void> {
    setBusy(true);
    try {
      const body = { id: newId() };
      const reply = await api.call(askForCheck, { params: { id: ticketId }, body });
      onInsert(
        i18n.getFixedT(answerIn, 'ui')('check.askText', { url: reply.ask.url, interpolation: { escapeValue: false } }),
      );
    } catch (thrown) {
      toast.show({ tone: 'error', message: toApiError(thrown, locale).message });
    } finally {
      setBusy(false);
    }
  }

  return (
    <IconButton
      label={t('check.ask')}
      icon={<Stethoscope size={18} aria-hidden />}
      aria-busy={busy || undefined}
      onClick={() => (busy ? undefined : void ask())}
    />
  );
}
