import { ApiError, type Client, createApi, createClient } from '@alongside/client';
import { getSession, type Locale, type Me, signOut, type Workspace } from '@alongside/contracts';
import { ApiProvider, ClientProvider, ErrorState, Spinner, useLocale, useTheme } from '@alongside/ui';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readCheckAddress } from './check/check-address.ts';
import styles from './PortalApp.module.css';
import { type Portal, PortalContext } from './portal-context.ts';
import { createPortalRouter } from './router.tsx';
import { SignIn } from './SignIn.tsx';

/** Open to everybody, and large: loaded by whoever goes there. */
const DiagnosePage = lazy(async () => ({ default: (await import('./diagnose/DiagnosePage.tsx')).DiagnosePage }));
const isDiagnose = location.pathname.startsWith('/portal/diagnose');
const CheckPage = lazy(async () => ({ default: (await import('./check/CheckPage.tsx')).CheckPage }));
const checkAddress = readCheckAddress(location);

/** The customers' site: finds out who is there, then shows the sign-in or their requests. */
export function PortalApp() {
  const { t } = useTranslation('portal');
  const { locale, setLocale } = useLocale();
  const { setTheme } = useTheme();
  const localeNow = useRef<Locale>(locale);
  localeNow.current = locale;
  const api = useMemo(() => createApi({ baseUrl: '', side: 'customer', locale: () => localeNow.current }), []);
  const [workspace, setWorkspace] = useState<Workspace | null>(null);
  const [me, setMe] = useState<Me | null>(null);
  const [client, setClient] = useState<Client | null>(null);
  const [problem, setProblem] = useState<ApiError | null>(null);

  const load = useCallback(async () => {
    setProblem(null);
    try {
      const session = await api.call(getSession, {});
      setWorkspace(session.workspace);
      setMe(session.me);
    } catch (thrown) {
      if (thrown instanceof ApiError) setProblem(thrown);
    }
  }, [api]);
  useEffect(() => void load(), [load]);
  useEffect(() => {
    if (workspace) document.title = workspace.name;
  }, [workspace]);

  // A person's own choice counts on every device they sign in at.
  const setters = useRef({ setLocale, setTheme });
  setters.current = { setLocale, setTheme };
  const personId = me?.id ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when another person came; afterwards they choose here
  useEffect(() => {
    if (!me) return;
    setters.current.setLocale(me.locale);
    setters.current.setTheme(me.theme);
  }, [personId]);

  const uploadMaxBytes = workspace?.uploadMaxBytes ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of name needs no new connection
  useEffect(() => {
    if (!me) return;
    const made = createClient({ api, me, uploadMaxBytes });
    setClient(made);
    return () => {
      setClient(null);
      made.close();
    };
  }, [api, personId, uploadMaxBytes]);

  const leave = useCallback(async () => {
    try {
      await api.call(signOut, { body: {} });
    } catch (thrown) {
      // The session lives on: whoever is shown the sign-in now would leave it to the next person at this machine.
      if (thrown instanceof ApiError && thrown.code !== 'unauthenticated') return setProblem(thrown);
    }
    setMe(null);
  }, [api]);

  const portal = useMemo<Portal | null>(
    () => (workspace && me ? { workspace, me, setMe, signOut: leave, reload: load } : null),
    [workspace, me, leave, load],
  );

  if (problem) {
    return (
      <main className={styles.centre}>
        <ErrorState titleAs="h1" message={problem.message} onRetry={() => void load()} />
      </main>
    );
  }
  if (workspace && isDiagnose) {
    return (
      <Suspense fallback={null}>
        <ApiProvider api={api}>
          <DiagnosePage workspace={workspace} />
        </ApiProvider>
      </Suspense>
    );
  }
  if (workspace && checkAddress) {
    return (
      <Suspense fallback={null}>
        <CheckPage api={api} workspace={workspace} me={me} address={checkAddress} />
      </Suspense>
    );
  }
  if (!workspace || (me && !client)) {
    return (
      <main className={styles.centre}>
        <Spinner size={28} label={t('loading')} />
      </main>
    );
  }
  if (!portal || !client) return <SignIn api={api} workspace={workspace} onSignedIn={setMe} />;
  return (
    <PortalContext value={portal}>
      <ClientProvider client={client}>
        <Pages key={portal.me.id} />
      </ClientProvider>
    </PortalContext>
  );
}

function Pages() {
  const [router] = useState(createPortalRouter);
  return <RouterProvider router={router} />;
}
