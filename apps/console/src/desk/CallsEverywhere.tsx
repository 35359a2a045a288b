import type { TicketHead } from '@alongside/contracts';
import { CallBanner, CallPreview, IncomingCalls, useClient, useSelected, useStore } from '@alongside/ui';
import { useNavigate, useParams } from '@tanstack/react-router';
import styles from './CallsEverywhere.module.css';
import { useOwnCall } from './own-call.ts';

/** Calls wherever one is: what rings, and the preview before entering. */
export function CallsEverywhere() {
  const { call, feed } = useClient();
  const show = useShowTicket();
  const goTo = (ticketId: string) => show(feed.head(ticketId));
  return (
    <>
      <IncomingCalls onAccepted={goTo} onOpenTicket={goTo} />
      <CallPreview call={call} />
    </>
  );
}

/** The way back to the call one is in, above whatever else one looks at meanwhile. */
export function CallElsewhere() {
  const { feed } = useClient();
  const own = useOwnCall();
  const { number } = useParams({ strict: false });
  const head = own?.isIn ? feed.head(own.ticketId) : null;
  if (head === null || String(head.number) === number) return null;
  return <WayBack head={head} />;
}

function WayBack({ head }: { head: TicketHead }) {
  const { call, connection } = useClient();
  const own = useSelected(call, (now) => now.call);
  const { clockOffsetMs } = useStore(connection);
  const show = useShowTicket();
  if (own === null) return null;
  return (
    <div className={styles.elsewhere}>
      <CallBanner
        call={own}
        isIn
        title={`#${head.number} ${head.subject}`}
        clockOffsetMs={clockOffsetMs}
        onJoin={() => show(head)}
      />
    </div>
  );
}

function useShowTicket(): (head: TicketHead | null) => void {
  const navigate = useNavigate();
  return (head) => {
    if (head) void navigate({ to: '/views/$view/$number', params: { view: 'all', number: String(head.number) } });
  };
}
