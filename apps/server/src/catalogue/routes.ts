import * as contracts from '@alongside/contracts';
import type { FastifyInstance } from 'fastify';
import type { Db } from '../platform/database/database.ts';
import { route } from '../platform/http/route.ts';
import { knownErrorFor } from './access.ts';
import { deleteKnownError, importKnownErrors, saveKnownError } from './actions.ts';
import { presentKnownError, presentMark } from './present.ts';
import { findAllKnownErrors, searchKnownErrors } from './queries.ts';

export function registerCatalogueRoutes(app: FastifyInstance, db: Db, now: () => Date): void {
  route(app, contracts.listKnownErrors, async ({ query, caller }) => {
    const { rows, total } = await searchKnownErrors(db, caller, query);
    return { entries: rows.map(presentKnownError), total };
  });

  route(app, contracts.listKnownErrorMarks, async ({ caller }) => ({
    marks: (await findAllKnownErrors(db, caller)).map(presentMark),
  }));

  route(app, contracts.getKnownError, async ({ params, caller }) => ({
    entry: presentKnownError(await knownErrorFor(db, caller, params.id)),
  }));

  route(app, contracts.saveKnownError, async ({ params, body, caller }) => ({
    entry: presentKnownError(await saveKnownError(db, params.id, body, caller.locale, now())),
  }));

  route(app, contracts.deleteKnownError, async ({ params }) => {
    await deleteKnownError(db, params.id);
    return {};
  });

  route(app, contracts.importKnownErrors, ({ body, caller }) => importKnownErrors(db, body, caller.locale, now()));
}
