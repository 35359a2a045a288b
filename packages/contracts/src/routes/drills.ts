import { z } from 'zod';
import { Id, Instant } from '../actors.ts';
import { Drill, DrillRepeat, DrillReport, DrillSeries, DrillText } from '../drills.ts';
import { Locale } from '../locale.ts';
import { WallTime } from '../oncall.ts';
import { LocalDate } from '../plans.ts';
import { route } from '../route.ts';

const ById = z.strictObject({ id: Id });

/** What the drill is about, and what is asked of the team. */
const matter = {
  planId: Id,
  topic: z.string().max(40).nullable().default(null),
  text: DrillText.default(''),
  locale: Locale,
  withCall: z.boolean().default(true),
};

export const listDrills = route({
  method: 'GET',
  path: '/api/drills',
  access: 'lead',
  rate: 'read',
  summary: 'Drills that wait, run or are over, latest first, at most 100, and the schedules they come from.',
  reply: z.strictObject({ drills: z.array(Drill), series: z.array(DrillSeries) }),
});

export const getDrill = route({
  method: 'GET',
  path: '/api/drills/:id',
  access: 'lead',
  rate: 'read',
  summary: 'What a drill showed so far: each step against the plan, read from the ticket’s own events.',
  params: ById,
  reply: z.strictObject({ report: DrillReport }),
});

export const startDrill = route({
  method: 'POST',
  path: '/api/drills',
  access: 'lead',
  rate: 'write',
  summary:
    'Schedules a drill: a marked, mock P0 is filed at a random moment inside the window and goes the way every P0 goes. Without a window it is filed at once.',
  body: z.strictObject({
    id: Id,
    window: z.strictObject({ from: Instant, to: Instant, timeZone: z.string().max(60) }).optional(),
    ...matter,
  }),
  reply: z.strictObject({ drill: Drill }),
});

export const stopDrill = route({
  method: 'POST',
  path: '/api/drills/:id/stop',
  access: 'lead',
  rate: 'write',
  summary: 'Ends a drill: one that waits is never filed, the ticket of one that runs is solved.',
  params: ById,
  body: z.strictObject({ note: z.string().trim().max(500).default('') }),
  reply: z.strictObject({ drill: Drill }),
});

export const createDrillSeries = route({
  method: 'POST',
  path: '/api/drill-series',
  access: 'lead',
  rate: 'write',
  summary: 'Repeats a drill every week or month, each time at another moment inside the window.',
  body: z.strictObject({
    id: Id,
    repeat: DrillRepeat,
    timeZone: z.string().max(60),
    windowFrom: WallTime,
    windowTo: WallTime,
    startsOn: LocalDate,
    ...matter,
  }),
  reply: z.strictObject({ series: DrillSeries }),
});

export const endDrillSeries = route({
  method: 'POST',
  path: '/api/drill-series/:id/end',
  access: 'lead',
  rate: 'write',
  summary: 'Ends a schedule, and with it the drill of it that waits. One that runs goes on.',
  params: ById,
  reply: z.strictObject({ series: DrillSeries }),
});
