import * as contracts from '@alongside/contracts';
import { AppError } from '@alongside/contracts';
import type { FastifyInstance } from 'fastify';
import { findCall } from '../calls/queries.ts';
import { route } from '../platform/http/route.ts';
import { ticketFor } from '../tickets/access.ts';
import { presentEvents } from '../tickets/present.ts';
import { callOf, diagnosisFor, ownWatchedSession, watchedFor } from './access.ts';
import { judgeWhole, recordFile, updateWatchSettings } from './actions.ts';
import type { DiagnosisDeps } from './deps.ts';
import { presentDiagnosis, presentWatchedSession, presentWatching } from './present.ts';
import { findWatchedSession, findWatchSettings } from './queries.ts';
import { keepCallSamples, keepWatchedSamples } from './samples.actions.ts';
import { attachWatched, startWatching } from './watched.actions.ts';

export function registerDiagnosisRoutes(app: FastifyInstance, deps: DiagnosisDeps): void {
  const { db } = deps;

  route(app, contracts.sendCallSamples, async ({ params, body, caller }) =>
    keepCallSamples(deps, caller, await callOf(db, caller, params.id), body, caller.locale),
  );

  route(app, contracts.startWatching, async ({ body, caller }) => {
    const { session, goOn } = await startWatching(deps, caller, body.id, body.about);
    return { session: presentWatchedSession(session), goOn };
  });

  route(app, contracts.sendWatchedSamples, async ({ params, body, caller }) =>
    keepWatchedSamples(deps, await ownWatchedSession(db, caller, params.id), body, caller.locale),
  );

  route(app, contracts.attachWatchedSession, async ({ params, body, caller }) => {
    const ticket = await ticketFor(db, caller, params.id);
    await db.transaction().execute((trx) => attachWatched(deps, trx, caller, ticket.id, body.watchedSessionId));
    return {};
  });

  route(app, contracts.getWatching, async ({ params, caller }) => {
    const watched = await watchedFor(db, caller, params.id, params.sourceId);
    const call = watched.kind === 'call' ? await findCall(db, watched.id) : undefined;
    const session = watched.kind === 'watched' ? await findWatchedSession(db, watched.id) : undefined;
    const startMs = call?.startedAt.getTime() ?? 0;
    const whole = await judgeWhole(deps, watched, startMs);
    if (!whole) throw new AppError('not_found');
    const isLive = call ? call.state === 'live' : session?.endedAt === null;
    const source = { ...watched, label: session?.about.label ?? '' };
    return { watching: presentWatching({ source, ticketId: params.id, isLive, ...whole }) };
  });

  route(app, contracts.recordFileDiagnosis, async ({ params, body, caller }) => {
    const events = await recordFile(deps, caller, params.id, body, caller.locale);
    return { ticketId: params.id, events: presentEvents(events, caller) };
  });

  route(app, contracts.getDiagnosis, async ({ params, caller }) => ({
    recorded: presentDiagnosis(await diagnosisFor(db, caller, params.id)),
  }));

  route(app, contracts.getWatchSettings, async () => ({ settings: await findWatchSettings(db) }));

  route(app, contracts.updateWatchSettings, async ({ body }) => ({ settings: await updateWatchSettings(deps, body) }));
}
