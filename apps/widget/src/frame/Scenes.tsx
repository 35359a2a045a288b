import { isInCall } from '@alongside/client';
import { attachCheck } from '@alongside/contracts';
import {
  aboutTopic,
  ConnectionBar,
  isHostInUse,
  REQUEST_DRAFT,
  RequestForm,
  useClient,
  useInbox,
  useSelected,
  useToast,
} from '@alongside/ui';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostState } from '../protocol.ts';
import { CALL_BAR, CallLayer } from './CallLayer.tsx';
import { Conversation } from './Conversation.tsx';
import { describedDraft } from './described.ts';
import { Home } from './Home.tsx';
import type { HostLink } from './host-link.ts';
import { mayTakeKeys } from './keys.ts';
import { PanelHeader } from './PanelHeader.tsx';
import { type Place, recallPlace, rememberPlace } from './place.ts';
import styles from './Scenes.module.css';
import type { Session } from './session.ts';
import { useNews } from './use-news.ts';
import { announceWatched, relayWatching } from './watch-relay.ts';

/** Large, and for few: loaded by whoever goes there. */
const CheckScene = lazy(async () => ({ default: (await import('./CheckScene.tsx')).CheckScene }));

export type ScenesProps = {
  link: HostLink;
  host: HostState;
  session: Session;
  onSignInAgain: () => void;
};

/** The widget with a visitor in it: home, a new request, a conversation; and over all of them the call. */
export function Scenes({ link, host, session, onSignInAgain }: ScenesProps) {
  const { t } = useTranslation('widget');
  const toast = useToast();
  const { api, me, call, drafts } = useClient();
  const inbox = useInbox({ view: 'all' });
  const [place, setPlace] = useState<Place>(recallPlace);
  const [formKey, setFormKey] = useState(0);
  const inCall = useSelected(call, ({ phase }) => isInCall(phase));
  const { topics } = session.workspace;
  const root = useRef<HTMLDivElement>(null);

  const ready = inbox?.snapshot.status === 'ready' ? inbox.snapshot : null;
  const tickets = ready?.tickets ?? null;
  const isLooking = host.visible && host.mode !== 'bar' && place.at === 'ticket';
  const news = useNews(tickets, isLooking ? place.ticketId : null);

  const go = useCallback((next: Place) => {
    rememberPlace(next);
    setPlace(next);
  }, []);

  useEffect(() => link.send({ type: 'unread', count: news.size }), [link, news.size]);
  useEffect(() => relayWatching(link, api), [link, api]);
  const hasTickets = (tickets?.length ?? 0) > 0;
  useEffect(() => {
    if (hasTickets) link.send({ type: 'returning' });
  }, [link, hasTickets]);
  useEffect(() => {
    // The host page may have moved on without a reload; what is shown to be sent must be where one is.
    if (place.at === 'new') link.send({ type: 'facts' });
  }, [link, place.at]);

  useEffect(() => {
    async function take(): Promise<void> {
      const request = link.takeRequest();
      if (!request) return;
      if (request.description) {
        const before = await drafts.get(REQUEST_DRAFT).catch(() => null);
        drafts.set(REQUEST_DRAFT, describedDraft(before, request.description));
      }
      if (request.topic) aboutTopic(me.id, request.topic, topics);
      setFormKey((key) => key + 1);
      go({ at: 'new' });
    }
    void take();
    return link.onRequest(() => void take());
  }, [link, me.id, drafts, topics, go]);

  const close = useCallback(() => {
    // A call is never hidden without a trace: it shrinks.
    if (inCall) link.send(CALL_BAR);
    else link.send({ type: 'close' });
  }, [inCall, link]);

  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      // Asked before anything inside reacts: an open list or dialog takes the key for itself.
      const hasPopup = document.querySelector('[role="dialog"], [role="alertdialog"], [role="listbox"], [role="menu"]');
      // 229 is how Safari reports the key that ends a composition, after `isComposing` is already false.
      const isComposing = event.isComposing || event.keyCode === 229;
      if (event.key === 'Escape' && !hasPopup && !isComposing) close();
    }
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [close]);

  // Opened or moved: the keyboard and the screen reader begin at the top. Touch screens keep their keyboard down.
  const where = place.at === 'ticket' ? place.ticketId : place.at;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the place is what moves the focus
  useEffect(() => {
    if (!mayTakeKeys(host, isHostInUse()) || root.current?.querySelector('textarea:focus')) return;
    const isTouch = matchMedia('(pointer: coarse)').matches;
    const target = isTouch ? null : root.current?.querySelector<HTMLElement>('textarea');
    (target ?? root.current?.querySelector<HTMLElement>('[data-heading]'))?.focus({ preventScroll: true });
  }, [where, host.visible, host.entered]);

  /** The result of a check that the new request takes along. */
  const found = useRef<string | null>(null);
  async function attach(id: string, ticketId: string): Promise<void> {
    found.current = null;
    await api
      .call(attachCheck, { params: { id }, body: { ticketId } })
      .catch((thrown: Error) => toast.show({ tone: 'error', message: thrown.message }));
  }
  async function send(id: string, ticketId: string | null): Promise<void> {
    if (ticketId === null) {
      found.current = id;
      go({ at: 'new' });
      return;
    }
    await attach(id, ticketId);
    go({ at: 'ticket', ticketId });
  }
  function back(): void {
    found.current = null;
    go(place.at === 'check' && place.ticketId !== null ? { at: 'ticket', ticketId: place.ticketId } : { at: 'home' });
  }

  const onClose = link.framed ? close : undefined;
  const canGrow = link.framed && inCall && !host.full;
  const sizes = {
    onMinimise: link.framed && inCall ? () => link.send(CALL_BAR) : undefined,
    onEnlarge: canGrow && host.mode === 'panel' ? () => link.send({ type: 'mode', mode: 'stage' }) : undefined,
    onShrink: canGrow && host.mode === 'stage' ? () => link.send({ type: 'mode', mode: 'panel' }) : undefined,
  };
  return (
    <CallLayer
      link={link}
      host={host}
      onOpenTicket={(ticketId) => go({ at: 'ticket', ticketId })}
      onCheck={(ticketId) => go({ at: 'check', ticketId })}
    >
      <div className={styles.frame} ref={root}>
        {place.at === 'ticket' ? (
          <Conversation
            key={place.ticketId}
            ticketId={place.ticketId}
            me={session.me}
            topics={topics}
            onBack={() => go({ at: 'home' })}
            sizes={sizes}
            onClose={inCall ? undefined : onClose}
            onBegin={() => go({ at: 'new' })}
            onCheck={() => go({ at: 'check', ticketId: place.ticketId })}
          >
            <ConnectionBar onSignInAgain={onSignInAgain} signInAgain={t('beginAgain')} />
          </Conversation>
        ) : (
          <>
            <PanelHeader
              title={place.at === 'new' ? t('newTitle') : session.workspace.name}
              onBack={place.at === 'home' ? undefined : back}
              {...sizes}
              onClose={inCall ? undefined : onClose}
            />
            <ConnectionBar onSignInAgain={onSignInAgain} signInAgain={t('beginAgain')} />
            <main className={place.at === 'new' ? styles.form : styles.scroll}>
              {place.at === 'new' ? (
                <RequestForm
                  key={formKey}
                  topics={topics}
                  channel="widget"
                  layout="panel"
                  host={
                    link.framed
                      ? {
                          pageUrl: host.facts.pageUrl,
                          pageTitle: host.facts.pageTitle,
                          appVersion: host.facts.appVersion ?? undefined,
                          screen: host.facts.screen,
                          custom: host.facts.custom,
                        }
                      : undefined
                  }
                  watchedCall={
                    host.watched && {
                      sessionId: host.watched.sessionId,
                      label: host.watched.about.label,
                      startedMs: host.watched.startedMs,
                      endedMs: host.watched.endedMs,
                      prepare: () => announceWatched(api, host.watched),
                      release: () => link.send({ type: 'watch-release', sessionId: host.watched?.sessionId ?? '' }),
                    }
                  }
                  onOpened={(ticketId, number) => {
                    if (found.current) void attach(found.current, ticketId);
                    link.send({ type: 'returning' });
                    link.send({ type: 'event', name: 'ticket', detail: { number } });
                    go({ at: 'ticket', ticketId });
                  }}
                />
              ) : place.at === 'check' ? (
                <Suspense fallback={null}>
                  <CheckScene onSend={({ id }) => send(id, place.ticketId)} />
                </Suspense>
              ) : (
                <Home
                  name={session.me.anonymous ? null : session.me.name}
                  tickets={tickets ?? []}
                  news={news}
                  inbox={ready}
                  onMore={() => void inbox?.store.loadMore()}
                  onBegin={() => go({ at: 'new' })}
                  onOpen={(ticketId) => go({ at: 'ticket', ticketId })}
                  onCheck={() => go({ at: 'check', ticketId: null })}
                />
              )}
            </main>
          </>
        )}
      </div>
    </CallLayer>
  );
}
