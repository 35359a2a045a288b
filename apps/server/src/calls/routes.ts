import * as contracts from '@alongside/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from '../platform/http/caller.ts';
import { route } from '../platform/http/route.ts';
import { ticketFor } from '../tickets/access.ts';
import { presentEvents } from '../tickets/present.ts';
import { callFor } from './access.ts';
import { type CallsDeps, declineCall, endCall, enterCall, leaveCallAs, recordQuality, startCall } from './actions.ts';
import { recordAddressFailures } from './addresses.actions.ts';
import { callBeyondPlan, isCallRequested } from './entitlement.queries.ts';
import type { PresentConnection } from './media.ts';
import { findParticipants } from './queries.ts';
import { requestCall } from './request.actions.ts';
import { admitStandby, standBy } from './standby.actions.ts';

/** @param direct what two people alone need to send to each other; null where they may not */
export function registerCallRoutes(app: FastifyInstance, deps: CallsDeps, direct: contracts.CallJoin['direct']): void {
  const { db, media } = deps;

  /** @param present the connection they are in with; looked up when not given */
  async function withWayIn(
    call: contracts.Call,
    caller: Caller,
    request: FastifyRequest,
    present?: PresentConnection,
  ): Promise<contracts.CallJoin> {
    const token = await media.token(call.id, caller, present ?? (await presentConnection(call.id, caller.id)));
    return { call, ...urlsFor(request), token, direct };
  }

  async function presentConnection(callId: string, personId: string): Promise<PresentConnection | null> {
    const sid = (await findParticipants(db, callId)).find((person) => person.personId === personId)?.mediaSid;
    return sid ? { sid } : null;
  }

  function urlsFor(request: FastifyRequest): { url: string; backupUrls: string[] } {
    return { url: media.urlFor(`${request.protocol}://${request.host}`), backupUrls: [...media.backupUrls] };
  }

  route(app, contracts.startCall, async ({ params, body, caller, request }) =>
    withWayIn(await startCall(deps, caller, { ticketId: params.id, ...body }), caller, request),
  );

  route(app, contracts.standByForCall, async ({ params, caller, request }) => {
    const call = await callFor(db, caller, params.id);
    return { ...(await standBy(deps, caller, call)), ...urlsFor(request) };
  });

  route(app, contracts.getCallEntitlement, async ({ params, caller }) => {
    const ticket = await ticketFor(db, caller, params.id);
    const beyond = await callBeyondPlan(db, ticket, deps.now());
    return {
      covered: beyond === null,
      beyond: beyond && { ...beyond, requested: await isCallRequested(db, ticket.id) },
    };
  });

  route(app, contracts.requestCall, async ({ params, caller }) => {
    const { ticketId, events } = await requestCall(deps, caller, params.id);
    return { ticketId, events: presentEvents(events, caller) };
  });

  route(app, contracts.joinCall, async ({ params, body, caller, request }) => {
    await callFor(db, caller, params.id);
    const call = await enterCall(deps, caller, params.id, body.agreesToRecording);
    const { standby } = body;
    const admitted = standby && (await admitStandby(deps, caller, params.id, standby));
    const way = admitted
      ? await withWayIn(admitted, caller, request, { connection: standby })
      : await withWayIn(call, caller, request);
    return { ...way, admitted: Boolean(admitted) };
  });

  route(app, contracts.declineCall, async ({ params, caller }) => {
    await callFor(db, caller, params.id);
    return { call: await declineCall(deps, caller, params.id) };
  });

  route(app, contracts.leaveCall, async ({ params, body, caller }) => {
    await callFor(db, caller, params.id);
    return { call: await leaveCallAs(deps, caller, params.id, body.quality) };
  });

  route(app, contracts.endCall, async ({ params, body, caller }) => {
    await callFor(db, caller, params.id);
    return { call: await endCall(deps, caller, params.id, body.quality) };
  });

  route(app, contracts.reportMediaAddresses, async ({ params, body, caller, request }) => {
    const call = await callFor(db, caller, params.id);
    return { failed: await recordAddressFailures(deps, caller, call, body, urlsFor(request)) };
  });

  route(app, contracts.reportCallQuality, async ({ params, body, caller }) => {
    await callFor(db, caller, params.id);
    await recordQuality(deps, caller.id, params.id, body);
    return {};
  });
}
