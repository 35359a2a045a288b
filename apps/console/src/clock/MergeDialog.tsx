import type { TicketStore } from '@alongside/client';
import { listTickets, mergeTicket, type TicketHead } from '@alongside/contracts';
import { Skeleton, TextField, usePersonName, useToast } from '@alongside/ui';
import { useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import styles from './ClockDialogs.module.css';
import { DeedDialog } from './DeedDialog.tsx';
import { RowChoice } from './RowChoice.tsx';

const SHOWN = 12;

/** Puts a ticket into another one of the same customer or organisation. */
export function MergeDialog({
  ticket,
  store,
  onClose,
}: {
  ticket: TicketHead;
  store: TicketStore;
  onClose: () => void;
}) {
  const { t } = useTranslation('clock');
  const nameOf = usePersonName();
  const toast = useToast();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [into, setInto] = useState<TicketHead | null>(null);
  const search = useDeferredValue(text.trim());
  const whose = ticket.organisation ? { organisationId: ticket.organisation.id } : { contactId: ticket.contact.id };
  const found = useRoute(
    listTickets,
    { query: { view: 'all', ...whose, ...(search === '' ? {} : { search }) } },
    { keepPrevious: true },
  );
  const goals = (found.data?.tickets ?? [])
    .filter(({ id, state }) => id !== ticket.id && state !== 'closed')
    .slice(0, SHOWN);

  return (
    <DeedDialog
      title={t('merge.title')}
      lead={t('merge.lead', { number: ticket.number })}
      submit={t('merge.submit')}
      danger
      ready={into !== null}
      fields={['intoId']}
      onClose={onClose}
      onSubmit={async () => {
        await store.change(mergeTicket, { intoId: into!.id });
        toast.show({ tone: 'success', message: t('merge.done', { number: ticket.number, into: into!.number }) });
        await navigate({ to: '/views/$view/$number', params: { view: 'all', number: String(into!.number) } });
      }}
    >
      {(error) => (
        <>
          <TextField
            label={t('merge.search')}
            hideLabel
            type="search"
            icon={<Search size={15} aria-hidden />}
            placeholder={t('merge.search')}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setInto(null);
            }}
          />
          {found.isPending ? (
            <Skeleton lines={3} />
          ) : goals.length === 0 ? (
            <p className={styles.none}>{t(search === '' ? 'merge.none' : 'merge.noneFound')}</p>
          ) : (
            <RowChoice
              label={t('merge.choose')}
              value={into?.id ?? null}
              error={error('intoId')}
              options={goals.map((goal) => ({
                value: goal.id,
                label: `#${goal.number} ${goal.subject}`,
                about: `${nameOf(goal.contact.name)} · ${goal.priority} · ${t(`ui:state.${goal.state}`)}`,
              }))}
              onChange={(id) => setInto(goals.find((goal) => goal.id === id) ?? null)}
            />
          )}
        </>
      )}
    </DeedDialog>
  );
}
