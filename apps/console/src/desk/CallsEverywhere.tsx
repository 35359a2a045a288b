import { CallBanner, CallPreview, IncomingCalls, useClient, useStore } from '@alongside/ui';
import { useNavigate, useParams } from '@tanstack/react-router';
import styles from './CallsEverywhere.module.css';

/** Calls wherever one is: what rings, the preview before entering, and the way back to the call one is in. */
export function CallsEverywhere() {
  const { call, connection, feed } = useClient();
  const snapshot = useStore(call);
  const { clockOffsetMs } = useStore(connection);
  const navigate = useNavigate();
  const { number } = useParams({ strict: false });
  const head = snapshot.ticketId === null ? null : feed.head(snapshot.ticketId);
  const isIn = snapshot.phase !== 'idle' && snapshot.phase !== 'preview' && snapshot.phase !== 'ended';
  const isElsewhere = isIn && head !== null && String(head.number) !== number;

  function goTo(ticketId: string): void {
    const target = feed.head(ticketId);
    if (target) void navigate({ to: '/views/$view/$number', params: { view: 'all', number: String(target.number) } });
  }

  return (
    <>
      <IncomingCalls onAccepted={goTo} onOpenTicket={goTo} />
      <CallPreview call={call} />
      {isElsewhere && snapshot.call ? (
        <div className={styles.elsewhere}>
          <CallBanner call={snapshot.call} isIn clockOffsetMs={clockOffsetMs} onJoin={() => goTo(head.id)} />
        </div>
      ) : null}
    </>
  );
}
