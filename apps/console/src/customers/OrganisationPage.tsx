import { listContacts, listOrganisations } from '@alongside/contracts';
import { Avatar, Button, ErrorState, Skeleton, useInbox, usePersonName } from '@alongside/ui';
import { Link, useParams } from '@tanstack/react-router';
import { Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
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
  const nameOf = usePersonName();
  const { me } = useSession();
  const { organisationId = '' } = useParams({ strict: false });
  const [dialog, setDialog] = useState<'person' | 'edit' | null>(null);
  const organisations = useRoute(listOrganisations, { query: {} });
  const people = useRoute(listContacts, { query: { organisationId } });
  const inbox = useInbox({ view: 'all', organisationId });
  const organisation = organisations.data?.organisations.find((each) => each.id === organisationId);
  const error = organisations.error ?? people.error;
  if (error) {
    return (
      <Page title={t('customers.organisation')} back="customers">
        <ErrorState message={error.message} onRetry={() => void organisations.refetch()} />
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
        {people.data ? (
          <ul className={rows.rows}>
            {people.data.contacts.map((contact) => (
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
        ) : (
          <Skeleton lines={3} height="2.25rem" width="100%" />
        )}
      </section>
      <section>
        <h2 className={styles.heading}>{t('customers.tickets')}</h2>
        {inbox?.snapshot.status === 'ready' ? (
          <TicketRows tickets={inbox.snapshot.tickets} />
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
