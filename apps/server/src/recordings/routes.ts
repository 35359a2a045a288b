import * as contracts from '@alongside/contracts';
import type { FastifyInstance } from 'fastify';
import { callFor } from '../calls/access.ts';
import type { Caller } from '../platform/http/caller.ts';
import { route } from '../platform/http/route.ts';
import { recordingFor } from './access.ts';
import { agreeToRecording, askToRecord, deleteRecording, endRecording, updateSettings } from './actions.ts';
import { askToCompose } from './compose.actions.ts';
import type { RecordingsDeps } from './deps.ts';
import type { RecordingLinks } from './links.ts';
import { presentRecording } from './present.ts';
import { findSettings } from './queries.ts';
import type { RecordingRow } from './tables.ts';

export function registerRecordingRoutes(app: FastifyInstance, deps: RecordingsDeps, links: RecordingLinks): void {
  const { db } = deps;

  async function placeOf(caller: Caller, callId: string) {
    const { ticketId } = await callFor(db, caller, callId);
    return { ticketId, callId };
  }
  async function view(recording: RecordingRow, caller: Caller) {
    return { recording: presentRecording(recording, caller, await findSettings(db), links, deps.now()) };
  }

  route(app, contracts.askToRecord, async ({ params, body, caller }) => ({
    call: await askToRecord(deps, caller, await placeOf(caller, params.id), body.recordingId),
  }));

  route(app, contracts.agreeToRecording, async ({ params, caller }) => ({
    call: await agreeToRecording(deps, caller, await placeOf(caller, params.id), params.recordingId),
  }));

  route(app, contracts.endRecording, async ({ params, caller }) => ({
    call: await endRecording(deps, caller, await placeOf(caller, params.id), params.recordingId),
  }));

  route(app, contracts.getRecording, async ({ params, caller }) =>
    view(await recordingFor(db, caller, params.id), caller),
  );

  route(app, contracts.composeRecording, async ({ params, caller }) => {
    await askToCompose(deps, await recordingFor(db, caller, params.id));
    return view(await recordingFor(db, caller, params.id), caller);
  });

  route(app, contracts.deleteRecording, async ({ params, caller }) => {
    const { kind, id, name } = caller;
    await deleteRecording(deps, { kind, id, name }, await recordingFor(db, caller, params.id));
    return {};
  });

  route(app, contracts.getRecordingSettings, async () => ({ settings: await findSettings(db) }));

  route(app, contracts.updateRecordingSettings, async ({ body }) => ({ settings: await updateSettings(deps, body) }));
}
