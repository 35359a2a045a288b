import type { Feature } from '../platform/platform.ts';
import { ensurePresets } from './preset.actions.ts';

/** What is promised to whom: calendars, plans, contracts. */
export const plansFeature: Feature = {
  name: 'plans',
  async register({ db }) {
    await ensurePresets(db);
  },
};
