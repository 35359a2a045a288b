import type { PlanContent, Priority } from '@alongside/contracts';
import { type CalendarVersion, type ClockEvent, evaluate } from '@alongside/sla';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ContractState,
  makeStatement,
  percentOf,
  type StatementInput,
  type StatementLog,
  type StatementPlan,
  statementForCustomer,
} from './statement.ts';
import { monthSpan } from './statement-month.ts';

const HOUR = 3_600_000;
const OFFICE: CalendarVersion = {
  calendarId: 'office',
  version: 1,
  validFrom: '2020-01-01T00:00:00.000Z',
  calendar: {
    tz: 'Asia/Shanghai',
    week: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, ['09:00-18:00']])),
  },
};

const promise = (calendarId: string | null, hours: number) => ({
  calendarId,
  targetsMs: { first_response: hours * HOUR, next_response: hours * HOUR, resolve: hours * 10 * HOUR },
});

const CONTENT: PlanContent = {
  name: { en: 'Business', 'zh-CN': '商务版' },
  summary: { en: 'x', 'zh-CN': 'x' },
  priorities: { P0: promise(null, 1), P1: promise(null, 4), P2: promise('office', 4), P3: promise('office', 9) },
  channels: ['ticket'],
  callsPerYear: null,
  urgentByNamedContacts: false,
  urgentForProduction: false,
  assistantCounts: false,
  pausesOnHold: false,
  warnAtShare: 0.75,
  creditTiers: [
    { below: 0.9, percent: 25 },
    { below: 0.99, percent: 10 },
  ],
  offered: true,
};
const PLAN: StatementPlan = {
  id: 'business-1',
  planId: 'business',
  version: 1,
  validFrom: '2020-01-01T00:00:00.000Z',
  content: CONTENT,
};
const CONTRACT: ContractState = {
  version: 1,
  validFrom: '2026-01-01T00:00:00.000Z',
  timeZone: 'Asia/Shanghai',
  planId: 'business',
  monthlyFee: { amountMinor: 1_000_001, currency: 'CNY' },
};
/** After every month of these tests. */
const LATER = '2027-09-01T00:00:00.000Z';

type Happened = ClockEvent extends infer E ? (E extends unknown ? Omit<E, 'seq'> : never) : never;

/** A ticket by what happened: instants are Shanghai's wall time, "10-31 23:00" of 2026. */
function log(number: number, happened: [string, Omit<Happened, 'at'>][], notes: [number, string][] = []): StatementLog {
  return {
    ticket: { id: `t${number}`, number, subject: `Ticket ${number}` },
    events: happened.map(([wall, event], index) => ({ ...event, at: shanghai(wall), seq: index + 1 }) as ClockEvent),
    notes: new Map(notes),
    writtenAt: new Map(),
  };
}

const shanghai = (wall: string) => new Date(`2026-${wall.replace(' ', 'T')}:00+08:00`).toISOString();
const opened = (priority: Priority = 'P2') =>
  ({ type: 'opened', policyId: 'business-1', priority, by: 'customer' }) as const;
const answer = { type: 'message', by: 'engineer', visibility: 'public' } as const;
const becomes = (to: 'open' | 'waiting_for_customer' | 'solved', by: 'customer' | 'engineer' = 'engineer') =>
  ({ type: 'state', to, by }) as const;
const excluded = (on: boolean) => ({ type: 'excluded', reason: 'lead', excluded: on }) as const;

function statement(tickets: StatementLog[], more: Partial<StatementInput> = {}) {
  return makeStatement({
    organisation: { id: 'o', name: 'North Works' },
    issuer: 'Acme',
    month: '2026-10',
    now: LATER,
    contracts: [CONTRACT],
    plans: [PLAN],
    calendars: [OFFICE],
    tickets,
    ...more,
  });
}

const told = (tickets: StatementLog[], more: Partial<StatementInput> = {}) =>
  statement(tickets, more)!.rows.map(({ ticket, cycleId, outcome }) => `${ticket.number} ${cycleId} ${outcome}`);

describe('which month a target belongs to', () => {
  it('is that of the answer when it came in time', () => {
    const ticket = log(1, [
      ['10-31 23:30', opened('P0')],
      ['11-01 00:10', answer],
    ]);
    expect(told([ticket], { month: '2026-11' })).toContain('1 first_response:1 met');
    expect(told([ticket])).not.toContain('1 first_response:1 met');
  });

  it('is that of the due instant when it was missed, whenever the answer came', () => {
    const ticket = log(1, [
      ['10-31 22:30', opened('P0')],
      ['11-03 09:00', answer],
    ]);
    expect(told([ticket])).toEqual(['1 first_response:1 breached']);
    expect(told([ticket], { month: '2026-11' })).not.toContain('1 first_response:1 breached');
    expect(statement([ticket])!.rows[0]).toMatchObject({ dueAt: shanghai('10-31 23:30'), actualAt: null });
  });

  it('ends before the first instant of the next one, by the clocks of the contract', () => {
    const dueAtMidnight = log(1, [['10-31 23:00', opened('P0')]]);
    expect(told([dueAtMidnight])).toEqual([]);
    expect(told([dueAtMidnight], { month: '2026-11' })[0]).toBe('1 first_response:1 breached');
    const inNewYork = { contracts: [{ ...CONTRACT, timeZone: 'America/New_York' }] };
    expect(told([dueAtMidnight], inNewYork)).toContain('1 first_response:1 breached');
  });

  it('stays the one it was counted in when it is reopened later', () => {
    const ticket = log(1, [
      ['10-30 10:00', opened('P0')],
      ['10-30 10:10', answer],
      ['10-30 11:00', becomes('solved')],
      ['11-02 09:00', becomes('open', 'customer')],
    ]);
    expect(told([ticket])).toEqual(['1 first_response:1 met', '1 resolve:1 met']);
    expect(told([ticket], { month: '2026-11' })).toEqual(['1 next_response:1 breached']);
  });
});

describe('what is excluded', () => {
  const ticket = log(
    7,
    [
      ['10-12 10:00', opened('P1')],
      ['10-12 11:00', answer],
      ['10-13 10:00', excluded(true)],
      ['11-05 10:00', excluded(false)],
      ['11-05 11:00', becomes('solved')],
    ],
    [[3, 'a test of theirs']],
  );

  it('is listed with its reason and counted in neither number', () => {
    const made = statement([ticket])!;
    expect(made.rows.map(({ cycleId, outcome, because }) => [cycleId, outcome, because])).toEqual([
      ['first_response:1', 'excluded', 'lead'],
      ['resolve:1', 'excluded', 'lead'],
    ]);
    expect(made.attainment.overall).toEqual({ met: 0, total: 0 });
    expect(made.credits).toMatchObject({ percent: 0, amount: { amountMinor: 0, currency: 'CNY' } });
    expect(made.exclusions).toEqual([
      { ticket: ticket.ticket, because: 'lead', at: shanghai('10-13 10:00'), note: 'a test of theirs', targets: 2 },
    ]);
  });

  it('counts in the month in which it was put back', () => {
    expect(told([ticket], { month: '2026-11' })).toEqual(['7 first_response:1 met', '7 resolve:1 breached']);
  });

  it('afterwards changes nothing in a month that is over', () => {
    const late = log(8, [
      ['10-12 10:00', opened('P1')],
      ['10-12 11:00', answer],
      ['11-02 10:00', excluded(true)],
    ]);
    expect(told([late])).toContain('8 first_response:1 met');
    const november = statement([late], { month: '2026-11' })!;
    expect(november.rows).toEqual([]);
    expect(november.exclusions).toHaveLength(1);
    expect(statement([late], { month: '2026-12' })!.exclusions).toEqual([]);
  });

  it('keeps the team’s words from the customer', () => {
    expect(statementForCustomer(statement([ticket])!).exclusions[0]!.note).toBe('');
  });
});

describe('figures', () => {
  const breached = (number: number) => log(number, [['10-12 10:00', opened('P0')]]);
  const met = (number: number) =>
    log(number, [
      ['10-12 10:00', opened('P1')],
      ['10-12 10:30', answer],
    ]);

  it('are counted by priority and target, and credits follow the tier', () => {
    const { attainment, credits } = statement([breached(1), met(2), met(3)])!;
    // Two answered in time; one breached response and three resolve targets that nobody met.
    expect(attainment.overall).toEqual({ met: 2, total: 6 });
    expect(attainment.byPriority).toEqual([
      { priority: 'P0', met: 0, total: 2 },
      { priority: 'P1', met: 2, total: 4 },
      { priority: 'P2', met: 0, total: 0 },
      { priority: 'P3', met: 0, total: 0 },
    ]);
    expect(attainment.cells[0]).toEqual({ priority: 'P0', target: 'first_response', met: 0, total: 1 });
    expect(credits.percent).toBe(25);
    expect(credits.tiers.map(({ below }) => below)).toEqual([0.99, 0.9]);
    // A quarter of 10,000.01 is 2,500.0025.
    expect(credits.amount).toEqual({ amountMinor: 250_000, currency: 'CNY' });
  });

  it('come with pauses, business time and the plan of the ticket', () => {
    const ticket = log(4, [
      ['10-12 10:00', opened('P2')],
      ['10-12 11:00', answer],
      ['10-12 11:00', becomes('waiting_for_customer')],
      ['10-14 11:00', becomes('open', 'customer')],
      ['10-14 15:30', becomes('solved')],
    ]);
    const row = statement([ticket])!.rows.find(({ target }) => target === 'resolve')!;
    expect(row).toMatchObject({
      outcome: 'met',
      usedMs: 5.5 * HOUR,
      pausedMs: 48 * HOUR,
      pauses: [{ from: shanghai('10-12 11:00'), to: shanghai('10-14 11:00'), reason: 'waiting_for_customer' }],
      plan: { versionId: 'business-1', name: CONTENT.name },
    });
  });

  it('of the fee in force at the end of the month', () => {
    const raised: ContractState = {
      ...CONTRACT,
      version: 2,
      validFrom: shanghai('10-20 00:00'),
      monthlyFee: { amountMinor: 2_000, currency: 'USD' },
    };
    const { contract, credits } = statement([breached(1)], { contracts: [raised, CONTRACT] })!;
    expect(contract!.monthlyFee!.currency).toBe('USD');
    expect(credits.amount).toEqual({ amountMinor: 500, currency: 'USD' });
    const ended: ContractState = { ...raised, version: 3, planId: null, monthlyFee: null };
    const without = statement([breached(1)], { contracts: [CONTRACT, ended] })!;
    expect(without.contract).toBeNull();
    expect(without.credits).toEqual({ tiers: [], percent: 0, amount: null });
  });
});

describe('the running month', () => {
  it('is made up to the present and says that it is provisional', () => {
    const ticket = log(1, [
      ['10-12 10:00', opened('P1')],
      ['10-12 10:30', answer],
    ]);
    const now = shanghai('10-13 10:00');
    expect(statement([ticket], { now })).toMatchObject({ provisional: true, madeUpTo: now });
    expect(statement([ticket])).toMatchObject({ provisional: false, madeUpTo: '2026-10-31T15:59:59.999Z' });
    expect(statement([ticket], { now: shanghai('09-30 23:59') })).toBeNull();
  });
});

describe('percentOf', () => {
  it('rounds half up to the smallest unit', () => {
    expect(percentOf(1_000_001, 25)).toBe(250_000);
    expect(percentOf(1_002, 25)).toBe(251);
    expect(percentOf(10, 5)).toBe(1);
    expect(percentOf(9, 5)).toBe(0);
    expect(percentOf(1_000, 12.345)).toBe(123);
    expect(percentOf(0, 100)).toBe(0);
  });

  it('is exact where floating point is not', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000_000 }), fc.integer({ min: 1, max: 100_000 }), (amount, thousandths) => {
        const exact = (2n * BigInt(amount) * BigInt(thousandths) + 100_000n) / 200_000n;
        expect(percentOf(amount, thousandths / 1_000)).toBe(Number(exact));
      }),
    );
  });
});

// Instants on whole minutes over a good year with the changes of clocks in it.
const START = Date.parse('2026-08-20T00:00:00Z');
const anyInstant = fc.integer({ min: 0, max: 250 * 24 * 60 }).map((minute) => new Date(START + minute * 60_000));
const anyEvent = fc.oneof(
  fc.constant(answer),
  fc.constant({ type: 'message', by: 'customer', visibility: 'public' } as const),
  fc.constantFrom(becomes('open', 'customer'), becomes('waiting_for_customer'), becomes('solved')),
  fc.constantFrom('P0', 'P1', 'P2', 'P3').map((to) => ({ type: 'priority', to }) as const),
  fc.boolean().map(excluded),
  fc.constant({ type: 'recalculated' } as const),
);
const anyTicket = fc
  .tuple(anyInstant, fc.constantFrom<Priority>('P0', 'P1', 'P2', 'P3'), fc.array(fc.tuple(anyInstant, anyEvent)))
  .map(([at, priority, rest]): ClockEvent[] =>
    [
      { ...opened(priority), at: at.toISOString() },
      ...rest
        .filter(([when]) => when > at)
        .toSorted(([a], [b]) => a.getTime() - b.getTime())
        .map(([when, event]) => ({ ...event, at: when.toISOString() })),
    ].map((event, index) => ({ ...event, seq: index + 1 }) as ClockEvent),
  );
const anyTickets = fc.array(anyTicket, { maxLength: 4 }).map((all) =>
  all.map(
    (events, index): StatementLog => ({
      ticket: { id: `t${index}`, number: index + 1, subject: 'x' },
      events,
      notes: new Map(),
      writtenAt: new Map(),
    }),
  ),
);
const ZONES = ['Asia/Shanghai', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC'];
const anyContracts = fc
  .array(fc.tuple(anyInstant, fc.constantFrom(...ZONES)), { minLength: 1, maxLength: 3 })
  .map((states) =>
    states.map(([at, timeZone], index) => ({
      ...CONTRACT,
      version: index + 1,
      validFrom: at.toISOString(),
      timeZone,
    })),
  );
const MONTHS = Array.from({ length: 12 }, (_, index) => {
  const count = 2026 * 12 + 7 + index;
  return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}`;
});

describe('for any log', () => {
  it('a target is counted in one month only, the first at whose end it is decided', () => {
    fc.assert(
      fc.property(anyTickets, anyContracts, (tickets, contracts) => {
        const found: string[] = [];
        for (const month of MONTHS)
          for (const row of statement(tickets, { month, contracts })!.rows)
            if (row.outcome !== 'excluded') found.push(`${month} ${row.ticket.number} ${row.cycleId} ${row.outcome}`);
        const expected: string[] = [];
        for (const { ticket, events } of tickets) {
          const counted = new Set<string>();
          for (const month of MONTHS) {
            const end = new Date(Date.parse(monthSpan(month, contracts).to) - 1).toISOString();
            const state = evaluate({
              events,
              policy: [{ ...CONTENT, id: 'business-1' } as never],
              calendars: [OFFICE],
              now: end,
            });
            for (const { id, state: is } of state.cycles) {
              if (state.excluded !== null || counted.has(id) || (is !== 'met' && is !== 'breached')) continue;
              counted.add(id);
              expected.push(`${month} ${ticket.number} ${id} ${is}`);
            }
          }
        }
        expect(found.toSorted()).toEqual(expected.toSorted());
      }),
      { numRuns: 60 },
    );
  });

  it('what happens after a month changes nothing in it', () => {
    fc.assert(
      fc.property(anyTickets, anyContracts, fc.constantFrom(...MONTHS.slice(1, 8)), (tickets, contracts, month) => {
        const { to } = monthSpan(month, contracts);
        const cut = tickets
          .map((each) => ({ ...each, events: each.events.filter(({ at }) => at < to) }))
          .filter(({ events }) => events.length > 0);
        const whole = statement(tickets, { month, contracts });
        expect(JSON.stringify(statement(cut, { month, contracts, now: to }))).toBe(JSON.stringify(whole));
      }),
      { numRuns: 60 },
    );
  });

  it('the order in which it is handed over changes nothing, and the sums agree', () => {
    fc.assert(
      fc.property(anyTickets, anyContracts, fc.constantFrom(...MONTHS), (tickets, contracts, month) => {
        const made = statement(tickets, { month, contracts })!;
        const turned = tickets.toReversed().map((each) => ({ ...each, events: each.events.toReversed() }));
        expect(JSON.stringify(statement(turned, { month, contracts: contracts.toReversed() }))).toBe(
          JSON.stringify(made),
        );
        const { overall, byPriority, byTarget, cells } = made.attainment;
        for (const parts of [byPriority, byTarget, cells]) {
          expect(parts.reduce((sum, { met }) => sum + met, 0)).toBe(overall.met);
          expect(parts.reduce((sum, { total }) => sum + total, 0)).toBe(overall.total);
        }
        expect(made.rows.filter(({ outcome }) => outcome !== 'excluded')).toHaveLength(overall.total);
      }),
      { numRuns: 40 },
    );
  });
});
