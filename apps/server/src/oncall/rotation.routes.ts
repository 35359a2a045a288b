import * as contracts from '@alongside/contracts';
import { AppError, type Locale, type LocalisedText, SCHEDULE_MAX_DAYS } from '@alongside/contracts';
import type { FastifyInstance } from 'fastify';
import { findAllStaff } from '../people/queries.ts';
import { invalidField } from '../plans/wording.ts';
import { route } from '../platform/http/route.ts';
import { actorOf } from '../tickets/actions.ts';
import { mayEditOncall, rotationFor } from './access.ts';
import type { OncallDeps } from './deps.ts';
import { presentOverride, presentRotation, presentSchedule, presentSwap, presentVersion } from './present.ts';
import { findPolicies } from './queries.ts';
import {
  archiveRotation,
  createOverride,
  createRotation,
  removeOverride,
  saveRotation,
  setDefaultRotation,
} from './rotation.actions.ts';
import { findAskedSwaps, findOverride, findRotations, findRotationVersions, versionAt } from './rotation.queries.ts';
import { answerSwap, askSwap, withdrawSwap } from './swap.actions.ts';
import type { SwapRow } from './tables.ts';

const BACKWARDS: LocalisedText = {
  en: 'The end must be later than the beginning.',
  'zh-CN': '结束时间须晚于开始时间。',
};
const TOO_LONG: LocalisedText = {
  en: `Ask for at most ${SCHEDULE_MAX_DAYS} days at a time.`,
  'zh-CN': `每次最多查询 ${SCHEDULE_MAX_DAYS} 天。`,
};

/** Who is on call, and who decides it: rotations, overrides, swaps. */
export function registerRotationRoutes(app: FastifyInstance, deps: OncallDeps): void {
  const { db, now } = deps;

  async function names(): Promise<(id: string) => string> {
    const known = new Map((await findAllStaff(db)).map(({ id, name }) => [id, name]));
    return (id) => known.get(id) ?? '';
  }
  async function oneRotation(id: string) {
    return { rotation: presentRotation(await rotationFor(db, id), await findPolicies(db), await names(), now()) };
  }
  async function oneSwap(swap: SwapRow) {
    const { content } = versionAt(await rotationFor(db, swap.rotationId), now());
    return { swap: presentSwap(swap, content.name, await names()) };
  }

  route(app, contracts.listRotations, async ({ caller }) => {
    const [policies, nameOf] = [await findPolicies(db), await names()];
    const rotations = await findRotations(db);
    return {
      rotations: rotations.map((rotation) => presentRotation(rotation, policies, nameOf, now())),
      mayEdit: mayEditOncall(caller),
    };
  });

  route(app, contracts.getOnCallSchedule, async ({ query, caller }) => {
    const { from, to } = requireStretch(query, caller.locale);
    const rotations = await findRotations(db, { since: from });
    const staff = await findAllStaff(db);
    const known = new Map(staff.map(({ id, name }) => [id, name]));
    return {
      rotations: rotations.map((rotation) => presentSchedule(rotation, from, to, (id) => known.get(id) ?? '', now())),
      people: staff.map(({ id, name, disabled }) => ({ id, name, disabled })),
    };
  });

  route(app, contracts.createRotation, async ({ body, caller }) => {
    await createRotation(deps, actorOf(caller), body, caller.locale);
    return oneRotation(body.id);
  });

  route(app, contracts.saveRotation, async ({ params, body, caller }) => {
    await saveRotation(deps, actorOf(caller), params.id, body, caller.locale);
    return oneRotation(params.id);
  });

  route(app, contracts.setDefaultRotation, async ({ params }) => {
    await setDefaultRotation(deps, params.id);
    return oneRotation(params.id);
  });

  route(app, contracts.archiveRotation, async ({ params }) => {
    await archiveRotation(deps, params.id);
    return {};
  });

  route(app, contracts.getRotationHistory, async ({ params }) => {
    const { id } = await rotationFor(db, params.id);
    return { versions: (await findRotationVersions(db, id)).map(presentVersion) };
  });

  route(app, contracts.createOverride, async ({ params, body, caller }) => {
    const id = await createOverride(deps, actorOf(caller), params.id, body, caller.locale);
    return { override: presentOverride((await findOverride(db, id))!, await names()) };
  });

  route(app, contracts.removeOverride, async ({ params }) => {
    await removeOverride(deps, params.id);
    return {};
  });

  route(app, contracts.listSwaps, async ({ caller }) => {
    const swaps = await findAskedSwaps(db, mayEditOncall(caller) ? null : caller.id, now());
    const nameOf = await names();
    const rotations = new Map((await findRotations(db)).map((rotation) => [rotation.id, rotation]));
    return {
      swaps: swaps.flatMap((swap) => {
        const rotation = rotations.get(swap.rotationId);
        return rotation ? [presentSwap(swap, versionAt(rotation, now()).content.name, nameOf)] : [];
      }),
    };
  });

  route(app, contracts.askSwap, async ({ params, body, caller }) =>
    oneSwap(await askSwap(deps, caller, params.id, body, caller.locale)),
  );

  route(app, contracts.answerSwap, async ({ params, body, caller }) =>
    oneSwap(await answerSwap(deps, caller, params.id, body.accept)),
  );

  route(app, contracts.withdrawSwap, async ({ params, caller }) =>
    oneSwap(await withdrawSwap(deps, caller, params.id)),
  );
}

/** @throws AppError `invalid_input` naming `to` */
function requireStretch(query: { from: string; to: string } | undefined, locale: Locale): { from: Date; to: Date } {
  if (!query) throw new AppError('malformed_request');
  const [from, to] = [new Date(query.from), new Date(query.to)];
  if (to <= from) throw invalidField('to', BACKWARDS, locale);
  if (to.getTime() - from.getTime() > SCHEDULE_MAX_DAYS * 86_400_000) throw invalidField('to', TOO_LONG, locale);
  return { from, to };
}
