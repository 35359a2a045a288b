import { describe, expect, it } from 'vitest';
import { OFFICE_HOURS, restrictionsOf, rulesOf } from './windows.ts';

describe('hours of a layer', () => {
  it('are grouped by what the weekdays share, and come back the same', () => {
    const restrictions = {
      mon: ['09:00-12:00', '13:00-18:00'],
      tue: ['09:00-12:00', '13:00-18:00'],
      sat: ['00:00-24:00'],
      sun: ['22:00-06:00'],
    };
    const rules = rulesOf(restrictions);
    expect(rules).toEqual([
      { days: ['mon', 'tue'], from: '09:00', to: '12:00' },
      { days: ['mon', 'tue'], from: '13:00', to: '18:00' },
      { days: ['sat'], from: '00:00', to: '00:00' },
      { days: ['sun'], from: '22:00', to: '06:00' },
    ]);
    expect(restrictionsOf(rules)).toEqual(restrictions);
  });

  it('leave out days nobody named, and name a window once', () => {
    expect(restrictionsOf([OFFICE_HOURS, OFFICE_HOURS])).toEqual({
      mon: ['09:00-18:00'],
      tue: ['09:00-18:00'],
      wed: ['09:00-18:00'],
      thu: ['09:00-18:00'],
      fri: ['09:00-18:00'],
    });
    expect(restrictionsOf([{ days: [], from: '09:00', to: '18:00' }])).toEqual({});
  });
});
