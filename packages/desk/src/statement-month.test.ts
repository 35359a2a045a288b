import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inForceAt, localDate, monthAt, monthSpan, monthsSince, nextMonth, previousMonth } from './statement-month.ts';

const since = (version: number, validFrom: string, timeZone: string) => ({
  version,
  validFrom: `${validFrom}:00.000Z`,
  timeZone,
});
const shanghai = since(1, '2026-03-10T00:00', 'Asia/Shanghai');

describe('monthSpan', () => {
  it('is the month of the contract’s clocks, an hour longer or shorter where they change', () => {
    const newYork = [since(1, '2020-01-01T00:00', 'America/New_York')];
    const hours = (month: string) => {
      const { from, to } = monthSpan(month, newYork);
      return (Date.parse(to) - Date.parse(from)) / 3_600_000;
    };
    expect(hours('2026-10')).toBe(31 * 24);
    expect(hours('2026-11')).toBe(30 * 24 + 1);
    expect(hours('2026-03')).toBe(31 * 24 - 1);
    expect(monthSpan('2026-11', newYork).from).toBe('2026-11-01T04:00:00.000Z');
  });

  it('has the first contract’s zone before there was one, and UTC where there never was', () => {
    expect(monthSpan('2026-01', [shanghai])).toEqual({
      timeZone: 'Asia/Shanghai',
      from: '2025-12-31T16:00:00.000Z',
      to: '2026-01-31T16:00:00.000Z',
    });
    expect(monthSpan('2026-01', []).timeZone).toBe('UTC');
  });

  it('follows a contract that moves to another zone without a hole', () => {
    const moved = [shanghai, since(2, '2026-06-15T00:00', 'America/Los_Angeles')];
    expect(monthSpan('2026-06', moved)).toEqual({
      timeZone: 'Asia/Shanghai',
      from: '2026-05-31T16:00:00.000Z',
      to: '2026-07-01T07:00:00.000Z',
    });
    expect(monthSpan('2026-07', moved).from).toBe('2026-07-01T07:00:00.000Z');
  });

  it('tiles time, whatever the zones', () => {
    const zones = ['Asia/Shanghai', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Australia/Lord_Howe', 'Asia/Beirut'];
    const versions = fc
      .array(
        fc.tuple(
          fc.date({ min: new Date('2025-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }),
          fc.constantFrom(...zones),
        ),
      )
      .map((all) =>
        all.map(([at, timeZone], index) => ({ version: index + 1, validFrom: at.toISOString(), timeZone })),
      );
    const instants = fc.date({ min: new Date('2025-01-01'), max: new Date('2027-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(versions, instants, (contracts, date) => {
        const instant = date.toISOString();
        const month = monthAt(instant, contracts);
        const { from, to } = monthSpan(month, contracts);
        expect(from <= instant && instant < to).toBe(true);
        expect(monthSpan(nextMonth(month), contracts).from).toBe(to);
        expect(monthSpan(previousMonth(month), contracts).to).toBe(from);
      }),
    );
  });
});

describe('monthsSince', () => {
  it('lists them latest first, the running one as provisional', () => {
    expect(monthsSince('2025-11-30T16:00:00.000Z', '2026-02-01T00:00:00.000Z', [shanghai])).toEqual([
      { month: '2026-02', provisional: true },
      { month: '2026-01', provisional: false },
      { month: '2025-12', provisional: false },
    ]);
  });
});

it('the last version saved holds, even where it was dated back', () => {
  const versions = [shanghai, since(2, '2026-05-01T00:00', 'UTC'), since(3, '2026-04-01T00:00', 'Asia/Tokyo')];
  expect(inForceAt(versions, '2026-06-01T00:00:00.000Z')!.timeZone).toBe('Asia/Tokyo');
  expect(inForceAt(versions, '2026-03-31T00:00:00.000Z')!.timeZone).toBe('Asia/Shanghai');
  expect(inForceAt(versions, '2026-01-01T00:00:00.000Z')).toBeUndefined();
});

it('localDate reads the calendar on that wall', () => {
  expect(localDate('Asia/Shanghai', '2026-10-31T16:00:00.000Z')).toBe('2026-11-01');
});
