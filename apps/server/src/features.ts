import { callsFeature } from './calls/feature.ts';
import { createCatalogueFeature } from './catalogue/feature.ts';
import { checksFeature } from './checks/feature.ts';
import { customersFeature } from './customers/feature.ts';
import { demoFeature } from './demo/feature.ts';
import { createDiagnosisFeature } from './diagnosis/feature.ts';
import { drillsFeature } from './drills/feature.ts';
import { filesFeature } from './files/feature.ts';
import { oncallFeature } from './oncall/feature.ts';
import { peopleFeature } from './people/feature.ts';
import { plansFeature } from './plans/feature.ts';
import type { Feature } from './platform/platform.ts';
import { recordingsFeature } from './recordings/feature.ts';
import { routingFeature } from './routing/feature.ts';
import { statementsFeature } from './statements/feature.ts';
import { seesTickets } from './tickets/access.ts';
import { ticketsFeature } from './tickets/feature.ts';

const files = filesFeature(seesTickets);

/** What this server can do. A feature may use those before it; those after it are reached only by the events they listen to. */
export const FEATURES: readonly Feature[] = [
  peopleFeature,
  customersFeature,
  plansFeature,
  files,
  ticketsFeature,
  callsFeature,
  checksFeature(callsFeature),
  recordingsFeature(callsFeature),
  createDiagnosisFeature(callsFeature),
  createCatalogueFeature(),
  routingFeature,
  oncallFeature,
  statementsFeature,
  drillsFeature,
  demoFeature(files),
];
