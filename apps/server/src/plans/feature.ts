import type { Feature } from '../platform/platform.ts';
import { registerHolidayRoutes } from './holiday-routes.ts';
import { registerPlanJobs } from './jobs.ts';
import { ensurePresets } from './preset.actions.ts';
import { noProviders } from './providers.ts';
import { registerPlanRoutes } from './routes.ts';

/** What is promised to whom: calendars, plans, contracts. */
export const plansFeature: Feature = {
  name: 'plans',
  async register(platform) {
    platform.app.decorate('planProviders', noProviders());
    registerPlanRoutes(platform);
    registerHolidayRoutes(platform);
    registerPlanJobs(platform.jobs, platform, platform.log);
    await ensurePresets(platform.db);
  },
};
