import type { Feature } from '../platform/platform.ts';
import { registerMeasuring } from './jobs.ts';
import { registerStatementRoutes } from './routes.ts';

/**
 * What was promised and what was kept: statements for customers, the report for the team.
 * @param now for tests
 */
export function createStatementsFeature(now: () => Date = () => new Date()): Feature {
  let begin: () => Promise<void> = async () => {};
  return {
    name: 'statements',
    async register(platform) {
      registerStatementRoutes({ ...platform, now });
      begin = await registerMeasuring({ ...platform, now });
    },
    async started() {
      await begin();
      return [];
    },
  };
}

export const statementsFeature: Feature = createStatementsFeature();
