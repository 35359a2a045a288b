import { listContacts, listOrganisations } from '@alongside/contracts';
import {
  Avatar,
  Badge,
  Button,
  EmptyState,
  ErrorState,
  RelativeTime,
  Skeleton,
  Switch,
  Tabs,
  TextField,
  usePersonName,
} from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { Building2, Plus, Search } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { type CursorPage, CursorPages } from '../desk/CursorPages.tsx';
import { Page } from '../desk/Page.tsx';
import rows from '../desk/Rows.module.css';
import { useSession } from '../session/session.ts';
import { ContactDialog } from './ContactDialog.tsx';
import { OrganisationDialog } from './OrganisationDialog.tsx';

/** Everybody one works for: people and their organisations. */
export function CustomersPage() {
  const { t } = useTranslation('console');
  const { me } = useSession();
  const [tab, setTab] = useState<'people' | 'organisations'>('people');
  const [text, setText] = useState('');
  const [creating, setCreating] = useState<'person' | 'organisation' | null>(null);
  const search = useDeferredValue(text.trim());
  // Organisations are a lead's matter; the server has the last word.
  const mayAddOrganisation = me.role !== 'engineer';
  return (
    <Page
      title={t('rail.customers')}
      lead={t('customers.lead')}
      actions={
        <>
          {mayAddOrganisation ? (
            <Button icon={<Building2 size={16} aria-hidden />} onClick={() => setCreating('organisation')}>
              {t('customers.addOrganisation')}
            </Button>
          ) : null}
          <Button variant="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setCreating('person')}>
            {t('customers.addPerson')}
          </Button>
        </>
      }
    >
      <TextField
        label={t('customers.search')}
        hideLabel
        type="search"
        icon={<Search size={15} aria-hidden />}
        placeholder={t('customers.search')}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Tabs
        label={t('rail.customers')}
        value={tab}
        onChange={setTab}
        tabs={[
          { value: 'people', label: t('customers.people'), panel: <People search={search} /> },
          { value: 'organisations', label: t('customers.organisations'), panel: <Organisations search={search} /> },
        ]}
      />
      <ContactDialog open={creating === 'person'} onClose={() => setCreating(null)} />
      <OrganisationDialog open={creating === 'organisation'} organisation={null} onClose={() => setCreating(null)} />
    </Page>
  );
}

function People({ search }: { search: string }) {
  const { t } = useTranslation('console');
  const [withVisitors, setWithVisitors] = useState(false);
  return (
    <div className={rows.panel}>
      <Switch label={t('customers.withVisitors')} checked={withVisitors} onChange={setWithVisitors} />
      <div className={rows.panel}>
        <CursorPages
          of={`${withVisitors} ${search}`}
          page={(page) => <PeoplePart search={search} withVisitors={withVisitors} {...page} />}
        />
      </div>
    </div>
  );
}

function PeoplePart({ search, withVisitors, before, more }: { search: string; withVisitors: boolean } & CursorPage) {
  const nameOf = usePersonName();
  const { t } = useTranslation('console');
  const found = useRoute(
    listContacts,
    {
      query: {
        ...(search === '' ? {} : { search }),
        ...(before === undefined ? {} : { before }),
        anonymous: withVisitors ? 'include' : 'exclude',
      },
    },
    { keepPrevious: true },
  );
  if (found.isPending) return <Skeleton lines={6} height="2.25rem" width="100%" />;
  if (found.isError) return <ErrorState compact message={found.error.message} onRetry={() => void found.refetch()} />;
  const { contacts, next } = found.data;
  if (contacts.length === 0 && before === undefined) {
    return (
      <EmptyState
        picture={search === '' ? 'people' : 'search'}
        title={t(search === '' ? 'customers.noPeople' : 'empty.search.title')}
      >
        {search === '' ? t('customers.noPeopleHint') : t('empty.search.text', { text: search })}
      </EmptyState>
    );
  }
  return (
    <>
      <ul className={rows.rows}>
        {contacts.map((contact) => (
          <li key={contact.id}>
            <Link to="/customers/people/$contactId" params={{ contactId: contact.id }} className={rows.row}>
              <Avatar id={contact.id} name={contact.name} size={32} anonymous={contact.anonymous} />
              <span className={rows.main}>
                <span className={rows.name}>{nameOf(contact.name)}</span>
                <span className={rows.sub}>{contact.email ?? t('customers.noEmail')}</span>
              </span>
              {contact.anonymous ? <Badge>{t('customer.anonymous')}</Badge> : null}
              <span className={rows.side}>{contact.organisation?.name ?? <RelativeTime at={contact.createdAt} />}</span>
            </Link>
          </li>
        ))}
      </ul>
      {more(next)}
    </>
  );
}

function Organisations({ search }: { search: string }) {
  const { t } = useTranslation('console');
  const found = useRoute(listOrganisations, { query: search === '' ? {} : { search } }, { keepPrevious: true });
  if (found.isPending) return <Skeleton lines={6} height="2.25rem" width="100%" />;
  if (found.isError) return <ErrorState compact message={found.error.message} onRetry={() => void found.refetch()} />;
  const { organisations } = found.data;
  if (organisations.length === 0) {
    return (
      <EmptyState
        picture={search === '' ? 'people' : 'search'}
        title={t(search === '' ? 'customers.noOrganisations' : 'empty.search.title')}
      >
        {search === '' ? t('customers.noOrganisationsHint') : t('empty.search.text', { text: search })}
      </EmptyState>
    );
  }
  return (
    <div className={rows.panel}>
      <ul className={rows.rows}>
        {organisations.map((organisation) => (
          <li key={organisation.id}>
            <Link
              to="/customers/organisations/$organisationId"
              params={{ organisationId: organisation.id }}
              className={rows.row}
            >
              <Avatar id={organisation.id} name={organisation.name} kind="staff" size={32} />
              <span className={rows.main}>
                <span className={rows.name}>{organisation.name}</span>
                <span className={rows.sub}>{organisation.domains.join(', ') || t('customers.noDomains')}</span>
              </span>
              <span className={rows.side}>{t('customers.count', { count: organisation.contactCount })}</span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
