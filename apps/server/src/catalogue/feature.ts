import type { Feature } from '../platform/platform.ts';
import { registerCatalogueRoutes } from './routes.ts';

/** The error catalogue: what the codes of one's product mean. @param now for tests */
export function createCatalogueFeature(now: () => Date = () => new Date()): Feature {
  return {
    name: 'catalogue',
    register({ app, db }) {
      registerCatalogueRoutes(app, db, now);
    },
  };
}
