import { createIdentityKey, type IdentityKey, listIdentityKeys, listOrganisations } from '@alongside/contracts';
import { Button, Select, TextField } from '@alongside/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange, useRoute } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import { ActionRow } from './ActionRow.tsx';
import { ChoiceCards } from './ChoiceCards.tsx';
import styles from './NewIdentityKey.module.css';

type Whom = 'everybody' | 'organisation';

/** Makes a signing key. For whom it vouches is chosen, never assumed: too much in the wrong hands signs for everybody. */
export function NewIdentityKey({ onMade }: { onMade: (made: { key: IdentityKey; secret: string }) => void }) {
  const { t } = useTranslation('console');
  const create = useChange(createIdentityKey, [listIdentityKeys]);
  const organisations = useRoute(listOrganisations, { query: {} });
  const [name, setName] = useState('');
  const [whom, setWhom] = useState<Whom | null>(null);
  const [organisationId, setOrganisationId] = useState<string | null>(null);
  const choices = organisations.data?.organisations ?? [];
  const isChosen = whom === 'everybody' || (whom === 'organisation' && organisationId !== null);

  function make(): void {
    create.mutate(
      { body: { name, organisationId: whom === 'organisation' ? organisationId : null } },
      {
        onSuccess: (reply) => {
          onMade(reply);
          setName('');
          setWhom(null);
          setOrganisationId(null);
        },
      },
    );
  }

  return (
    <Form error={formError(create.error, ['name'])} onSubmit={() => (isChosen ? make() : undefined)}>
      <TextField
        label={t('settings.identity.name')}
        hint={t('settings.identity.nameHint')}
        value={name}
        error={fieldError(create.error, 'name')}
        onChange={(event) => setName(event.target.value)}
      />
      <ChoiceCards<Whom>
        label={t('settings.identity.whom')}
        value={whom}
        onChange={setWhom}
        options={(['everybody', 'organisation'] as const).map((value) => ({
          value,
          label: t(`settings.identity.whoms.${value}`),
          hint: t(`settings.identity.whoms.${value}Hint`),
        }))}
      />
      {whom === 'organisation' ? (
        <div className={styles.organisation}>
          <Select
            label={t('customers.organisation')}
            placeholder={t('settings.identity.choose')}
            value={organisationId}
            options={choices.map((each) => ({ value: each.id, label: each.name }))}
            disabled={choices.length === 0}
            onChange={setOrganisationId}
          />
          <p className={styles.hint}>
            {organisations.isSuccess && choices.length === 0
              ? t('settings.identity.noOrganisations')
              : t('settings.identity.domainsHint')}
          </p>
        </div>
      ) : null}
      <ActionRow>
        <Button type="submit" variant="primary" busy={create.isPending} disabled={name.trim() === '' || !isChosen}>
          {t('settings.identity.create')}
        </Button>
      </ActionRow>
    </Form>
  );
}
