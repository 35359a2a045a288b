import { randomUUID } from 'node:crypto';
import {
  type Drill,
  type DrillReport,
  type DrillStepKind,
  getDrill,
  type RouteInput,
  startDrill,
} from '@alongside/contracts';
import { vi } from 'vitest';
import { createCallsFeature } from '../calls/feature.ts';
import { createScriptedMedia } from '../calls/testing.ts';
import { filesFeature } from '../files/feature.ts';
import { createOncallFeature } from '../oncall/feature.ts';
import type { Client } from '../people/testing.ts';
import { shipped } from '../plans/testing.ts';
import { createRoutingFeature } from '../routing/feature.ts';
import { createStatementsFeature } from '../statements/feature.ts';
import { seesTickets } from '../tickets/access.ts';
import { startTestDesk } from '../tickets/testing.ts';
import { createDrillsFeature } from './feature.ts';

export type DrillDesk = Awaited<ReturnType<typeof startDrillDesk>>;

/** A desk with all a P0 meets on its way. The clock of its drills stands where a test puts it, or runs. */
export async function startDrillDesk() {
  const clock: { stands: Date | null; now(): Date } = { stands: null, now: () => clock.stands ?? new Date() };
  /** Where in its window a drill falls, as a share; null: anywhere. */
  const luck: { share: number | null } = { share: null };
  const drills = createDrillsFeature(clock.now, (below) => Math.floor((luck.share ?? Math.random()) * below));
  const media = createScriptedMedia();
  const desk = await startTestDesk([
    filesFeature(seesTickets),
    createCallsFeature(media.open),
    createRoutingFeature(),
    createOncallFeature(),
    createStatementsFeature(),
    drills,
  ]);
  const { lead } = desk.people;
  const plan = await shipped(lead, 'enterprise');
  const matter = { planId: plan.id, locale: 'en' as const };
  type Input = Partial<RouteInput<typeof startDrill>['body']>;
  const start = (more: Input = {}, by: Client = lead) =>
    by.call(startDrill, { body: { id: randomUUID(), ...matter, ...more } });
  const report = async (id: string): Promise<DrillReport> =>
    (await lead.call(getDrill, { params: { id } })).body.report;
  return {
    ...desk,
    clock,
    luck,
    media,
    matter,
    deps: drills.deps(),
    start,
    started: async (more: Input = {}): Promise<Drill> => (await start(more)).body.drill,
    report,
    /** Waits until a drill has come to a state. */
    reached: (id: string, state: Drill['state']): Promise<DrillReport> =>
      vi.waitUntil(
        async () => {
          const now = await report(id);
          return now.drill.state === state ? now : false;
        },
        { interval: 20 },
      ),
    /** Waits until a step was taken. */
    took: (id: string, kind: DrillStepKind): Promise<DrillReport> =>
      vi.waitUntil(
        async () => {
          const now = await report(id);
          return now.drill.steps.some(({ step, at }) => step === kind && at !== null) ? now : false;
        },
        { interval: 20 },
      ),
  };
}

/** A window around an instant, in ms before and after. */
export function windowAround(at: Date, before: number, after: number, timeZone = 'Europe/Berlin') {
  return {
    from: new Date(at.getTime() + before).toISOString(),
    to: new Date(at.getTime() + after).toISOString(),
    timeZone,
  };
}
