import { type Client, createClient, toApiError } from '@alongside/client';
import { getSession, type Me, type Workspace } from '@alongside/contracts';
import { ClientProvider, ErrorState, LogoMark, Spinner, useLocale, useTheme } from '@alongside/ui';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './App.module.css';
import { api } from './data/api.ts';
import { queries } from './data/queries.ts';
import { router } from './router.tsx';
import { SetUpPage } from './session/SetUpPage.tsx';
import { SignInPage } from './session/SignInPage.tsx';
import { type Session, SessionContext } from './session/session.ts';

type Known = { workspace: Workspace; me: Me | null };

/** Decides which of the three faces is due: the first run, signing in, or the desk. */
export function App() {
  const { locale, setLocale } = useLocale();
  const { setTheme } = useTheme();
  const [known, setKnown] = useState<Known | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const refresh = useCallback(async () => {
    setProblem(null);
    try {
      setKnown(await api.call(getSession, {}));
    } catch (thrown) {
      setProblem(toApiError(thrown, locale).message);
    }
  }, [locale]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once; a change of language needs no new session
  useEffect(() => {
    void refresh();
  }, []);

  const enter = useCallback(
    (me: Me) => {
      setLocale(me.locale);
      setTheme(me.theme);
      void refresh();
    },
    [refresh, setLocale, setTheme],
  );

  const update = useCallback<Session['update']>(
    (part) => setKnown((current) => (current ? { ...current, ...part } : current)),
    [],
  );

  if (!known) return <Starting problem={problem} onRetry={() => void refresh()} />;
  if (known.workspace.needsSetup) return <SetUpPage onDone={enter} />;
  // A customer's session in the same browser opens no desk.
  if (!known.me || known.me.role === 'customer') return <SignInPage workspace={known.workspace} onDone={enter} />;
  return <SignedIn key={known.me.id} workspace={known.workspace} me={known.me} update={update} refresh={refresh} />;
}

function SignedIn({ workspace, me, update, refresh }: Session) {
  const [client, setClient] = useState<Client | null>(null);
  const { uploadMaxBytes } = workspace;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another name or language of the same person needs no new client
  useEffect(() => {
    const made = createClient({ api, me, uploadMaxBytes });
    setClient(made);
    return () => {
      setClient(null);
      made.close();
    };
  }, [me.id, uploadMaxBytes]);
  // What one person was shown is not the next one's to see. At their end alone: pages that stay would not be told anew.
  useEffect(() => () => queries.clear(), []);
  const session = useMemo(() => ({ workspace, me, update, refresh }), [workspace, me, update, refresh]);
  if (!client) return <Starting problem={null} onRetry={() => {}} />;
  return (
    <SessionContext value={session}>
      <QueryClientProvider client={queries}>
        <ClientProvider client={client}>
          <RouterProvider router={router} />
        </ClientProvider>
      </QueryClientProvider>
    </SessionContext>
  );
}

function Starting({ problem, onRetry }: { problem: string | null; onRetry: () => void }) {
  const { t } = useTranslation('console');
  return (
    <main className={styles.starting}>
      {problem ? (
        <ErrorState message={problem} onRetry={onRetry} />
      ) : (
        <>
          <h1 className={styles.hidden}>Alongside</h1>
          <LogoMark size={44} />
          <Spinner size={22} label={t('app.starting')} />
        </>
      )}
    </main>
  );
}
