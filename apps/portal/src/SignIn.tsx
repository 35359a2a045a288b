import { type Api, ApiError } from '@alongside/client';
import { type Me, redeemSignInLink, requestMagicLink, type Workspace } from '@alongside/contracts';
import { Button, EmptyState, Spinner, TextField, useLocale } from '@alongside/ui';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import open from './OpenPage.module.css';
import { OpenPageTop } from './OpenPage.tsx';
import styles from './SignIn.module.css';
import { signInToken } from './sign-in-token.ts';

export type SignInProps = { api: Api; workspace: Workspace; onSignedIn: (me: Me) => void };

type Step = { at: 'ask' } | { at: 'sent'; email: string } | { at: 'opening' } | { at: 'failed'; message: string };

/** The way in: asks for an address, then redeems the link that came by mail. */
export function SignIn({ api, workspace, onSignedIn }: SignInProps) {
  const { t } = useTranslation('portal');
  const { locale } = useLocale();
  const [token] = useState(() => signInToken(location.hash));
  const [step, setStep] = useState<Step>(token ? { at: 'opening' } : { at: 'ask' });
  const [email, setEmail] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const redeemed = useRef(false);

  useEffect(() => {
    if (!token || redeemed.current) return;
    redeemed.current = true;
    api.call(redeemSignInLink, { body: { token } }).then(
      ({ me }) => {
        // The token is spent; it should not stay in the history either.
        history.replaceState(null, '', '/portal/');
        onSignedIn(me);
      },
      (thrown: unknown) => setStep({ at: 'failed', message: (thrown as Error).message }),
    );
  }, [api, token, onSignedIn]);

  async function ask(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    const address = email.trim();
    try {
      await api.call(requestMagicLink, { body: { email: address, locale } });
      setStep({ at: 'sent', email: address });
    } catch (thrown) {
      if (thrown instanceof ApiError) setProblem(thrown.issues[0]?.message ?? thrown.message);
    } finally {
      setBusy(false);
    }
  }

  function again(): void {
    history.replaceState(null, '', '/portal/sign-in');
    setStep({ at: 'ask' });
  }

  return (
    <div className={open.page}>
      <OpenPageTop workspace={workspace} isLink={false} />
      <main className={styles.main}>{content()}</main>
    </div>
  );

  function content() {
    switch (step.at) {
      case 'opening':
        return (
          <div className={styles.opening}>
            <h1 className={styles.quiet}>{t('signIn.opening')}</h1>
            <Spinner size={28} />
          </div>
        );
      case 'failed':
        return (
          <div className={styles.card} role="alert">
            <h1 className={styles.title}>{t('signIn.failedTitle')}</h1>
            <p className={styles.lead}>{step.message}</p>
            <Button variant="primary" size="lg" wide onClick={again}>
              {t('signIn.again')}
            </Button>
          </div>
        );
      case 'sent':
        return (
          <div className={styles.card} role="status">
            <EmptyState picture="mail" title={t('signIn.sentTitle')} titleAs="h1">
              <p>{t('signIn.sentText', { email: step.email })}</p>
              <p>{t('signIn.sentHint')}</p>
            </EmptyState>
            {workspace.demo ? <p className={styles.demo}>{t('signIn.demo')}</p> : null}
            <Button wide variant="quiet" onClick={again}>
              {t('signIn.another')}
            </Button>
          </div>
        );
      default:
        return (
          <form className={styles.card} onSubmit={(event) => void ask(event)} noValidate>
            <h1 className={styles.title}>{t('signIn.title')}</h1>
            <p className={styles.lead}>{t('signIn.lead')}</p>
            <TextField
              className={styles.field}
              label={t('signIn.email')}
              type="email"
              autoComplete="email"
              inputMode="email"
              autoFocus
              value={email}
              error={problem}
              onChange={(event) => setEmail(event.target.value)}
            />
            <Button type="submit" variant="primary" size="lg" wide busy={busy} disabled={email.trim() === ''}>
              {t('signIn.send')}
            </Button>
          </form>
        );
    }
  }
}
