import { getContact } from '@alongside/contracts';
import { Avatar, Badge, Button, ErrorState, RelativeTime, Skeleton, usePersonName } from '@alongside/ui';
import { Link, useParams } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { useDesk } from '../desk/desk.ts';
import { Page } from '../desk/Page.tsx';
import styles from './CustomerFacts.module.css';
import { TicketRows } from './TicketRows.tsx';

/** One person of a customer, with their tickets. */
export function ContactPage() {
  const { t } = useTranslation('console');
  const nameOf = usePersonName();
  const { contactId = '' } = useParams({ strict: false });
  const { openNewTicket } = useDesk();
  const found = useRoute(getContact, { params: { id: contactId } });
  if (found.isError) {
    return (
      <Page title={t('customers.person')} back="customers">
        <ErrorState message={found.error.message} onRetry={() => void found.refetch()} />
      </Page>
    );
  }
  const contact = found.data?.contact;
  const name = contact && nameOf(contact.name);
  return (
    <Page
      back="customers"
      title={
        contact ? (
          <>
            <Avatar id={contact.id} name={contact.name} size={40} anonymous={contact.anonymous} />
            {name}
          </>
        ) : (
          <Skeleton height="1.5rem" width="14rem" />
        )
      }
      actions={
        contact ? (
          <Button
            variant="primary"
            icon={<Plus size={16} aria-hidden />}
            onClick={() => openNewTicket({ id: contact.id, name: name ?? contact.name })}
          >
            {t('rail.newTicket')}
          </Button>
        ) : null
      }
    >
      {contact ? (
        <dl className={styles.facts}>
          <div>
            <dt>{t('field.email')}</dt>
            <dd>{contact.email ? <a href={`mailto:${contact.email}`}>{contact.email}</a> : t('customers.noEmail')}</dd>
          </div>
          <div>
            <dt>{t('customers.organisation')}</dt>
            <dd>
              {contact.organisation ? (
                <Link
                  to="/customers/organisations/$organisationId"
                  params={{ organisationId: contact.organisation.id }}
                >
                  {contact.organisation.name}
                </Link>
              ) : (
                '—'
              )}
            </dd>
          </div>
          {contact.externalId ? (
            <div>
              <dt>{t('customers.externalId')}</dt>
              <dd>{contact.externalId}</dd>
            </div>
          ) : null}
          <div>
            <dt>{t('customers.since')}</dt>
            <dd>
              <RelativeTime at={contact.createdAt} />{' '}
              {contact.anonymous ? <Badge>{t('customer.anonymous')}</Badge> : null}
            </dd>
          </div>
        </dl>
      ) : (
        <Skeleton lines={2} />
      )}
      <section>
        <h2 className={styles.heading}>{t('customers.tickets')}</h2>
        {found.data ? (
          <TicketRows tickets={found.data.tickets} />
        ) : (
          <Skeleton lines={4} height="2.25rem" width="100%" />
        )}
      </section>
    </Page>
  );
}
