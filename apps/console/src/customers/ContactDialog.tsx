import { newId } from '@alongside/client';
import { createContact, listContacts, listOrganisations } from '@alongside/contracts';
import { Button, Dialog, Select, TextField } from '@alongside/ui';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange, useRoute } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';

const BY_DOMAIN = '';

/** Adds a person of a customer. */
export function ContactDialog({
  open,
  onClose,
  organisationId = BY_DOMAIN,
}: {
  open: boolean;
  onClose: () => void;
  organisationId?: string;
}) {
  const { t } = useTranslation('console');
  const formId = useId();
  const navigate = useNavigate();
  const organisations = useRoute(listOrganisations, { query: {} }, { enabled: open }).data?.organisations ?? [];
  const [id, setId] = useState(newId);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [organisation, setOrganisation] = useState(organisationId);
  const create = useChange(createContact, [listContacts, listOrganisations]);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      size="sm"
      title={t('customers.addPerson')}
      actions={
        <>
          <Button onClick={onClose}>{t('ui:dialog.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} busy={create.isPending}>
            {t('customers.add')}
          </Button>
        </>
      }
    >
      <Form
        id={formId}
        error={formError(create.error, ['name', 'email', 'organisationId'])}
        onSubmit={() =>
          create.mutate(
            { body: { id, name, email, ...(organisation === BY_DOMAIN ? {} : { organisationId: organisation }) } },
            {
              onSuccess: ({ contact }) => {
                setId(newId());
                setName('');
                setEmail('');
                onClose();
                void navigate({ to: '/customers/people/$contactId', params: { contactId: contact.id } });
              },
            },
          )
        }
      >
        <TextField
          label={t('field.name')}
          value={name}
          error={fieldError(create.error, 'name')}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={t('field.email')}
          type="email"
          value={email}
          error={fieldError(create.error, 'email')}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Select
          label={t('customers.organisation')}
          value={organisation}
          options={[
            { value: BY_DOMAIN, label: t('customers.byDomain') },
            ...organisations.map((each) => ({ value: each.id, label: each.name })),
          ]}
          onChange={setOrganisation}
        />
      </Form>
    </Dialog>
  );
}
