import { newId } from '@alongside/client';
import { type MessageEntry, splitTicket, type TicketView } from '@alongside/contracts';
import { dueWords, useLocale, useNow, usePersonName, useToast } from '@alongside/ui';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../data/api.ts';
import styles from './ClockDialogs.module.css';
import { DeedDialog } from './DeedDialog.tsx';
import { RowChoice } from './RowChoice.tsx';

/** Makes a ticket of its own of a customer's message and what followed it. */
export function SplitDialog({ ticketView, onClose }: { ticketView: TicketView; onClose: () => void }) {
  const { t } = useTranslation('clock');
  const { locale } = useLocale();
  const nowMs = useNow();
  const nameOf = usePersonName();
  const toast = useToast();
  const navigate = useNavigate();
  // Made once: sending twice after a cut splits once.
  const [id] = useState(newId);
  const [messageId, setMessageId] = useState<string | null>(null);
  const said = ticketView.entries.filter(
    (entry): entry is MessageEntry => entry.kind === 'message' && entry.visibility === 'public',
  );
  // The message the ticket was opened with is what it is about.
  const theirs = said
    .slice(1)
    .filter(({ by }) => by.kind === 'customer')
    .toReversed();

  return (
    <DeedDialog
      title={t('split.title')}
      lead={t('split.lead')}
      submit={t('split.submit')}
      ready={messageId !== null}
      fields={['messageId']}
      onClose={onClose}
      onSubmit={async () => {
        const params = { id: ticketView.ticket.id };
        const { number } = await api.call(splitTicket, { params, body: { id, messageId: messageId! } });
        toast.show({ tone: 'success', message: t('split.done', { number }) });
        await navigate({ to: '/views/$view/$number', params: { view: 'all', number: String(number) } });
      }}
    >
      {(error) =>
        theirs.length === 0 ? (
          <p className={styles.none}>{t('split.none')}</p>
        ) : (
          <RowChoice
            label={t('split.choose')}
            value={messageId}
            error={error('messageId')}
            options={theirs.map((entry) => ({
              value: entry.id,
              label: entry.body.trim() || t('split.files', { count: entry.files.length }),
              about: `${nameOf(entry.by.name)} · ${dueWords(Date.parse(entry.at), nowMs, locale)}`,
            }))}
            onChange={setMessageId}
          />
        )
      }
    </DeedDialog>
  );
}
