import type { ReportFigures } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { changeOf, countOf, figureWords, numberOf, partOf } from './figure-words.ts';

const MINUTE = 60_000;

function figures(more: Partial<ReportFigures> = {}): ReportFigures {
  return {
    first_response: { count: 4, medianMs: 30 * MINUTE, p90Ms: 90 * MINUTE },
    next_response: { count: 0, medianMs: null, p90Ms: null },
    resolve: { count: 1, medianMs: 26 * 60 * MINUTE, p90Ms: 26 * 60 * MINUTE },
    first_contact: { part: 1, total: 3 },
    reopened: { part: 0, total: 3 },
    backlog: 1_200,
    attainment: { met: 999, total: 1_000 },
    satisfaction: { count: 3, mean: 4.333333 },
    ...more,
  };
}

const points = (count: string) => `${count} pp`;

describe('a figure in words', () => {
  it('tells durations, shares, counts and scores', () => {
    const of = (figure: Parameters<typeof figureWords>[1]) => figureWords(figures(), figure, 'en');
    expect(of('first_response')).toBe('30 min');
    expect(of('resolve')).toBe('1 d 2 h');
    expect(of('next_response')).toBe('–');
    expect(of('first_contact')).toBe('33.3%');
    expect(of('backlog')).toBe('1,200');
    expect(of('satisfaction')).toBe('4.33');
  });

  it('attainment is never rounded up', () => {
    expect(figureWords(figures({ attainment: { met: 99_999, total: 100_000 } }), 'attainment', 'en')).toBe('99.99%');
  });

  it('says on how many it stands', () => {
    expect(countOf(figures(), 'attainment')).toBe(1_000);
    expect(countOf(figures(), 'backlog')).toBe(1_200);
    expect(partOf(figures(), 'first_contact')).toBe(1);
    expect(partOf(figures(), 'resolve')).toBeNull();
    expect(numberOf(figures({ reopened: { part: 0, total: 0 } }), 'reopened')).toBeNull();
  });
});

describe('a change', () => {
  const change = (figure: Parameters<typeof changeOf>[2], before: Partial<ReportFigures>) =>
    changeOf(figures(), figures(before), figure, { points }, 'en');

  it('of a duration is in percent, and less is better', () => {
    const first_response = { count: 1, medianMs: 40 * MINUTE, p90Ms: 40 * MINUTE };
    expect(change('first_response', { first_response })).toEqual({ text: '-25%', direction: 'down', tone: 'better' });
  });

  it('of a share is in points, and more is better', () => {
    expect(change('attainment', { attainment: { met: 1, total: 1 } })).toEqual({
      text: '-0.1 pp',
      direction: 'down',
      tone: 'worse',
    });
  });

  it('that is none, or that rounds to none, is none', () => {
    expect(change('backlog', {})).toEqual({ text: '0', direction: 'same', tone: 'same' });
    expect(change('satisfaction', { satisfaction: { count: 1, mean: 4.333 } })!.direction).toBe('same');
  });

  it('needs both', () => {
    expect(change('next_response', {})).toBeNull();
    expect(change('satisfaction', { satisfaction: { count: 0, mean: null } })).toBeNull();
  });
});
