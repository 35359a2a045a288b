import type { Calendar } from '../calendar.ts';
import { HOUR } from '../testing.ts';
import { evaluate } from './evaluate.ts';
import type { CalendarVersion, ClockEvent, ClockInput, PolicyVersion, PriorityPromise } from './events.ts';
import type { ClockState, Cycle } from './state.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/**
 * An instant of the week the examples of SPEC.md play in (Monday is 2026-05-11) by its wall reading in Shanghai.
 * @param text "thu 09:00" or "thu 09:00:00.001"; "+thu 09:00" is a week later
 */
export function at(text: string): string {
  const [day, time] = text.replace('+', '').split(' ') as [string, string];
  const date = 11 + DAYS.indexOf(day) + (text.startsWith('+') ? 7 : 0);
  return new Date(`2026-05-${date}T${time}+08:00`).toISOString();
}

export const OFFICE: Calendar = {
  tz: 'Asia/Shanghai',
  week: Object.fromEntries(DAYS.slice(0, 5).map((day) => [day, ['09:00-18:00']])),
};
export const OFFICE_VERSION: CalendarVersion = {
  calendarId: 'office',
  version: 1,
  validFrom: '2026-01-01T00:00:00Z',
  calendar: OFFICE,
};

/** The plan of SPEC.md's examples. */
export function plan(id: string, change: Partial<PolicyVersion> = {}): PolicyVersion {
  const promise = (hours: number): PriorityPromise => ({
    calendarId: 'office',
    targetsMs: { first_response: hours * HOUR },
  });
  return {
    id,
    priorities: { P0: promise(1), P1: promise(2), P2: promise(4), P3: promise(9) },
    assistantCounts: false,
    pausesOnHold: false,
    warnAtShare: 0.75,
    ...change,
  };
}

/** One promise at every priority. */
export function sameFor(promise: PriorityPromise): PolicyVersion['priorities'] {
  return { P0: promise, P1: promise, P2: promise, P3: promise };
}

/** A plan that promises everything: 4 h, 4 h, 8 h, 16 h. */
export const ALL = plan('all', {
  priorities: sameFor({
    calendarId: 'office',
    targetsMs: { first_response: 4 * HOUR, next_response: 4 * HOUR, update: 8 * HOUR, resolve: 16 * HOUR },
  }),
});

type Content = ClockEvent extends infer Each ? (Each extends ClockEvent ? Omit<Each, 'at' | 'seq'> : never) : never;
/** When and what: `['thu 09:00', says('customer')]`. */
export type Line = [when: string, content: Content];

export const opened = (
  policyId: string | null,
  change: Partial<Extract<Content, { type: 'opened' }>> = {},
): Content => ({
  type: 'opened',
  policyId,
  priority: 'P2',
  by: 'customer',
  ...change,
});
export const says = (by: 'customer' | 'engineer' | 'assistant' | 'autoresponder'): Content => ({
  type: 'message',
  by,
  visibility: 'public',
});
export const NOTE: Content = { type: 'message', by: 'engineer', visibility: 'internal' };
export const becomes = (
  to: 'open' | 'waiting_for_customer' | 'on_hold' | 'solved' | 'closed',
  by: 'customer' | 'engineer' | 'system' = 'engineer',
): Content => ({ type: 'state', to, by });
export const priority = (to: 'P0' | 'P1' | 'P2' | 'P3'): Content => ({ type: 'priority', to });

/** The clock of a log that is told by lines. */
export function clockAt(now: string, lines: Line[], input: Partial<ClockInput> = {}): ClockState {
  return evaluate({
    events: lines.map(([when, content], index) => ({ at: at(when), seq: index + 1, ...content }) as ClockEvent),
    policy: [plan('plan'), ALL],
    calendars: [OFFICE_VERSION],
    now: at(now),
    ...input,
  });
}

/** A cycle by its id. */
export function cycleOf(state: ClockState, id: string): Cycle {
  const cycle = state.cycles.find((candidate) => candidate.id === id);
  if (!cycle) throw new Error(`no ${id} among ${state.cycles.map((each) => each.id).join(', ')}`);
  return cycle;
}
