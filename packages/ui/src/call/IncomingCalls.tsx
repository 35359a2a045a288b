import { useEffect } from 'react';
import { useClient, useSelected, useStore } from '../app/ClientProvider.tsx';
import { loadCallScreens } from './CallScreens.tsx';
import { IncomingCall } from './IncomingCall.tsx';
import styles from './IncomingCalls.module.css';

export type IncomingCallsProps = {
  /** Called when one was accepted, to bring its call before the person's eyes. */
  onAccepted: (ticketId: string, callId: string) => void;
  onOpenTicket?: (ticketId: string) => void;
  /** `inline` stands in the flow (a small frame); otherwise the cards float at the page's edge. */
  placement?: 'floating' | 'inline';
};

/** All calls that ring here now. Put once per app. */
export function IncomingCalls({ onAccepted, onOpenTicket, placement = 'floating' }: IncomingCallsProps) {
  const client = useClient();
  const ringing = useStore(client.feed.ringing);
  const ownCallId = useSelected(client.call, ({ callId }) => callId);
  const rings = ringing.filter((ring) => ring.call.id !== ownCallId);
  const isRinging = rings.length > 0;
  // What is shown once it is answered.
  useEffect(() => {
    if (isRinging) loadCallScreens().catch(() => {});
  }, [isRinging]);
  if (!isRinging) return null;
  return (
    <div className={styles[placement]}>
      {rings.map((ring) => (
        <IncomingCall
          key={ring.call.id}
          ring={ring}
          forCustomer={client.me.role === 'customer'}
          onAccept={(media) => {
            void client.call.join(ring.ticket.id, ring.call.id, media);
            onAccepted(ring.ticket.id, ring.call.id);
          }}
          // Should the server not hear of it, the call counts as missed in a moment; here it is quiet at once.
          onDecline={() => void client.call.decline(ring.call.id).catch(() => {})}
          onOpen={onOpenTicket && (() => onOpenTicket(ring.ticket.id))}
        />
      ))}
    </div>
  );
}
