import { type ApiError, toApiError } from '@alongside/client';
import { type Me, redeemSignInLink, signInStaff, type Workspace } from '@alongside/contracts';
import { Button, Spinner, TextField, useLocale } from '@alongside/ui';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../data/api.ts';
import { fieldError, formError } from '../data/queries.ts';
import { Form } from './Form.tsx';
import styles from './SignInPage.module.css';
import { Threshold } from './Threshold.tsx';

/** Signing in by e-mail and password, or by the link printed at start (`#t=…`). */
export function SignInPage({ workspace, onDone }: { workspace: Workspace; onDone: (me: Me) => void }) {
  const { t } = useTranslation('console');
  const { locale } = useLocale();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get('t'));
  const [redeeming, setRedeeming] = useState(token !== null);
  const hasRedeemed = useRef(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a link works once
  useEffect(() => {
    if (token === null || hasRedeemed.current) return;
    hasRedeemed.current = true;
    // Out of the address and the history before anything else: whoever looks over the shoulder must not copy it.
    history.replaceState(null, '', '/console/');
    void enter(() => api.call(redeemSignInLink, { body: { token } })).finally(() => setRedeeming(false));
  }, []);

  async function enter(signIn: () => Promise<{ me: Me }>): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const { me } = await signIn();
      if (location.pathname.startsWith('/console/sign-in')) history.replaceState(null, '', '/console/');
      onDone(me);
    } catch (thrown) {
      setError(toApiError(thrown, locale));
      setBusy(false);
    }
  }

  if (redeeming && !error) {
    return (
      <Threshold title={t('signIn.title')} lead={t('signIn.redeeming')}>
        <Spinner size={28} label={t('signIn.redeeming')} />
      </Threshold>
    );
  }
  return (
    <Threshold title={t('signIn.title')} lead={t('signIn.lead', { workspace: workspace.name })}>
      <Form
        error={formError(error, ['email', 'password'])}
        onSubmit={() => void enter(() => api.call(signInStaff, { body: { email, password } }))}
      >
        <TextField
          label={t('field.email')}
          type="email"
          autoComplete="username"
          autoFocus
          required
          value={email}
          error={fieldError(error, 'email')}
          onChange={(event) => setEmail(event.target.value)}
        />
        <TextField
          label={t('field.password')}
          type="password"
          autoComplete="current-password"
          required
          value={password}
          error={fieldError(error, 'password')}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button type="submit" variant="primary" size="lg" busy={busy} disabled={email === '' || password === ''}>
          {t('signIn.submit')}
        </Button>
      </Form>
      {workspace.demo ? <p className={styles.demo}>{t('signIn.demo')}</p> : null}
    </Threshold>
  );
}
