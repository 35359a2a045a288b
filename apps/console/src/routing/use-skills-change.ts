import type { ApiError } from '@alongside/client';
import { getEngineer, getRouting, listEngineers, type RouteReply, type updateRouting } from '@alongside/contracts';
import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../data/api.ts';
import { type SkillsChange, saveSkills } from './save-skills.ts';

/** Changes the list of skills; what is gone from it is gone from the profiles. */
export function useSkillsChange(): UseMutationResult<RouteReply<typeof updateRouting>, ApiError, SkillsChange> {
  const client = useQueryClient();
  return useMutation<RouteReply<typeof updateRouting>, ApiError, SkillsChange>({
    mutationFn: (change) => saveSkills(api, change),
    onSuccess: () =>
      Promise.all(
        [getRouting, listEngineers, getEngineer].map((stale) => client.invalidateQueries({ queryKey: [stale.path] })),
      ).then(() => {}),
  });
}
