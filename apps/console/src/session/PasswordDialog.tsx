import { changeMyPassword, PASSWORD_MIN_LENGTH } from '@alongside/contracts';
import { Button, Dialog, Switch, TextField, useToast } from '@alongside/ui';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange } from '../data/queries.ts';
import { Form } from './Form.tsx';
import { useSession } from './session.ts';

const FIELDS = ['current', 'next'] as const;
const EMPTY = { current: '', next: '' };

/** Changes one's own password; one's other sessions end with it. */
export function PasswordDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('console');
  const { me } = useSession();
  const toast = useToast();
  const formId = useId();
  const change = useChange(changeMyPassword);
  const [values, setValues] = useState(EMPTY);
  const [shown, setShown] = useState(false);

  function close(): void {
    // What was typed here is kept nowhere, not even for the next time.
    setValues(EMPTY);
    setShown(false);
    change.reset();
    onClose();
  }

  const field = (name: (typeof FIELDS)[number]) => ({
    type: shown ? 'text' : 'password',
    required: true,
    autoCapitalize: 'none',
    spellCheck: false,
    value: values[name],
    error: fieldError(change.error, name),
    onChange: (event: { target: { value: string } }) => setValues({ ...values, [name]: event.target.value }),
  });
  return (
    <Dialog
      open={open}
      onClose={close}
      size="sm"
      title={t('password.title')}
      description={t('password.lead')}
      actions={
        <>
          <Button onClick={close}>{t('ui:dialog.cancel')}</Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            busy={change.isPending}
            disabled={values.current === '' || values.next === ''}
          >
            {t('password.submit')}
          </Button>
        </>
      }
    >
      <Form
        id={formId}
        error={formError(change.error, FIELDS)}
        onSubmit={() =>
          change.mutate(
            { body: values },
            {
              onSuccess: () => {
                close();
                toast.show({ tone: 'success', message: t('password.done') });
              },
            },
          )
        }
      >
        {/* Whose password it is, for those who keep it for us. */}
        <input type="email" autoComplete="username" value={me.email ?? ''} readOnly hidden />
        <TextField label={t('password.current')} autoComplete="current-password" {...field('current')} />
        <TextField
          label={t('password.next')}
          hint={t('field.passwordHint', { count: PASSWORD_MIN_LENGTH })}
          autoComplete="new-password"
          {...field('next')}
        />
        <Switch label={t('password.show')} checked={shown} onChange={setShown} />
      </Form>
    </Dialog>
  );
}
