import * as contracts from '@alongside/contracts';
import { AppError, type EngineerProfile } from '@alongside/contracts';
import { rankEngineers } from '@alongside/desk';
import type { SignedLinks } from '../files/links.ts';
import { findFiles } from '../files/queries.ts';
import { latestCalendars, latestPlans } from '../plans/list.queries.ts';
import type { StaffCaller } from '../platform/http/caller.ts';
import { route } from '../platform/http/route.ts';
import type { Platform } from '../platform/platform.ts';
import { ticketFor } from '../tickets/access.ts';
import type { Changed } from '../tickets/actions.ts';
import { presentEvents } from '../tickets/present.ts';
import { engineerFor, mayEdit } from './access.ts';
import { acceptSuggestion, handBack, updateRouting } from './actions.ts';
import type { RoutingDeps } from './deps.ts';
import { presentCard, presentChoices, presentEngineer, presentRanked } from './present.ts';
import { saveProfile, setAway } from './profile.actions.ts';
import { type EngineerRow, findEngineer, findEngineers, findRoutingMode, findSkills } from './queries.ts';
import { loadCandidates, loadTicketFacts } from './ticket-facts.queries.ts';
import { workingHoursAt } from './working-hours.queries.ts';

/** Skills, engineers' profiles, and what one does about a routed ticket. */
export function registerRoutingRoutes(app: Platform['app'], deps: RoutingDeps, links: SignedLinks): void {
  const { db } = deps;
  const routing = async () => ({
    mode: await findRoutingMode(db),
    skills: await findSkills(db),
    ...presentChoices(await latestCalendars(db), await latestPlans(db)),
  });

  route(app, contracts.getRouting, routing);

  route(app, contracts.updateRouting, async ({ caller, body }) => {
    await updateRouting(deps, body, caller.locale);
    return routing();
  });

  route(app, contracts.listEngineers, async ({ caller }) => ({
    engineers: await present(caller, await findEngineers(db)),
  }));

  route(app, contracts.getEngineer, async ({ caller, params }) => ({ profile: await presentOne(caller, params.id) }));

  route(app, contracts.saveEngineer, async ({ caller, params, body }) => {
    await saveProfile(deps, caller, params.id, body);
    return { profile: await presentOne(caller, params.id) };
  });

  route(app, contracts.setEngineerAway, async ({ caller, params, body }) => {
    await setAway(deps, caller, params.id, body.away);
    return { profile: await presentOne(caller, params.id) };
  });

  route(app, contracts.getEngineerCard, async ({ caller, params }) => {
    const engineer = await engineerFor(db, caller, params.id);
    const photos = await photosOf([engineer]);
    return { card: presentCard(engineer, await findSkills(db), photos(engineer)) };
  });

  route(app, contracts.listFittingEngineers, async ({ caller, params }) => {
    const now = deps.now();
    const facts = await loadTicketFacts(db, await ticketFor(db, caller, params.id), now);
    const ranked = rankEngineers(facts, await loadCandidates(db, deps.onCallNow, now));
    return { engineers: presentRanked(ranked, await findEngineers(db)) };
  });

  route(app, contracts.handTicketBack, async ({ caller, params, body }) =>
    presentChanged(await handBack(deps, caller, params.id, body.reason), caller),
  );

  route(app, contracts.acceptSuggestion, async ({ caller, params, body }) =>
    presentChanged(await acceptSuggestion(deps, caller, params.id, body.engineerId), caller),
  );

  async function presentOne(caller: StaffCaller, id: string): Promise<EngineerProfile> {
    const engineer = await findEngineer(db, id);
    if (!engineer) throw new AppError('not_found');
    return (await present(caller, [engineer]))[0]!;
  }

  async function present(caller: StaffCaller, engineers: readonly EngineerRow[]): Promise<EngineerProfile[]> {
    const now = deps.now();
    const calendarIds = engineers.flatMap(({ profile }) => (profile === null ? [] : [profile.calendarId]));
    const hoursOf = await workingHoursAt(db, calendarIds, now);
    const onCall = await deps.onCallNow(db, now);
    const photos = await photosOf(engineers);
    return engineers.map((engineer) =>
      presentEngineer(engineer, {
        hours: hoursOf(engineer.profile?.calendarId ?? null),
        onCall: onCall.filter(({ staffId }) => staffId === engineer.id).map(({ rotation }) => rotation),
        photoUrl: photos(engineer),
        mayEdit: mayEdit(caller, engineer),
      }),
    );
  }

  /** Addresses of the photos as we drew them small: what a camera wrote into the original stays here. */
  async function photosOf(engineers: readonly EngineerRow[]): Promise<(engineer: EngineerRow) => string | null> {
    const ids = engineers.flatMap(({ profile }) => profile?.photoFileId ?? []);
    const files = new Map((await findFiles(db, ids)).map((file) => [file.id, file]));
    return ({ profile }) => {
      const file = files.get(profile?.photoFileId ?? '');
      return file?.hasThumbnail ? links.url(file, 'thumbnail', deps.now()) : null;
    };
  }
}

function presentChanged({ ticketId, events }: Changed, caller: StaffCaller) {
  return { ticketId, events: presentEvents(events, caller) };
}
