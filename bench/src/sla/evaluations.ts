import { type CalendarVersion, type ClockEvent, type ClockInput, evaluate, type PolicyVersion } from '@alongside/sla';
import { printTable } from '../figures.ts';
import { perCpuSecond } from './cpu-time.ts';
import { CALENDARS } from './due-dates.ts';

const HOUR_MS = 3_600_000;
const SAVED: CalendarVersion[] = CALENDARS.flatMap((calendar, index) =>
  calendar ? [{ calendarId: `hours-${index}`, version: 1, validFrom: '2026-01-01T00:00:00Z', calendar }] : [],
);
const POLICIES: PolicyVersion[] = SAVED.map(({ calendarId }) => {
  const promise = (hours: number) => ({
    calendarId,
    targetsMs: {
      first_response: hours * HOUR_MS,
      next_response: 2 * hours * HOUR_MS,
      update: 4 * hours * HOUR_MS,
      resolve: 40 * hours * HOUR_MS,
    },
  });
  return {
    id: calendarId,
    priorities: { P0: promise(0.5), P1: promise(2), P2: promise(8), P3: promise(16) },
    assistantCounts: false,
    pausesOnHold: true,
    warnAtShare: 0.75,
  };
});

/** `evaluate` on tickets of a few and of many events: all four promises, waiting, holding, solved and reopened. */
export function benchEvaluations(seconds: number): void {
  const rows = [3, 20, 100].map((events) => {
    const tickets = Array.from({ length: 200 }, (_, n) => ticket(n, events));
    return { events, perSecond: perCpuSecond((n) => evaluate(tickets[n % tickets.length]!), seconds) };
  });
  console.log(JSON.stringify({ case: 'sla evaluations', rows }));
  printTable(
    'Evaluations of a ticket’s clock',
    ['events', 'per second of a core', 'µs each'],
    rows.map(({ events, perSecond }) => [String(events), perSecond.toFixed(0), (1_000_000 / perSecond).toFixed(1)]),
  );
}

function ticket(n: number, length: number): ClockInput {
  const startMs = Date.UTC(2026, 2, 1) + n * 7 * HOUR_MS;
  const policyId = POLICIES[n % POLICIES.length]!.id;
  const story: object[] = [
    { type: 'message', by: 'engineer', visibility: 'public' },
    { type: 'state', to: 'waiting_for_customer', by: 'engineer' },
    { type: 'message', by: 'customer', visibility: 'public' },
    { type: 'state', to: 'open', by: 'customer' },
    { type: 'message', by: 'engineer', visibility: 'internal' },
    { type: 'priority', to: n % 2 === 0 ? 'P1' : 'P3' },
    { type: 'state', to: 'on_hold', by: 'engineer' },
    { type: 'state', to: 'open', by: 'engineer' },
    { type: 'call_answered' },
    { type: 'state', to: 'solved', by: 'engineer' },
    { type: 'state', to: 'open', by: 'customer' },
  ];
  const opened = { type: 'opened', policyId, priority: 'P2', by: 'customer' };
  const events = Array.from({ length }, (_, index) => ({
    ...(index === 0 ? opened : story[(index - 1) % story.length]),
    at: new Date(startMs + index * 3 * HOUR_MS).toISOString(),
    seq: index,
  })) as ClockEvent[];
  const now = new Date(startMs + (length + 4) * 3 * HOUR_MS).toISOString();
  return { events, policy: POLICIES, calendars: SAVED, now };
}
