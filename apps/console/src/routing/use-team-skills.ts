import type { ApiError } from '@alongside/client';
import { type EngineerProfile, getRouting, listEngineers, type RouteReply } from '@alongside/contracts';
import { useRoute } from '../data/queries.ts';

export type TeamSkillsState =
  | { state: 'loading' }
  | { state: 'failed'; error: ApiError; retry: () => void }
  | { state: 'ready'; team: readonly EngineerProfile[]; routing: RouteReply<typeof getRouting> };

/** The active members of the team, and the skills they are set against. */
export function useTeamSkills(): TeamSkillsState {
  const team = useRoute(listEngineers, {});
  const routing = useRoute(getRouting, {});
  const error = team.data && routing.data ? null : (team.error ?? routing.error);
  if (error) {
    const retry = () => {
      void team.refetch();
      void routing.refetch();
    };
    return { state: 'failed', error, retry };
  }
  if (!team.data || !routing.data) return { state: 'loading' };
  const active = team.data.engineers.filter(({ engineer }) => !engineer.disabled);
  return { state: 'ready', team: active, routing: routing.data };
}
