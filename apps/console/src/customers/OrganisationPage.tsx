import { listContacts, listOrganisations } from '@alongside/contracts';
import { Avatar, Button, ErrorState, MoreTickets, Skeleton, useInbox, usePersonName } from '@alongside/ui';
import { Link, useParams } from '@tanstack/react-router';
import { Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { type CursorPage, CursorPages } from '../desk/CursorPages.tsx';
import { Page } from '../desk/Page.tsx';
import rows from '../desk/Rows.module.css';
import { ContractSection } from '../plans/ContractSection.tsx';
import { OrganisationStatements } from '../reports/OrganisationStatements.tsx';
import { useSession } from '../session/session.ts';
import { ContactDialog } from './ContactDialog.tsx';
import styles from './CustomerFacts.module.css';
import { OrganisationDialog } from './OrganisationDialog.tsx';
import { TicketRows } from './TicketRows.tsx';

/** One customer company: its people and its tickets. */
export function OrganisationPage() {
  const { t } = useTranslation('console');
  const { me } = useSession();
  const { organisationId = '' } = useParams({ strict: false });
  const [dialog, setDialog] = useState<'person' | 'edit' | null>(null);
  const organisations = useRoute(listOrganisations, { query: {} });
  const inbox = useInbox({ view: 'all', organisationId });
  const organisation = organisations.data?.organisations.find((each) => each.id === organisationId);
  if (organisations.isLoadingError) {
    return (
      <Page title={t('customers.organisation')} back="customers">
        <ErrorState message={organisations.error.message} onRetry={() => void organisations.refetch()} />
      </Page>
    );
  }
  return (
    <Page
      back="customers"
      title={organisation?.name ?? <Skeleton height="1.5rem" width="14rem" />}
      lead={organisation?.domains.join(', ')}
      actions={
        <>
          {me.role !== 'engineer' && organisation ? (
            <Button icon={<Pencil size={15} aria-hidden />} onClick={() => setDialog('edit')}>
              {t('customers.edit')}
            </Button>
          ) : null}
          <Button variant="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setDialog('person')}>
            {t('customers.addPerson')}
          </Button>
        </>
      }
    >
      <ContractSection organisationId={organisationId} heading={styles.heading ?? ''} />
      <OrganisationStatements organisationId={organisationId} heading={styles.heading ?? ''} />
      <section>
        <h2 className={styles.heading}>{t('customers.people')}</h2>
        <CursorPages of={organisationId} page={(page) => <PeoplePart organisationId={organisationId} {...page} />} />
      </section>
      <section>
        <h2 className={styles.heading}>{t('customers.tickets')}</h2>
        {inbox?.snapshot.status === 'ready' ? (
          <>
            <TicketRows tickets={inbox.snapshot.tickets} />
            <MoreTickets
              className={rows.more}
              quiet
              inbox={inbox.snapshot}
              label={t('list.more')}
              onMore={() => void inbox.store.loadMore()}
            />
          </>
        ) : (
          <Skeleton lines={4} height="2.25rem" width="100%" />
        )}
      </section>
      <ContactDialog open={dialog === 'person'} organisationId={organisationId} onClose={() => setDialog(null)} />
      <OrganisationDialog
        open={dialog === 'edit'}
        organisation={organisation ?? null}
        onClose={() => setDialog(null)}
      />
    </Page>
  );
}

function PeoplePart({ organisationId, before, more }: { organisationId: string } & CursorPage) {
  const { t } = useTranslation('console');
  const nameOf = usePersonName();
  const found = useRoute(listContacts, { query: { organisationId, ...(before === undefined ? {} : { before }) } });
  if (found.isPending) return <Skeleton lines={3} height="2.25rem" width="100%" />;
  if (found.isLoadingError)
    return <ErrorState compact message={found.error.message} onRetry={() => void found.refetch()} />;
  const { contacts, next } = found.data;
  return (
    <>
      <ul className={rows.rows}>
        {contacts.map((contact) => (
          <li key={contact.id}>
            <Link to="/customers/people/$contactId" params={{ contactId: contact.id }} className={rows.row}>
              <Avatar id={contact.id} name={contact.name} size={32} />
              <span className={rows.main}>
                <span className={rows.name}>{nameOf(contact.name)}</span>
                <span className={rows.sub}>{contact.email ?? t('customers.noEmail')}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {more(next)}
    </>
  );
}
