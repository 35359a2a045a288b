import { isDeepStrictEqual } from 'node:util';
import { AppError, type Locale, type LocalisedText, type RoutingMode, type Skill } from '@alongside/contracts';
import { sql } from 'kysely';
import type { Db, Trx } from '../platform/database/database.ts';
import { lockTicketFor } from '../tickets/access.ts';
import { type Author, actorOf, type Changed } from '../tickets/actions.ts';
import { changeTicketsWithin } from '../tickets/log.actions.ts';
import { appendRoutedAssignment } from '../tickets/triage.actions.ts';
import { DEFAULT_SKILLS } from './default-skills.ts';
import type { RoutingDeps } from './deps.ts';
import { findRoutingMode, findSkills } from './queries.ts';
import {
  forgetRoute,
  giveSuggested,
  lockRouting,
  routeAnew,
  routeDemanding,
  routeSuggested,
  routeWaiting,
} from './route.actions.ts';

const SKILL_TWICE: LocalisedText = { en: 'This skill is there twice.', 'zh-CN': '该技能重复。' };

/**
 * Changes how tickets are routed, or the whole list of skills. What waits or was suggested is looked at again.
 * @param change `skillsBefore`: the skills the new ones were made of
 * @throws AppError `invalid_input` naming a skill that is there twice, `skills_changed` when there are others by now
 */
export async function updateRouting(
  deps: RoutingDeps,
  change: {
    mode?: RoutingMode | undefined;
    skills?: readonly Skill[] | undefined;
    skillsBefore?: readonly Skill[] | undefined;
  },
  locale: Locale,
): Promise<void> {
  const double = change.skills?.findIndex(
    ({ id }, index) => change.skills!.findIndex((other) => other.id === id) < index,
  );
  if (double !== undefined && double >= 0) {
    const field = `skills.${double}.id`;
    throw new AppError('invalid_input', { field }, [{ field, message: SKILL_TWICE[locale] }]);
  }
  await deps.db.transaction().execute(async (trx) => {
    await lockRouting(trx);
    // Compared under the lock: two who read the same list cannot both replace it.
    if (change.skillsBefore && !isDeepStrictEqual(await findSkills(trx), change.skillsBefore))
      throw new AppError('skills_changed');
    if (change.skills) await replaceSkills(trx, change.skills);
    if (change.mode) await trx.updateTable('routingSetting').set({ mode: change.mode }).execute();
    if (change.skills) await routeDemanding(deps, trx);
    if (change.mode === 'assign') await routeSuggested(deps, trx);
    if (change.mode) await routeWaiting(deps, trx);
  });
}

/** Puts the shipped skills in, once in a workspace's life. */
export async function shipSkills(db: Db): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { skillsShipped } = await trx
      .selectFrom('routingSetting')
      .select('skillsShipped')
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (skillsShipped) return;
    await replaceSkills(trx, DEFAULT_SKILLS);
    await trx.updateTable('routingSetting').set({ skillsShipped: true }).execute();
  });
}

async function replaceSkills(trx: Trx, skills: readonly Skill[]): Promise<void> {
  const ids = skills.map(({ id }) => id);
  await trx
    .deleteFrom('skill')
    .$if(ids.length > 0, (query) => query.where('id', 'not in', ids))
    .execute();
  if (skills.length === 0) return;
  await trx
    .insertInto('skill')
    .values(
      skills.map(({ id, kind, name, topics, keywords }, place) => ({
        id,
        kind,
        name: JSON.stringify(name),
        topics: [...new Set(topics)],
        keywords: [...new Set(keywords)],
        place,
      })),
    )
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        kind: eb.ref('excluded.kind'),
        name: sql`excluded.name`,
        topics: eb.ref('excluded.topics'),
        keywords: eb.ref('excluded.keywords'),
        place: eb.ref('excluded.place'),
      })),
    )
    .execute();
}

/**
 * Hands back a ticket one was given: it is routed again, never to the same engineer.
 * @throws AppError `not_found`, `not_assigned_to_you`
 */
export async function handBack(deps: RoutingDeps, author: Author, ticketId: string, reason: string): Promise<Changed> {
  return deps.db.transaction().execute(async (trx) => {
    await lockRouting(trx);
    return changeTicketsWithin(
      trx,
      async (log) => {
        const ticket = await lockTicketFor(log, author, ticketId);
        if (ticket.assigneeId !== author.id || ticket.state === 'solved' || ticket.state === 'closed')
          throw new AppError('not_assigned_to_you');
        await trx
          .insertInto('ticketHandBack')
          .values({ ticketId, staffId: author.id, reason, at: deps.now() })
          .onConflict((conflict) => conflict.columns(['ticketId', 'staffId']).doUpdateSet({ reason, at: deps.now() }))
          .execute();
        const takenOff = { by: actorOf(author), why: 'handed_back' as const, name: author.name, note: reason };
        if ((await findRoutingMode(trx)) !== 'off')
          return { ticketId, events: await routeAnew(deps, log, ticket, takenOff) };
        await forgetRoute(trx, ticketId);
        const { by, ...told } = takenOff;
        return { ticketId, events: [appendRoutedAssignment(log, ticket, by, null, [{ what: 'taken_off', ...told }])] };
      },
      deps.now,
    );
  });
}

/**
 * Gives a ticket to whom routing suggests.
 * @throws AppError `not_found`, `suggestion_gone`
 */
export async function acceptSuggestion(
  deps: RoutingDeps,
  author: Author,
  ticketId: string,
  engineerId: string,
): Promise<Changed> {
  return deps.db.transaction().execute(async (trx) => {
    await lockRouting(trx);
    return changeTicketsWithin(
      trx,
      async (log) => {
        const ticket = await lockTicketFor(log, author, ticketId);
        const events = await giveSuggested(deps, log, ticket, actorOf(author), engineerId);
        if (events === null) throw new AppError('suggestion_gone');
        return { ticketId, events };
      },
      deps.now,
    );
  });
}
