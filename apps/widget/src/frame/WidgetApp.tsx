import { ApiError } from '@alongside/client';
import { LOCALES, type Locale } from '@alongside/contracts';
import { ClientProvider, ErrorState, keep, Spinner, useLocale, useStore, useTheme } from '@alongside/ui';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { applyBrandColour } from './brand-colour.ts';
import type { HostLink } from './host-link.ts';
import { whoIs } from './identity.ts';
import { PanelHeader } from './PanelHeader.tsx';
import { rememberPlace } from './place.ts';
import { Scenes } from './Scenes.tsx';
import { forgetSession, openSession, type Session } from './session.ts';
import { SEEN } from './use-news.ts';
import styles from './WidgetApp.module.css';

const RETRY_MS = 8_000;

/** The widget's frame: follows the host page's wishes, holds the visitor's session. */
export function WidgetApp({ link }: { link: HostLink }) {
  const { t } = useTranslation('widget');
  const host = useStore(link);
  const { locale, setLocale } = useLocale();
  const { setTheme } = useTheme();
  const [session, setSession] = useState<Session | null>(null);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [forgotten, setForgotten] = useState(false);
  const localeNow = useRef<Locale>(locale);
  localeNow.current = locale;

  useFollowHost(host?.locale ?? null, host?.theme ?? 'system', host?.color ?? null, setLocale, setTheme);

  const identity = host?.identity ?? null;
  const identityNow = useRef(identity);
  identityNow.current = identity;
  const who = whoIs(identity);
  /** The proof that opened no session for whom it names: the next one may. */
  const [refused, setRefused] = useState<string | null>(null);
  // Only another person is another session: a proof renewed in the middle of a call must not end it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt opens anew; the language travels with each request
  useEffect(() => {
    if (forgotten) return;
    let isCurrent = true;
    let opened: Session | null = null;
    const shown = identityNow.current;
    openSession({
      identity: shown,
      locale: localeNow.current,
      currentLocale: () => localeNow.current,
      onIdentityRejected(message) {
        if (isCurrent) setRefused(shown);
        link.send({ type: 'event', name: 'identity-rejected', detail: { message } });
      },
    }).then(
      (made) => {
        opened = made;
        if (!isCurrent) return made.client.close();
        setProblem(null);
        setSession(made);
      },
      (thrown: unknown) => {
        if (!isCurrent || !(thrown instanceof ApiError)) return;
        setProblem(thrown);
        setRefused(shown);
      },
    );
    return () => {
      isCurrent = false;
      opened?.client.close();
      setSession(null);
    };
  }, [who, attempt, forgotten, link]);

  useEffect(() => {
    if (refused === null || refused === identity) return;
    setRefused(null);
    setAttempt((count) => count + 1);
  }, [identity, refused]);

  const retry = useCallback(() => setAttempt((count) => count + 1), []);
  useEffect(() => {
    if (!problem?.retry) return;
    const timer = setTimeout(retry, problem.retryAfterMs ?? RETRY_MS);
    window.addEventListener('online', retry);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('online', retry);
    };
  }, [problem, retry]);

  useEffect(
    () =>
      link.onForget(() => {
        forgetSession();
        rememberPlace({ at: 'home' });
        keep(SEEN, null, 'browser');
        setForgotten(true);
        link.send({ type: 'forgotten' });
      }),
    [link],
  );

  if (session && host && !forgotten) {
    return (
      <ClientProvider client={session.client}>
        <Scenes key={session.me.id} link={link} host={host} session={session} onSignInAgain={retry} />
      </ClientProvider>
    );
  }
  return (
    <div className={styles.frame}>
      <PanelHeader title={t('title')} onClose={link.framed ? () => link.send({ type: 'close' }) : undefined} />
      <main className={styles.centre}>
        {problem ? (
          <ErrorState message={problem.message} onRetry={problem.retry ? retry : undefined} />
        ) : (
          <Spinner size={28} label={t('loading')} />
        )}
      </main>
    </div>
  );
}

function useFollowHost(
  wanted: string | null,
  theme: 'system' | 'light' | 'dark',
  color: string | null,
  setLocale: (locale: Locale) => void,
  setTheme: (theme: 'system' | 'light' | 'dark') => void,
): void {
  const setters = useRef({ setLocale, setTheme });
  setters.current = { setLocale, setTheme };
  useEffect(() => {
    const known = LOCALES.find((candidate) => candidate === wanted);
    if (known) setters.current.setLocale(known);
  }, [wanted]);
  useEffect(() => setters.current.setTheme(theme), [theme]);
  useEffect(() => applyBrandColour(document.documentElement, color), [color]);
}
