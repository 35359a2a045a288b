import { newId } from '@alongside/client';
import { createOrganisation, listOrganisations, type Organisation, updateOrganisation } from '@alongside/contracts';
import { Button, Dialog, TextField, useOpening } from '@alongside/ui';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';

/** Adds an organisation, or changes one. */
export function OrganisationDialog({
  open,
  organisation,
  onClose,
}: {
  open: boolean;
  organisation: Organisation | null;
  onClose: () => void;
}) {
  const { t } = useTranslation('console');
  const formId = useId();
  const [id, setId] = useState(newId);
  const [name, setName] = useState('');
  const [domains, setDomains] = useState('');
  const create = useChange(createOrganisation, [listOrganisations]);
  const update = useChange(updateOrganisation, [listOrganisations]);
  const error = create.error ?? update.error;
  useOpening(open, () => {
    setId(newId());
    setName(organisation?.name ?? '');
    setDomains(organisation?.domains.join(', ') ?? '');
    create.reset();
    update.reset();
  });

  function submit(): void {
    const list = domains
      .split(/[\s,，;；]+/)
      .map((domain) => domain.replace(/^@/, '').trim())
      .filter((domain) => domain !== '');
    const body = { name, domains: list };
    if (organisation) update.mutate({ params: { id: organisation.id }, body }, { onSuccess: onClose });
    else create.mutate({ body: { id, ...body } }, { onSuccess: onClose });
  }

  return (
    <Dialog
      open={open}
      onClose={onClose}
      size="sm"
      title={t(organisation ? 'customers.editOrganisation' : 'customers.addOrganisation')}
      actions={
        <>
          <Button onClick={onClose}>{t('ui:dialog.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} busy={create.isPending || update.isPending}>
            {t(organisation ? 'settings.save' : 'customers.add')}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={submit} error={formError(error, ['name', 'domains'])}>
        <TextField
          label={t('field.name')}
          value={name}
          error={fieldError(error, 'name')}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={t('customers.domains')}
          hint={t('customers.domainsHint')}
          placeholder="example.com, example.cn"
          value={domains}
          error={fieldError(error, 'domains')}
          onChange={(event) => setDomains(event.target.value)}
        />
      </Form>
    </Dialog>
  );
}
