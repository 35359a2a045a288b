import { Button, TextField } from '@alongside/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import { useSession } from '../session/session.ts';
import { ActionRow } from './ActionRow.tsx';
import { useSettings } from './use-settings.ts';

/** The workspace's name, as customers see it. */
export function WorkspaceSettings() {
  const { t } = useTranslation('console');
  const { workspace } = useSession();
  const [name, setName] = useState(workspace.name);
  const { save, isSaving, error } = useSettings();
  return (
    <Form onSubmit={() => save({ name })} error={formError(error, ['name'])}>
      <TextField
        label={t('setUp.workspaceName')}
        hint={t('setUp.workspaceHint')}
        value={name}
        error={fieldError(error, 'name')}
        onChange={(event) => setName(event.target.value)}
      />
      <ActionRow>
        <Button
          type="submit"
          variant="primary"
          busy={isSaving}
          disabled={name.trim() === '' || name === workspace.name}
        >
          {t('settings.save')}
        </Button>
      </ActionRow>
    </Form>
  );
}
