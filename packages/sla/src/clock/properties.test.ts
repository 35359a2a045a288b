import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueAt, elapsedMs } from '../business-time.ts';
import { type Calendar, WEEKDAYS } from '../calendar.ts';
import { arbitraryWindows, MINUTE, ZONES } from '../testing.ts';
import { evaluate } from './evaluate.ts';
import type { CalendarVersion, ClockEvent, ClockInput, PolicyVersion, Priority, PriorityPromise } from './events.ts';
import { MinuteOracle } from './oracle.ts';
import type { ClockState } from './state.ts';

const iso = (ms: number) => new Date(ms).toISOString();
const STATES = ['open', 'waiting_for_customer', 'on_hold', 'solved', 'closed'] as const;
const PRIORITIES: Priority[] = ['P0', 'P1', 'P2', 'P3'];

// Whole numbers of four minutes, so that three quarters are whole minutes too.
const arbitraryPromise = fc
  .record({
    calendarId: fc.constantFrom('one', 'two', null),
    budgets: fc.tuple(...[1, 2, 3, 4].map(() => fc.option(fc.integer({ min: 1, max: 150 }), { freq: 5 }))),
  })
  .map(({ calendarId, budgets: [first, next, update, resolve] }): PriorityPromise => {
    const budget = (fours: number | null | undefined) => (fours == null ? undefined : fours * 4 * MINUTE);
    return {
      calendarId,
      targetsMs: {
        first_response: budget(first),
        next_response: budget(next),
        update: budget(update),
        resolve: budget(resolve),
      },
    };
  });

const arbitraryPolicy = (id: string) =>
  fc
    .tuple(fc.tuple(arbitraryPromise, arbitraryPromise, arbitraryPromise, arbitraryPromise), fc.boolean(), fc.boolean())
    .map(
      ([[P0, P1, P2, P3], assistantCounts, pausesOnHold]): PolicyVersion => ({
        id,
        priorities: { P0, P1, P2, P3 },
        assistantCounts,
        pausesOnHold,
        warnAtShare: 0.75,
      }),
    );

const arbitraryCalendar = (tz: string) =>
  fc
    .tuple(...WEEKDAYS.map(() => arbitraryWindows))
    .filter((week) => week.some((windows) => windows.length > 0))
    .map((week): Calendar => ({ tz, week: Object.fromEntries(WEEKDAYS.map((day, index) => [day, week[index]!])) }));

const by = fc.constantFrom('customer' as const, 'engineer' as const, 'assistant' as const, 'autoresponder' as const);
const arbitraryContent = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ type: fc.constant('message'), by, visibility: fc.constantFrom('public', 'internal') }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'call_answered' }) },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('state'),
      to: fc.constantFrom(...STATES),
      by: fc.constantFrom('customer', 'engineer', 'system'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('priority'), to: fc.constantFrom(...PRIORITIES) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('policy'), policyId: fc.constantFrom('a', 'b', null) }) },
);
const arbitraryMerge = fc.record({
  type: fc.constant('merged'),
  startMinutes: fc.integer({ min: -600, max: 600 }),
  answered: fc.boolean(),
});

/** A log of one to three days near a change of some zone's clocks, on whole minutes. */
function arbitraryInput(options: { merges?: boolean; edits?: boolean }) {
  const content = options.merges
    ? fc.oneof({ weight: 12, arbitrary: arbitraryContent }, arbitraryMerge)
    : arbitraryContent;
  return fc
    .record({ zone: fc.constantFrom(...ZONES), otherZone: fc.constantFrom(...ZONES.map(([tz]) => tz)) })
    .chain(({ zone: [tz, around], otherZone }) =>
      fc.record({
        aroundMs: fc.constant(Date.parse(around)),
        calendars: fc.tuple(arbitraryCalendar(tz), arbitraryCalendar(otherZone), arbitraryCalendar(tz)),
        editMinutes: fc.integer({ min: -1_000, max: 3_000 }),
        policy: fc.tuple(arbitraryPolicy('a'), arbitraryPolicy('b')),
        startMinutes: fc.integer({ min: -1_500, max: 500 }),
        opening: fc.record({ priority: fc.constantFrom(...PRIORITIES), by }),
        steps: fc.array(fc.tuple(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 400 })), content), {
          maxLength: 14,
        }),
        restMinutes: fc.integer({ min: 0, max: 1_000 }),
      }),
    )
    .map(({ aroundMs, calendars, editMinutes, policy, startMinutes, opening, steps, restMinutes }): ClockInput => {
      const startMs = aroundMs + startMinutes * MINUTE;
      const events = [{ type: 'opened', policyId: 'a', ...opening, at: iso(startMs), seq: 0 } as ClockEvent];
      let ms = startMs;
      steps.forEach(([minutes, step], index) => {
        ms += minutes * MINUTE;
        const { startMinutes: mergedMinutes, ...rest } = step as { type: string; startMinutes?: number };
        const merged = mergedMinutes === undefined ? {} : { startAt: iso(startMs + mergedMinutes * MINUTE) };
        events.push({ ...rest, ...merged, at: iso(ms), seq: index + 1 } as ClockEvent);
      });
      const version = (calendarId: string, number: number, fromMs: number, calendar: Calendar): CalendarVersion => ({
        calendarId,
        version: number,
        validFrom: iso(fromMs),
        calendar,
      });
      const saved = [
        version('one', 1, startMs - 1e10, calendars[0]),
        version('two', 1, startMs - 1e10, calendars[1]),
        ...(options.edits ? [version('one', 2, startMs + editMinutes * MINUTE, calendars[2])] : []),
      ];
      return { events, policy, calendars: saved, now: iso(ms + restMinutes * MINUTE) };
    });
}

/** Open minutes of a week without holidays. */
function openMinutes({ week }: Calendar): number {
  const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
  return Object.values(week)
    .flat()
    .map((window) => window.split('-').map(minutesOf) as [number, number])
    .reduce((sum, [from, to]) => sum + ((to - from + 1_440) % 1_440 || 1_440), 0);
}

const told = (state: ClockState) => state.moments.map(({ at, kind, cycleId }) => `${at} ${kind} ${cycleId}`).sort();

describe('properties of the clock, over logs, plans, hours and zones made up', () => {
  it('R3 R4 R5 R6 R9–R19 R21 R23 the minute-stepping oracle sees the same cycles, moments and next moment', () => {
    fc.assert(
      fc.property(arbitraryInput({ merges: true, edits: true }), (input) => {
        // The oracle takes what lies more than a month ahead for never, which few minutes a week would reach.
        fc.pre(input.calendars.every(({ calendar }) => openMinutes(calendar) >= 7 * 60));
        const state = evaluate(input);
        const nowMs = Date.parse(input.now);
        const oracle = new MinuteOracle(input);
        oracle.run(nowMs);
        const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms));
        expect(
          state.cycles
            .map((cycle) => ({
              id: cycle.id,
              startAt: cycle.startAt,
              calendarId: cycle.calendarId,
              budgetMs: cycle.budgetMs,
              usedMs: cycle.usedMs,
              leftMs: cycle.leftMs,
              state: cycle.state,
              breachedAt: cycle.breachedAt,
              endedAt: cycle.endedAt,
              pauseReason: cycle.pauseReason,
            }))
            .sort((a, b) => (a.id < b.id ? -1 : 1)),
        ).toEqual(
          oracle.cycles
            .map((cycle) => ({
              id: cycle.id,
              startAt: iso(cycle.startMs),
              calendarId: cycle.calendarId,
              budgetMs: cycle.budgetMinutes * MINUTE,
              usedMs: cycle.usedMinutes * MINUTE,
              leftMs: cycle.breachedMs !== null ? 0 : (cycle.budgetMinutes - cycle.usedMinutes) * MINUTE,
              state: cycle.breachedMs !== null ? 'breached' : (cycle.outcome ?? (cycle.pause ? 'paused' : 'running')),
              breachedAt: isoOrNull(cycle.breachedMs),
              endedAt: isoOrNull(cycle.endedMs),
              pauseReason: cycle.pause,
            }))
            .sort((a, b) => (a.id < b.id ? -1 : 1)),
        );
        expect(told(state)).toEqual(oracle.moments.map(({ ms, kind, id }) => `${iso(ms)} ${kind} ${id}`).sort());
        const nextMs = oracle.firstMomentAfter(nowMs, 3_000);
        if (nextMs !== null) expect(state.next?.at).toBe(iso(nextMs));
        else expect(state.next === null || Date.parse(state.next.at) > nowMs + 3_000 * MINUTE).toBe(true);
      }),
      { numRuns: 40 },
    );
  }, 600_000);

  it('R7 whatever the order events, plans and calendars come in, and however often', () => {
    const shuffled = arbitraryInput({ merges: true, edits: true }).chain((input) =>
      fc
        .tuple(
          fc.shuffledSubarray(input.events, { minLength: input.events.length }),
          fc.shuffledSubarray(input.policy, { minLength: input.policy.length }),
          fc.shuffledSubarray(input.calendars, { minLength: input.calendars.length }),
        )
        .map(([events, policy, calendars]) => ({ input, other: { ...input, events, policy, calendars } })),
    );
    fc.assert(
      fc.property(shuffled, ({ input, other }) => {
        const state = evaluate(input);
        expect(evaluate(other)).toEqual(state);
        expect(evaluate(structuredClone(input))).toEqual(state);
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  it('R7 events that share instant and seq have one order too', () => {
    fc.assert(
      fc.property(arbitraryInput({}), ({ events, ...rest }) => {
        const crowded = events.map((event) => ({ ...event, at: events[0]!.at, seq: 0 }));
        expect(evaluate({ ...rest, events: crowded.toReversed() })).toEqual(evaluate({ ...rest, events: crowded }));
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('R22 looking later only adds moments; an event changes none before it', () => {
    fc.assert(
      fc.property(arbitraryInput({ edits: true }), fc.nat(), fc.nat(), (input, earlier, dropped) => {
        const endMs = Date.parse(input.now);
        const startMs = Date.parse(input.events[0]!.at);
        const state = evaluate(input);
        const thenMs = startMs + (earlier % (endMs - startMs + 1));
        const then = evaluate({ ...input, now: iso(thenMs) });
        expect(state.moments.slice(0, then.moments.length)).toEqual(then.moments);
        expect(state.moments.filter(({ at }) => at <= iso(thenMs))).toEqual(then.moments);
        const last = input.events.length - 1 - (dropped % input.events.length);
        const without = evaluate({ ...input, events: input.events.slice(0, last) });
        const before = ({ at }: { at: string }) => at < input.events[last]!.at;
        expect(state.moments.filter(before)).toEqual(without.moments.filter(before));
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it('R4 R22 the next moment comes true if nothing else happens, and then is no longer next', () => {
    fc.assert(
      fc.property(arbitraryInput({ edits: true }), (made) => {
        const input = { ...made, calendars: made.calendars.filter(({ validFrom }) => validFrom <= made.now) };
        const state = evaluate(input);
        if (!state.next) return;
        expect(state.next.at > input.now).toBe(true);
        const justBefore = evaluate({ ...input, now: iso(Date.parse(state.next.at) - 1) });
        expect(justBefore.moments).toEqual(state.moments);
        expect(justBefore.next).toEqual(state.next);
        const then = evaluate({ ...input, now: state.next.at });
        expect(then.moments.slice(state.moments.length)).toContainEqual(state.next);
        expect(then.next?.at).not.toBe(state.next.at);
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  it('R3 R5 R16–R18 while running, due is dueAt(hours, countedFrom, budgetMs, pauses); while paused, what is left is exact', () => {
    fc.assert(
      fc.property(arbitraryInput({}), ({ calendars, ...rest }) => {
        for (const cycle of evaluate({ calendars, ...rest }).cycles) {
          const calendar = calendars.find(({ calendarId }) => calendarId === cycle.calendarId)?.calendar ?? null;
          if (cycle.state === 'running')
            expect(cycle.dueAt).toBe(dueAt(calendar, cycle.countedFrom, cycle.budgetMs, cycle.pauses));
          if (cycle.state !== 'paused') continue;
          expect(cycle.dueAt).toBeNull();
          const untilAt = [cycle.pausedSince!, cycle.countedFrom].sort().at(-1)!;
          expect(cycle.usedMs).toBe(elapsedMs(calendar, cycle.countedFrom, untilAt, cycle.pauses));
        }
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it('R6 an edit changes no cycle that had ended and no moment before it', () => {
    fc.assert(
      fc.property(arbitraryInput({ edits: true }), (input) => {
        const saved = input.calendars.find(({ version }) => version === 2)!;
        const edited = evaluate(input);
        const unedited = evaluate({ ...input, calendars: input.calendars.filter((version) => version !== saved) });
        // Saved before the opening, it is the hours the ticket began with.
        if (saved.validFrom <= input.events[0]!.at) return;
        const before = iso(Date.parse(saved.validFrom));
        const isOver = ({ endedAt, id }: { endedAt: string | null; id: string }) =>
          // What ends at the very moment of an edit ends under the edited hours (R6: saved at or before it).
          endedAt !== null && endedAt < before && !id.startsWith('resolve');
        expect(edited.cycles.filter(isOver)).toEqual(unedited.cycles.filter(isOver));
        expect(edited.moments.filter(({ at }) => at < before)).toEqual(
          unedited.moments.filter(({ at }) => at < before),
        );
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});
