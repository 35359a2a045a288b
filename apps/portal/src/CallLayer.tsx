import { isInCall, ownCallId } from '@alongside/client';
import {
  CallPreview,
  CallStage,
  CallTimer,
  Composer,
  type ComposerHandle,
  IconButton,
  IncomingCalls,
  TimelineView,
  useClient,
  useSelected,
  useTicket,
} from '@alongside/ui';
import { useNavigate } from '@tanstack/react-router';
import { Maximize2, Minimize2, PhoneOff } from 'lucide-react';
import { type ReactNode, useCallback, useDeferredValue, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './CallLayer.module.css';
import { ChatTakenContext } from './portal-context.ts';

/** The call over the portal's pages: ringing, preview, the stage over everything, or small at the edge. */
export function CallLayer({ children }: { children: ReactNode }) {
  const { t } = useTranslation('portal');
  const { call, feed } = useClient();
  // See CallStage in CallScreens.tsx: the page under it changes with it.
  const phase = useDeferredValue(useSelected(call, (now) => now.phase));
  const ticketId = useSelected(call, (now) => now.ticketId);
  const liveSince = useSelected(call, (now) => now.liveSince);
  const navigate = useNavigate();
  const [small, setSmall] = useState(false);
  const isIn = isInCall(phase);
  const isShown = isIn || phase === 'ended' || phase === 'failed';
  useEffect(() => {
    if (!isIn) setSmall(false);
  }, [isIn]);
  const head = ticketId ? feed.head(ticketId) : null;
  const toRequest = (id: string) => void navigate({ to: '/tickets/$id', params: { id } });
  return (
    <>
      <div className={styles.pages} inert={isShown && !small}>
        <ChatTakenContext value={isShown && !small}>{children}</ChatTakenContext>
      </div>
      {isShown && !small ? (
        <div className={styles.stage}>
          <CallStage
            call={call}
            callee={null}
            title={
              <span className={styles.title}>
                {isIn ? (
                  <IconButton
                    label={t('call.minimise')}
                    icon={<Minimize2 size={18} aria-hidden />}
                    onClick={() => setSmall(true)}
                  />
                ) : null}
                {head?.subject}
              </span>
            }
            chat={ticketId ? <CallChat ticketId={ticketId} /> : undefined}
          />
        </div>
      ) : null}
      {isIn && small ? (
        <section className={styles.bar} aria-label={t('call.live')}>
          <span className={styles.barTexts}>
            <strong>{t('call.live')}</strong> {liveSince === null ? null : <CallTimer sinceMs={liveSince} />}
          </span>
          <IconButton
            variant="secondary"
            label={t('call.restore')}
            icon={<Maximize2 size={18} aria-hidden />}
            onClick={() => setSmall(false)}
          />
          <IconButton
            variant="danger"
            label={t('call.leave')}
            icon={<PhoneOff size={18} aria-hidden />}
            onClick={() => void call.leave()}
          />
        </section>
      ) : null}
      <IncomingCalls onAccepted={toRequest} onOpenTicket={toRequest} />
      <CallPreview call={call} />
    </>
  );
}

/** The conversation beside the pictures. */
function CallChat({ ticketId }: { ticketId: string }) {
  const { t } = useTranslation('portal');
  const ownCall = useSelected(useClient().call, ownCallId);
  const opened = useTicket(ticketId);
  const composer = useRef<ComposerHandle>(null);
  const store = opened?.store;
  const seen = useCallback(() => store?.markRead(), [store]);
  if (!opened?.snapshot.view || !store) return null;
  return (
    <div className={styles.chat}>
      <TimelineView
        ticket={opened.snapshot}
        reader="customer"
        ownCallId={ownCall}
        onSeen={seen}
        onDiscarded={(message) => composer.current?.restore(message)}
      />
      <div className={styles.compose}>
        <Composer
          ref={composer}
          draftKey={ticketId}
          placeholder={t('ticket.placeholder')}
          onTyping={() => store.typing()}
          onSend={({ body, files }) => store.send({ body, files })}
        />
      </div>
    </div>
  );
}
