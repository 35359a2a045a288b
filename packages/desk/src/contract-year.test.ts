import { describe, expect, it } from 'vitest';
import { contractYearAt } from './contract-year.ts';

describe('contractYearAt', () => {
  it('begins with the local date, in the zone of the contract', () => {
    expect(contractYearAt('2024-05-14', 'Asia/Shanghai', '2026-11-01T00:00:00.000Z')).toEqual({
      from: '2026-05-13T16:00:00.000Z',
      to: '2027-05-13T16:00:00.000Z',
    });
  });

  it('turns over at the very instant', () => {
    const last = contractYearAt('2024-05-14', 'Asia/Shanghai', '2026-05-13T15:59:59.999Z');
    const first = contractYearAt('2024-05-14', 'Asia/Shanghai', '2026-05-13T16:00:00.000Z');
    expect(last.to).toBe(first.from);
    expect(first.from).toBe('2026-05-13T16:00:00.000Z');
  });

  it('counts the change of clocks: half a year apart, midnight differs', () => {
    expect(contractYearAt('2025-07-01', 'Europe/Berlin', '2026-01-15T12:00:00.000Z')).toEqual({
      from: '2025-06-30T22:00:00.000Z',
      to: '2026-06-30T22:00:00.000Z',
    });
  });

  it('renews on 28 February what began on the 29th, and on the 29th again in the next leap year', () => {
    expect(contractYearAt('2024-02-29', 'UTC', '2025-06-01T00:00:00.000Z')).toEqual({
      from: '2025-02-28T00:00:00.000Z',
      to: '2026-02-28T00:00:00.000Z',
    });
    expect(contractYearAt('2024-02-29', 'UTC', '2027-06-01T00:00:00.000Z').to).toBe('2028-02-29T00:00:00.000Z');
  });

  it('asks the local year, which near midnight of New Year is another one than in UTC', () => {
    expect(contractYearAt('2020-01-01', 'Pacific/Auckland', '2025-12-31T12:00:00.000Z').from).toBe(
      '2025-12-31T11:00:00.000Z',
    );
    expect(contractYearAt('2020-01-01', 'America/Los_Angeles', '2026-01-01T03:00:00.000Z').from).toBe(
      '2025-01-01T08:00:00.000Z',
    );
  });
});
