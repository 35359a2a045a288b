import * as contracts from '@alongside/contracts';
import type { FastifyInstance } from 'fastify';
import { route } from '../platform/http/route.ts';
import { presentEvents } from '../tickets/present.ts';
import { checkFor } from './access.ts';
import { askForCheck, attachCheck, saveCheck } from './actions.ts';
import type { ChecksDeps } from './deps.ts';
import type { RoomSweep } from './jobs.ts';
import { presentAsk, presentCheck } from './present.ts';
import { openRoom } from './rooms.actions.ts';

export function registerCheckRoutes(app: FastifyInstance, deps: ChecksDeps, sweep: Pick<RoomSweep, 'opened'>): void {
  route(app, contracts.openCheckRoom, async ({ request }) => {
    const room = await openRoom(deps, { address: request.ip, origin: `${request.protocol}://${request.host}` });
    sweep.opened();
    return room;
  });

  route(app, contracts.saveCheck, async ({ body, caller, request }) => {
    await deps.limits.takeResult(request.ip);
    return { check: presentCheck(await saveCheck(deps, caller, body)) };
  });

  route(app, contracts.getCheck, async ({ params }) => ({ check: presentCheck(await checkFor(deps.db, params.id)) }));

  route(app, contracts.attachCheck, async ({ params, body, caller }) => {
    const { ticketId, events } = await attachCheck(deps, caller, { id: params.id, ticketId: body.ticketId });
    return { ticketId, events: presentEvents(events, caller) };
  });

  route(app, contracts.askForCheck, async ({ params, body, caller }) => ({
    ask: presentAsk(await askForCheck(deps, caller, { id: body.id, ticketId: params.id }), deps.origin()),
  }));
}
