import type { ApiError } from '@alongside/client';
import type { Route } from '@alongside/contracts';
import { queries } from '../data/queries.ts';

/** Somebody else saved meanwhile: what they saved is fetched, so that one can go on from it. */
export function askAnewOnConflict(error: ApiError, list: Route): void {
  if (error.code === 'version_conflict') void queries.invalidateQueries({ queryKey: [list.path] });
}
