import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { WEEKDAYS, type Weekday } from '../calendar.ts';
import { SlaInputError } from '../input.ts';
import { arbitraryWindows, HOUR, MINUTE, oracleIsOpen, ZONES } from '../testing.ts';
import { rotationIssues } from './issues.ts';
import type { Layer, Rotation } from './rotation.ts';
import { onCallAt, shifts } from './shifts.ts';

const iso = (ms: number) => new Date(ms).toISOString();
const layer = (change: Partial<Layer> = {}): Layer => ({
  id: 'first',
  people: ['ann', 'bo', 'cy'],
  handover: { every: 'week', at: '09:00', on: 'mon' },
  startsOn: '2026-01-01',
  ...change,
});
const rotation = (tz: string, ...layers: Layer[]): Rotation => ({ tz, layers, overrides: [] });
const told = (of: Rotation, from: string, to: string) =>
  shifts(of, from, to).map((shift) => `${shift.from} ${shift.personId} ${shift.layerId}`);

describe('R24 R25 turns', () => {
  it('R25 the first turn begins with the first handover on or after the start; before it nobody is on', () => {
    const weekly = rotation('Asia/Shanghai', layer());
    expect(onCallAt(weekly, '2026-01-05T00:59:59.999Z')).toBeNull();
    expect(onCallAt(weekly, '2026-01-05T01:00:00.000Z')).toEqual({
      personId: 'ann',
      layerId: 'first',
      shift: { from: '2026-01-05T01:00:00.000Z', to: '2026-01-12T01:00:00.000Z' },
    });
    expect(onCallAt(weekly, '2026-01-26T01:00:00Z')?.personId).toBe('ann');
    // A start on the handover's own weekday counts.
    expect(onCallAt(rotation('UTC', layer({ startsOn: '2026-01-05' })), '2026-01-05T09:00:00Z')?.personId).toBe('ann');
    expect(onCallAt(rotation('UTC', layer({ startsOn: '2026-01-05' })), '2026-01-05T08:59:00Z')).toBeNull();
  });

  it('R25 every day, every third day, every week without a weekday', () => {
    const every = (of: 'day' | 'week' | number) => rotation('UTC', layer({ handover: { every: of, at: '00:00' } }));
    expect(onCallAt(every('day'), '2026-01-02T12:00:00Z')?.personId).toBe('bo');
    expect(onCallAt(every(3), '2026-01-09T23:59:59Z')?.personId).toBe('cy');
    expect(onCallAt(every('week'), '2026-01-08T00:00:00Z')?.personId).toBe('bo');
  });

  it('R24 the handover stays at 09:00 of the wall through both changes of the clocks', () => {
    const daily = rotation('America/New_York', layer({ handover: { every: 'day', at: '09:00' } }));
    const lengths = (from: string, to: string) =>
      shifts(daily, from, to).map((shift) => (Date.parse(shift.to) - Date.parse(shift.from)) / HOUR);
    expect(lengths('2026-03-06T14:00:00Z', '2026-03-09T13:00:00Z')).toEqual([24, 23, 24]);
    expect(lengths('2026-10-30T13:00:00Z', '2026-11-02T14:00:00Z')).toEqual([24, 25, 24]);
  });

  it('R24 a wall time that is skipped comes later, of one that comes twice the first counts', () => {
    const at = (time: string) => rotation('America/New_York', layer({ handover: { every: 'day', at: time } }));
    // 02:30 of 2026-03-08 does not exist: 03:30 takes its place. 01:30 of 2026-11-01 comes twice.
    expect(onCallAt(at('02:30'), '2026-03-08T12:00:00Z')?.shift.from).toBe('2026-03-08T07:30:00.000Z');
    expect(onCallAt(at('01:30'), '2026-11-01T12:00:00Z')?.shift.from).toBe('2026-11-01T05:30:00.000Z');
    expect(onCallAt(at('02:00'), '2026-11-01T12:00:00Z')?.shift.from).toBe('2026-11-01T07:00:00.000Z');
  });

  it('R24 a layer with its own zone follows the sun', () => {
    const sun = rotation(
      'UTC',
      layer({ id: 'shanghai', people: ['li'], tz: 'Asia/Shanghai', handover: { every: 'day', at: '00:00' } }),
      layer({
        id: 'berlin',
        people: ['eva'],
        tz: 'Europe/Berlin',
        handover: { every: 'day', at: '00:00' },
        restrictions: Object.fromEntries(WEEKDAYS.map((day) => [day, ['09:00-17:00']])),
      }),
    );
    expect(told(sun, '2026-05-14T06:00:00Z', '2026-05-14T16:30:00Z')).toEqual([
      '2026-05-14T06:00:00.000Z li shanghai',
      '2026-05-14T07:00:00.000Z eva berlin',
      '2026-05-14T15:00:00.000Z li shanghai',
      '2026-05-14T16:00:00.000Z li shanghai',
    ]);
  });
});

describe('R26 R27 R28 windows, overrides, shifts', () => {
  const windows: Partial<Record<Weekday, string[]>> = {
    mon: ['22:00-06:00'],
    tue: ['09:00-12:00', '13:00-24:00'],
    wed: ['00:00-08:00'],
  };
  const restricted = rotation('UTC', layer({ restrictions: windows, handover: { every: 'day', at: '10:00' } }));

  it('R26 R28 only inside its windows; one turn over midnight is one shift; gaps are shifts of nobody', () => {
    expect(told(restricted, '2026-01-05T20:00:00Z', '2026-01-07T12:00:00Z')).toEqual([
      '2026-01-05T20:00:00.000Z null null',
      '2026-01-05T22:00:00.000Z bo first',
      '2026-01-06T06:00:00.000Z null null',
      '2026-01-06T09:00:00.000Z bo first',
      '2026-01-06T10:00:00.000Z cy first',
      '2026-01-06T12:00:00.000Z null null',
      '2026-01-06T13:00:00.000Z cy first',
      '2026-01-07T08:00:00.000Z null null',
    ]);
  });

  it('R27 a swap is two overrides; of two that overlap the later wins; gaps are filled too', () => {
    const swapped: Rotation = {
      ...rotation('UTC', layer()),
      overrides: [
        { from: '2026-01-03T00:00:00Z', to: '2026-01-03T12:00:00Z', person: 'dee' },
        { from: '2026-01-06T00:00:00Z', to: '2026-01-08T00:00:00Z', person: 'bo' },
        { from: '2026-01-07T00:00:00Z', to: '2026-01-09T00:00:00Z', person: 'cy' },
      ],
    };
    expect(told(swapped, '2026-01-03T06:00:00Z', '2026-01-12T12:00:00Z')).toEqual([
      '2026-01-03T06:00:00.000Z dee null',
      '2026-01-03T12:00:00.000Z null null',
      '2026-01-05T09:00:00.000Z ann first',
      '2026-01-06T00:00:00.000Z bo null',
      '2026-01-07T00:00:00.000Z cy null',
      '2026-01-09T00:00:00.000Z ann first',
      '2026-01-12T09:00:00.000Z bo first',
    ]);
    expect(onCallAt(swapped, '2026-01-10T00:00:00Z')).toEqual({
      personId: 'ann',
      layerId: 'first',
      shift: { from: '2026-01-09T00:00:00.000Z', to: '2026-01-12T09:00:00.000Z' },
    });
    expect(onCallAt(swapped, '2026-01-06T12:00:00Z')).toEqual({
      personId: 'bo',
      layerId: null,
      shift: { from: '2026-01-06T00:00:00.000Z', to: '2026-01-07T00:00:00.000Z' },
    });
  });

  it('R28 a range that is empty has no shifts, one that is the wrong way round or too long is refused', () => {
    expect(shifts(restricted, '2026-01-05T20:00:00Z', '2026-01-05T20:00:00Z')).toEqual([]);
    expect(() => shifts(restricted, '2026-01-05T20:00:00Z', '2026-01-05T19:00:00Z')).toThrow(/to: /);
    expect(() => shifts(restricted, '2026-01-05T20:00:00Z', '2126-01-05T20:00:00Z')).toThrow(/to: /);
  });
});

describe('R29 what is refused, naming the field', () => {
  it('R29 each problem has its field', () => {
    const bad: Rotation = {
      tz: 'Mars/Olympus',
      layers: [
        layer({ people: [], startsOn: '2026-02-30', tz: '+08:00', handover: { every: 0, at: '9:00' } }),
        layer({ handover: { every: 'day', at: '24:00', on: 'mon' } }),
        layer({ id: 'third', restrictions: { mon: ['09:00-12:00', '11:00-13:00'] } }),
        layer({ id: 'fourth', restrictions: {}, handover: { every: 1.5, at: '09:00' } }),
      ],
      overrides: [
        { from: '2026-01-02T00:00:00Z', to: '2026-01-02T00:00:00Z', person: 'ann' },
        { from: 'noon', to: '2026-01-02T00:00:00Z', person: '' },
      ],
    };
    expect(rotationIssues(bad).map(({ field }) => field)).toEqual([
      'tz',
      'layers.0.handover.every',
      'layers.0.handover.at',
      'layers.0.people',
      'layers.0.startsOn',
      'layers.0.tz',
      'layers.1.id',
      'layers.1.handover.at',
      'layers.1.handover.on',
      'layers.2.restrictions.mon',
      'layers.3.handover.every',
      'layers.3.restrictions',
      'overrides.0.to',
      'overrides.1.from',
      'overrides.1.person',
    ]);
    expect(() => onCallAt(bad, '2026-01-02T00:00:00Z')).toThrow(SlaInputError);
    expect(rotationIssues(rotation('UTC', layer()))).toEqual([]);
  });
});

// Counts handovers one by one, by another library, and asks each minute's wall clock for the windows.
function oraclePerson(of: Rotation, ms: number, handovers: Map<Layer, number[]>): string | null {
  const override = of.overrides.findLast(({ from, to }) => Date.parse(from) <= ms && ms < Date.parse(to));
  if (override) return override.person;
  for (const each of of.layers.toReversed()) {
    const passed = handovers.get(each)!.filter((at) => at <= ms).length;
    const isOn = !each.restrictions || oracleIsOpen({ tz: each.tz ?? of.tz, week: each.restrictions }, ms);
    if (passed > 0 && isOn) return each.people[(passed - 1) % each.people.length]!;
  }
  return null;
}

function oracleHandovers({ handover, startsOn, tz }: Layer, rotationTz: string, untilMs: number): number[] {
  const days = handover.every === 'day' ? 1 : handover.every === 'week' ? 7 : handover.every;
  let date = Temporal.PlainDate.from(startsOn);
  while (handover.on && WEEKDAYS[date.dayOfWeek - 1] !== handover.on) date = date.add({ days: 1 });
  const result: number[] = [];
  for (;;) {
    const at = date.toZonedDateTime({ timeZone: tz ?? rotationTz, plainTime: handover.at }).epochMilliseconds;
    if (at > untilMs) return result;
    result.push(at);
    date = date.add({ days });
  }
}

const arbitraryRotation = fc.constantFrom(...ZONES).chain(([tz, around]) => {
  const aroundMs = Date.parse(around);
  const clock = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '30', '59'))
    .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
  const arbitraryLayer = fc
    .record({
      people: fc.array(fc.constantFrom('ann', 'bo', 'cy'), { minLength: 1, maxLength: 4 }),
      every: fc.constantFrom<'day' | 'week' | number>('day', 'week', 1, 2, 5),
      at: clock,
      on: fc.option(fc.constantFrom(...WEEKDAYS)),
      startsDaysBefore: fc.integer({ min: -2, max: 12 }),
      week: fc.option(
        fc.tuple(...WEEKDAYS.map(() => arbitraryWindows)).filter((week) => week.some((each) => each.length > 0)),
      ),
      ownZone: fc.option(fc.constantFrom(...ZONES.map(([name]) => name))),
    })
    .map(
      ({ people, every, at, on, startsDaysBefore, week, ownZone }): Omit<Layer, 'id'> => ({
        people,
        handover: { every, at, ...(on && every === 'week' ? { on } : {}) },
        startsOn: iso(aroundMs - startsDaysBefore * 24 * HOUR).slice(0, 10),
        ...(week ? { restrictions: Object.fromEntries(WEEKDAYS.map((day, index) => [day, week[index]!])) } : {}),
        ...(ownZone ? { tz: ownZone } : {}),
      }),
    );
  const minutes = fc.integer({ min: -2_000, max: 3_000 });
  return fc
    .record({
      layers: fc.array(arbitraryLayer, { maxLength: 3 }),
      overrides: fc.array(fc.tuple(minutes, fc.integer({ min: 1, max: 900 })), { maxLength: 3 }),
      range: fc.tuple(minutes, fc.integer({ min: 0, max: 2_500 })),
    })
    .map(({ layers, overrides, range: [start, length] }) => ({
      rotation: {
        tz,
        layers: layers.map((each, index) => ({ ...each, id: `layer-${index}` })),
        overrides: overrides.map(([from, lasts], index) => ({
          from: iso(aroundMs + from * MINUTE),
          to: iso(aroundMs + (from + lasts) * MINUTE),
          person: `stand-in-${index}`,
        })),
      } satisfies Rotation,
      fromMs: aroundMs + start * MINUTE,
      toMs: aroundMs + (start + length) * MINUTE,
    }));
});

describe('properties, over rotations and zones made up', () => {
  it('R24–R28 a minute-stepping oracle finds the same person in every minute', () => {
    fc.assert(
      fc.property(arbitraryRotation, ({ rotation: made, fromMs, toMs }) => {
        const handovers = new Map(made.layers.map((each) => [each, oracleHandovers(each, made.tz, toMs)]));
        for (const shift of shifts(made, iso(fromMs), iso(toMs)))
          for (let ms = Date.parse(shift.from); ms < Date.parse(shift.to); ms += MINUTE)
            if (oraclePerson(made, ms, handovers) !== shift.personId)
              expect.fail(`${iso(ms)}: ${shift.personId} of ${shift.layerId}`);
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('R28 shifts partition the range, and onCallAt tells the same at both ends of each', () => {
    fc.assert(
      fc.property(arbitraryRotation, ({ rotation: made, fromMs, toMs }) => {
        const found = shifts(made, iso(fromMs), iso(toMs));
        let at = iso(fromMs);
        for (const shift of found) {
          expect(shift.from).toBe(at);
          expect(shift.to > shift.from).toBe(true);
          at = shift.to;
          for (const ms of [Date.parse(shift.from), Date.parse(shift.to) - 1]) {
            const onCall = onCallAt(made, iso(ms));
            expect(onCall?.personId ?? null).toBe(shift.personId);
            expect(onCall?.layerId ?? null).toBe(shift.layerId);
            if (!onCall) continue;
            const [whole] = shifts(made, onCall.shift.from, onCall.shift.to);
            expect(whole).toEqual({ ...onCall.shift, personId: onCall.personId, layerId: onCall.layerId });
            if (shift !== found[0]) expect(onCall.shift.from).toBe(shift.from);
            if (shift !== found.at(-1)) expect(onCall.shift.to).toBe(shift.to);
          }
        }
        expect(at).toBe(iso(Math.max(fromMs, toMs)));
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
