import type { TicketHead } from '@alongside/contracts';
import { CallBanner, CallOverBar, CallStage, useClient, usePersonName, useStore } from '@alongside/ui';
import type { ReactNode } from 'react';
import { type OwnCall, useOwnCall } from '../desk/own-call.ts';
import styles from './CallArea.module.css';

/** Whether one's own call belongs to this ticket and needs the room: while one is in it, or cannot get in. */
export function needsStage(own: OwnCall | null, ticketId: string | null): boolean {
  return own !== null && own.ticketId === ticketId && (own.isIn || own.isFailed);
}

export type CallAreaProps = {
  ticket: TicketHead;
  onStage: boolean;
  onJoin?: (callId: string) => void;
  chat: { open: boolean; unread: number; onToggle: () => void };
  /** How the call goes for everybody in it; on the stage. */
  health?: ReactNode;
};

/** The call of this ticket: the stage while one is in it, the way in while it goes on without one. */
export function CallArea({ ticket, onStage, onJoin, chat, health }: CallAreaProps) {
  const { call, connection } = useClient();
  const { clockOffsetMs } = useStore(connection);
  const nameOf = usePersonName();
  const own = useOwnCall();
  if (onStage) {
    return (
      <div className={styles.stage}>
        <CallStage
          call={call}
          title={`#${ticket.number} ${ticket.subject}`}
          callee={nameOf(ticket.contact.name)}
          chatBeside={chat}
          unreadCount={chat.unread}
          health={health}
          canEnd
        />
      </div>
    );
  }
  if (own?.ticketId === ticket.id && !own.isIn && !own.isFailed) {
    return (
      <div className={styles.banner}>
        <CallOverBar call={call} />
      </div>
    );
  }
  const active = ticket.activeCall;
  // A call that rings us has its own card with its own buttons.
  if (active === null || onJoin === undefined || (active.state === 'ringing' && active.rings === 'staff')) return null;
  return (
    <div className={styles.banner}>
      <CallBanner call={active} clockOffsetMs={clockOffsetMs} onJoin={() => onJoin(active.id)} />
    </div>
  );
}
