import * as contracts from '@alongside/contracts';
import { AppError, type RouteReply } from '@alongside/contracts';
import { type LoggedEvent, type Reader, seesInternal } from '@alongside/desk';
import { presentContact } from '../customers/present.ts';
import { findContact } from '../customers/queries.ts';
import type { Trx } from '../platform/database/database.ts';
import { route } from '../platform/http/route.ts';
import type { Platform } from '../platform/platform.ts';
import { ticketFor } from './access.ts';
import { type Changed, postMessage, rateTicket, setState } from './actions.ts';
import { findClockBasis, findClockLogs, imaginedChange } from './clock.queries.ts';
import { excludeTicket, recalculateTicket, setPlan } from './judge.actions.ts';
import { countViews, cursorAfter, findTicketPage, readCursor, TICKETS_PER_PAGE } from './list.queries.ts';
import { markTicket } from './mark.actions.ts';
import { mergeTicket } from './merge.actions.ts';
import { openTicket } from './open.actions.ts';
import { presentClock, presentClockPreview, presentEvents, presentHead, presentMark, presentView } from './present.ts';
import { findEvents, findLatestTickets, findMarks } from './queries.ts';
import { splitTicket } from './split.actions.ts';
import { assignTicket, setPriority, setSubject, setTopic } from './triage.actions.ts';

const EVENTS_PER_PAGE = 500;
const TICKETS_OF_CONTACT = 20;
const BAD_CURSOR = { en: 'This page of the list is not known.', 'zh-CN': '无法定位到列表的这一页。' };

/** Everything one does with tickets; calls and files have routes of their own. */
export function registerTicketRoutes({ app, db, hub }: Pick<Platform, 'app' | 'db' | 'hub'>): void {
  route(app, contracts.listTickets, async ({ caller, query }) => {
    // Taken first: what happens while we read is told again by the inbox, never missed.
    const position = hub.position();
    const { cursor, view } = query;
    const after = cursor === undefined ? null : readCursor(cursor, view);
    if (cursor !== undefined && after === null)
      throw new AppError('invalid_input', { field: 'cursor' }, [
        { field: 'cursor', message: BAD_CURSOR[caller.locale] },
      ]);
    const rows = await findTicketPage(db, caller, query, after);
    const page = rows.slice(0, TICKETS_PER_PAGE);
    const last = page.at(-1);
    return {
      tickets: page.map((row) => presentHead(row, caller)),
      next: rows.length > TICKETS_PER_PAGE && last ? cursorAfter(last, view, caller) : null,
      counts: await countViews(db, caller),
      position,
    };
  });

  route(app, contracts.openTicket, async ({ caller, body }) => {
    const { watchedSessionId, ...input } = body;
    const alsoWithin = async (trx: Trx, ticketId: string) => {
      if (watchedSessionId) await app.watchProviders.attach(trx, caller, ticketId, watchedSessionId);
    };
    const { ticketId, number } = await openTicket(db, caller, input, caller.locale, undefined, alsoWithin);
    return { ticketId, number };
  });

  route(app, contracts.getTicket, async ({ caller, params }) => {
    const ticket = await ticketFor(db, caller, params.id);
    // Up to the row's own number: events that came since belong to the next look.
    const log = await findEvents(db, ticket.id, { since: 0, upTo: ticket.seq, publicOnly: false });
    return { view: presentView(ticket, log, caller), marks: (await findMarks(db, ticket.id)).map(presentMark) };
  });

  route(app, contracts.listTicketEvents, async ({ caller, params, query }) => {
    const ticket = await ticketFor(db, caller, params.id);
    const publicOnly = caller.kind === 'customer';
    const rows = await findEvents(db, ticket.id, { since: query.since, limit: EVENTS_PER_PAGE + 1, publicOnly });
    return {
      events: presentEvents(rows.slice(0, EVENTS_PER_PAGE), caller),
      complete: rows.length <= EVENTS_PER_PAGE,
    };
  });

  route(app, contracts.postMessage, async ({ caller, params, body }) =>
    presentChanged(await postMessage(db, caller, params.id, body.message, body.visibility), caller),
  );

  route(app, contracts.setTicketState, async ({ caller, params, body }) =>
    presentChanged(await setState(db, caller, params.id, body.state), caller),
  );

  route(app, contracts.setTicketPriority, async ({ caller, params, body }) =>
    presentChanged(
      await setPriority(db, caller, params.id, body.priority, { reason: body.reason, locale: caller.locale }),
      caller,
    ),
  );

  route(app, contracts.setTicketTopic, async ({ caller, params, body }) =>
    presentChanged(await setTopic(db, caller, params.id, body.topic, caller.locale), caller),
  );

  route(app, contracts.setTicketSubject, async ({ caller, params, body }) =>
    presentChanged(await setSubject(db, caller, params.id, body.subject), caller),
  );

  route(app, contracts.assignTicket, async ({ caller, params, body }) =>
    presentChanged(await assignTicket(db, caller, params.id, body.assigneeId, caller.locale), caller),
  );

  route(app, contracts.getTicketClock, async ({ caller, params }) => {
    const ticket = await ticketFor(db, caller, params.id);
    const logged = (await findClockLogs(db, [ticket.id])).get(ticket.id)!;
    // That a ticket is spam to the team, or counts no more, is the team's own; a merge its customers see as well.
    const isTold = ({ body }: LoggedEvent) => body.type !== 'ticket.exclusion_set' || body.because === 'merged';
    const log = seesInternal(caller) ? logged : logged.filter(isTold);
    return presentClock(log, await findClockBasis(db, [log]), new Date(), caller);
  });

  route(app, contracts.previewTicketClock, async ({ caller, params, query }) => {
    const now = new Date();
    const ticket = await ticketFor(db, caller, params.id);
    const log = (await findClockLogs(db, [ticket.id])).get(ticket.id)!;
    const changed = [...log, await imaginedChange(db, ticket, query, now)];
    return presentClockPreview(log, changed, await findClockBasis(db, [changed]), now, caller);
  });

  route(app, contracts.setTicketPlan, async ({ caller, params, body }) =>
    presentChanged(await setPlan(db, caller, params.id, body, caller.locale), caller),
  );

  route(app, contracts.excludeTicket, async ({ caller, params, body }) =>
    presentChanged(await excludeTicket(db, caller, params.id, body, caller.locale), caller),
  );

  route(app, contracts.recalculateTicket, async ({ caller, params, body }) =>
    presentChanged(await recalculateTicket(db, caller, params.id, body.reason), caller),
  );

  route(app, contracts.mergeTicket, async ({ caller, params, body }) =>
    presentChanged(await mergeTicket(db, caller, params.id, body.intoId, caller.locale), caller),
  );

  route(app, contracts.splitTicket, async ({ caller, params, body }) =>
    splitTicket(db, caller, params.id, body, caller.locale),
  );

  route(app, contracts.rateTicket, async ({ caller, params, body }) =>
    presentChanged(await rateTicket(db, caller, params.id, body), caller),
  );

  route(app, contracts.markTicket, async ({ caller, params, body }) => {
    await markTicket(db, caller, params.id, body);
    return { marks: (await findMarks(db, params.id)).map(presentMark) };
  });

  route(app, contracts.getContact, async ({ caller, params }) => {
    const contact = await findContact(db, params.id);
    if (!contact) throw new AppError('not_found');
    const tickets = await findLatestTickets(db, contact.id, TICKETS_OF_CONTACT);
    return { contact: presentContact(contact), tickets: tickets.map((row) => presentHead(row, caller)) };
  });
}

function presentChanged({ ticketId, events }: Changed, reader: Reader): RouteReply<typeof contracts.postMessage> {
  return { ticketId, events: presentEvents(events, reader) };
}
