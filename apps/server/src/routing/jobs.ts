import type { Trx } from '../platform/database/database.ts';
import type { Platform } from '../platform/platform.ts';
import type { FeedRow } from '../platform/realtime/feed-reader.ts';
import { followFeed } from '../platform/realtime/follow.ts';
import { isAbout, type TicketAnnouncement } from '../tickets/log.actions.ts';
import { findEvents } from '../tickets/queries.ts';
import type { TicketEventRow } from '../tickets/tables.ts';
import { againQueue } from './again-queue.ts';
import type { RoutingDeps } from './deps.ts';
import { findRoute } from './queries.ts';
import { forgetRoute, offerLeftBehind, offerTicket, routeTicket, routeWaiting } from './route.actions.ts';

/** What {@link follow} does something about. */
const isAboutRoute = isAbout([
  'ticket.opened',
  'ticket.split_from',
  'ticket.priority_set',
  'ticket.topic_set',
  'ticket.assigned',
  'ticket.state_set',
]);
const SESSION_ENDED = 'session.ended';

/** What is told this long after it happened is told of the past, as the demo's stories are: nobody waits for it. */
const PAST_MS = 60_000;

/** Looks at single tickets again. Before the jobs start. */
export function registerRoutingJobs(platform: Pick<Platform, 'jobs'>, deps: RoutingDeps): void {
  platform.jobs.handle(againQueue, ({ ticketId }) =>
    deps.db.transaction().execute(async (trx) => {
      await offerTicket(deps, trx, ticketId);
      await routeTicket(deps, trx, ticketId);
    }),
  );
}

/** Routes what happens to tickets, each exactly once. @returns stops it */
export async function followTickets(
  platform: Pick<Platform, 'db' | 'hub' | 'log'>,
  deps: RoutingDeps,
): Promise<() => Promise<void>> {
  const wants = (row: FeedRow) => row.kind === SESSION_ENDED || isAboutRoute(row);
  return followFeed(platform, { name: 'routing', wants }, async (trx, row) => {
    if (row.kind === SESSION_ENDED) {
      // Whoever is taken out of the team is signed out everywhere; others who are have lost nothing.
      const { personId } = row.payload;
      if (typeof personId === 'string' && (await isDisabled(trx, personId))) await offerLeftBehind(deps, trx, personId);
      return;
    }
    if (row.ticketId === null) return;
    const { seq } = row.payload as TicketAnnouncement;
    const [event] = await findEvents(trx, row.ticketId, { since: seq - 1, upTo: seq, publicOnly: false });
    if (event && !isPast(row, event)) await follow(deps, trx, event);
  });
}

async function follow(deps: RoutingDeps, trx: Trx, { ticketId, body }: TicketEventRow): Promise<void> {
  switch (body.type) {
    case 'ticket.opened':
      return routeTicket(deps, trx, ticketId);
    case 'ticket.split_from':
      // It was opened at its message's instant, which is often past; of a message just written it was routed then.
      if (!(await findRoute(trx, ticketId))) await routeTicket(deps, trx, ticketId);
      return;
    case 'ticket.priority_set':
    case 'ticket.topic_set':
      if (await findRoute(trx, ticketId)) await routeTicket(deps, trx, ticketId);
      return;
    case 'ticket.assigned':
      if (!body.routing) await forgetRoute(trx, ticketId);
      if (body.from !== null) await routeWaiting(deps, trx);
      return;
    case 'ticket.state_set':
      if (body.to === 'open') {
        await offerTicket(deps, trx, ticketId);
        if (await findRoute(trx, ticketId)) await routeTicket(deps, trx, ticketId);
        return;
      }
      // Solved, it may be reopened, and then waits again.
      if (body.to === 'closed') await forgetRoute(trx, ticketId);
      return routeWaiting(deps, trx);
  }
}

function isPast(row: FeedRow, event: TicketEventRow): boolean {
  return row.at.getTime() - event.at.getTime() > PAST_MS;
}

async function isDisabled(trx: Trx, staffId: string): Promise<boolean> {
  const row = await trx.selectFrom('staff').select('disabled').where('id', '=', staffId).executeTakeFirst();
  return row?.disabled === true;
}
