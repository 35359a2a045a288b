import { type ApiError, toApiError } from '@alongside/client';
import { type Me, PASSWORD_MIN_LENGTH, setUpWorkspace } from '@alongside/contracts';
import { Button, TextField, useLocale } from '@alongside/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../data/api.ts';
import { fieldError, formError } from '../data/queries.ts';
import { Form } from './Form.tsx';
import { Threshold } from './Threshold.tsx';

const FIELDS = ['workspaceName', 'name', 'email', 'password'] as const;

/** The first run: names the workspace and makes its first administrator. */
export function SetUpPage({ onDone }: { onDone: (me: Me) => void }) {
  const { t } = useTranslation('console');
  const { locale } = useLocale();
  const [values, setValues] = useState({ workspaceName: '', name: '', email: '', password: '' });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);

  async function submit(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const { me } = await api.call(setUpWorkspace, { body: { ...values, locale } });
      onDone(me);
    } catch (thrown) {
      setError(toApiError(thrown, locale));
      setBusy(false);
    }
  }

  const field = (name: (typeof FIELDS)[number]) => ({
    value: values[name],
    error: fieldError(error, name),
    onChange: (event: { target: { value: string } }) => setValues({ ...values, [name]: event.target.value }),
  });
  return (
    <Threshold title={t('setUp.title')} lead={t('setUp.lead')}>
      <Form onSubmit={() => void submit()} error={formError(error, FIELDS)}>
        <TextField
          label={t('setUp.workspaceName')}
          hint={t('setUp.workspaceHint')}
          autoComplete="organization"
          autoFocus
          {...field('workspaceName')}
        />
        <TextField label={t('field.yourName')} autoComplete="name" {...field('name')} />
        <TextField label={t('field.email')} type="email" autoComplete="username" {...field('email')} />
        <TextField
          label={t('field.password')}
          type="password"
          autoComplete="new-password"
          hint={t('field.passwordHint', { count: PASSWORD_MIN_LENGTH })}
          {...field('password')}
        />
        <Button type="submit" variant="primary" size="lg" busy={busy}>
          {t('setUp.submit')}
        </Button>
      </Form>
    </Threshold>
  );
}
