import { describe, expect, it } from 'vitest';
import { instantAt, mondayBefore, placeOf, spanOf } from './picture.ts';

const at = (iso: string) => Date.parse(iso);

describe('the picture of a rotation', () => {
  it('shows whole days of the zone, longer and shorter ones where the clocks change', () => {
    const span = spanOf(at('2026-03-28T10:00:00Z'), 3, 'Europe/London');
    expect(span.days.map(({ date }) => date)).toEqual(['2026-03-28', '2026-03-29', '2026-03-30']);
    expect(span.days.map(({ startMs }) => new Date(startMs).toISOString())).toEqual([
      '2026-03-28T00:00:00.000Z',
      '2026-03-29T00:00:00.000Z',
      '2026-03-29T23:00:00.000Z',
    ]);
    expect(new Date(span.toMs).toISOString()).toBe('2026-03-30T23:00:00.000Z');
  });

  it('begins a week on Monday as the zone has it', () => {
    expect(new Date(mondayBefore(at('2026-05-17T15:30:00Z'), 'Asia/Shanghai')).toISOString()).toBe(
      '2026-05-10T16:00:00.000Z',
    );
    expect(new Date(mondayBefore(at('2026-05-17T16:30:00Z'), 'Asia/Shanghai')).toISOString()).toBe(
      '2026-05-17T16:00:00.000Z',
    );
  });

  it('cuts what reaches over its edges and leaves out what lies outside', () => {
    const span = { fromMs: at('2026-05-10T00:00:00Z'), toMs: at('2026-05-20T00:00:00Z') };
    const place = (from: string, to: string) => placeOf({ from, to }, span);
    expect(place('2026-05-11T00:00:00Z', '2026-05-12T00:00:00Z')).toEqual({
      left: 10,
      width: 10,
      startsBefore: false,
      endsAfter: false,
    });
    expect(place('2026-05-01T00:00:00Z', '2026-05-12T00:00:00Z')).toMatchObject({ left: 0, startsBefore: true });
    expect(place('2026-05-19T00:00:00Z', '2026-06-12T00:00:00Z')).toMatchObject({ width: 10, endsAfter: true });
    expect(place('2026-05-01T00:00:00Z', '2026-05-10T00:00:00Z')).toBeNull();
  });

  it('takes a pointer to the half hour and never beyond its edges', () => {
    const span = { fromMs: at('2026-05-10T00:00:00Z'), toMs: at('2026-05-11T00:00:00Z') };
    expect(new Date(instantAt(0.5101, span)).toISOString()).toBe('2026-05-10T12:00:00.000Z');
    expect(new Date(instantAt(0.52, span)).toISOString()).toBe('2026-05-10T12:30:00.000Z');
    expect(instantAt(-1, span)).toBe(span.fromMs);
    expect(instantAt(7, span)).toBe(span.toMs);
  });
});
