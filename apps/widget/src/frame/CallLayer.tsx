import { isInCall } from '@alongside/client';
import { CallPreview, CallStage, IncomingCalls, keep, readKept, useClient, useSelected, useStore } from '@alongside/ui';
import { type ReactNode, useEffect, useRef } from 'react';
import type { HostState } from '../protocol.ts';
import { CallBar } from './CallBar.tsx';
import styles from './CallLayer.module.css';
import type { HostLink } from './host-link.ts';

/** The card of a ringing call takes this much of the host page until it has been measured, px. */
const RING_HEIGHT_PX = 236;
const CALL_BAR_HEIGHT_PX = 80;
/** The call that has been given its size in this tab. */
const SIZED = 'alongside.widget.sized-call';
/** Until then a page that has just loaded knows of its call, ms. */
const STALE_BAR_MS = 5_000;

export type CallLayerProps = {
  link: HostLink;
  host: HostState;
  onOpenTicket: (ticketId: string) => void;
  /** Checks devices and network, for a conversation. */
  onCheck: (ticketId: string | null) => void;
  children: ReactNode;
};

/** The call over the widget's scenes: ringing, preview, stage; and how much of the host page it takes. */
export function CallLayer({ link, host, onOpenTicket, onCheck, children }: CallLayerProps) {
  const { call, feed } = useClient();
  const phase = useSelected(call, (now) => now.phase);
  const ticketId = useSelected(call, (now) => now.ticketId);
  const callId = useSelected(call, (now) => now.callId);
  const rings = useStore(feed.ringing).filter((ring) => ring.call.id !== callId);
  const isIn = isInCall(phase);
  const isShown = isIn || phase === 'ended' || phase === 'failed';
  const isRinging = rings.length > 0;
  const isBar = host.mode === 'bar';

  const before = useRef({ isIn: false, isShown: false, isRinging: false, wasVisible: false });
  useEffect(() => {
    const past = before.current;
    before.current = { isIn, isShown, isRinging, wasVisible: isRinging ? past.wasVisible : host.visible };
    if (isIn && !past.isIn) {
      link.send({ type: 'event', name: 'call', detail: { active: true } });
      // Back after a reload: in the size it had, which the host page remembers.
      if (readKept(SIZED, 'tab') !== callId) link.send({ type: 'mode', mode: host.full ? 'panel' : 'stage' });
      keep(SIZED, callId, 'tab');
    } else if (!isIn && past.isIn) {
      link.send({ type: 'event', name: 'call', detail: { active: false } });
      // The small card has no room for how it ended; the conversation tells it too.
      if (isBar) call.dismiss();
    }
    if (!isShown && past.isShown) link.send(isBar ? { type: 'close' } : { type: 'mode', mode: 'panel' });
    // A hidden widget comes forward as a card only, and goes again when nobody answered.
    if (isRinging && !past.isRinging && !host.visible) {
      link.send({ type: 'mode', mode: 'bar', barHeight: RING_HEIGHT_PX });
    } else if (!isRinging && past.isRinging && !past.wasVisible && !isShown) {
      link.send({ type: 'close' });
    }
  }, [isIn, isShown, isRinging, isBar, callId, host.full, host.visible, link, call]);

  // Small for a call that ended while the page was away: there is nothing to show in that size.
  const isStale = isBar && host.visible && !isShown && !isRinging;
  useEffect(() => {
    if (!isStale) return;
    const timer = setTimeout(() => link.send({ type: 'close' }), STALE_BAR_MS);
    return () => clearTimeout(timer);
  }, [isStale, link]);

  // The card is as high as its words in this language need.
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = card.current;
    if (!isRinging || !isBar || !element) return;
    const observer = new ResizeObserver(() =>
      link.send({ type: 'mode', mode: 'bar', barHeight: Math.ceil(element.getBoundingClientRect().height) }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [isRinging, isBar, link]);

  const incoming = isRinging ? (
    <div className={styles.incoming} ref={card}>
      <IncomingCalls placement="inline" onAccepted={onOpenTicket} />
    </div>
  ) : null;
  const isSmall = isBar && (isIn || isRinging);
  return (
    <div
      className={styles.layer}
      data-layout={isShown && !isSmall ? (host.mode === 'stage' ? 'beside' : 'above') : 'none'}
    >
      {incoming}
      {isSmall && isIn && !isRinging ? (
        <CallBar
          title={ticketId ? (feed.head(ticketId)?.subject ?? '') : ''}
          onRestore={() => link.send({ type: 'mode', mode: host.full ? 'panel' : 'stage' })}
        />
      ) : null}
      {isShown && !isSmall ? (
        <div className={styles.stage}>
          <CallStage call={call} title={ticketId ? (feed.head(ticketId)?.subject ?? '') : ''} callee={null} />
        </div>
      ) : null}
      <div className={styles.scenes} hidden={isSmall}>
        {children}
      </div>
      <CallPreview
        call={call}
        onCheck={() => {
          call.closePreview();
          onCheck(ticketId);
        }}
      />
    </div>
  );
}

/** What the card of a running call needs of the host page. */
export const CALL_BAR: { type: 'mode'; mode: 'bar'; barHeight: number } = {
  type: 'mode',
  mode: 'bar',
  barHeight: CALL_BAR_HEIGHT_PX,
};
