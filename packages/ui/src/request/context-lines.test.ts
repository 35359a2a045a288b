import { TicketContext } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { contextLines, withoutLines } from './context-lines.ts';

const CONTEXT: TicketContext = {
  userAgent: 'Mozilla/5.0',
  browser: 'Firefox 140',
  timeZone: 'Asia/Shanghai',
  pageUrl: 'https://a.test/',
  custom: { browser: 'the host’s own word', Show: 'Autumn' },
};

describe('contextLines', () => {
  it('shows every fact of the contract, so that nothing is sent unseen', () => {
    const full = Object.fromEntries(
      Object.keys(TicketContext.shape).map((key) => [key, key === 'custom' ? { a: 'b' } : 'x']),
    ) as TicketContext;
    expect(contextLines(full)).toHaveLength(Object.keys(TicketContext.shape).length);
  });

  it('leaves out what is empty and keeps the host’s facts apart from ours', () => {
    expect(contextLines({ ...CONTEXT, screen: '' }).map((line) => line.id)).toEqual([
      'browser',
      'timeZone',
      'pageUrl',
      'userAgent',
      'custom.browser',
      'custom.Show',
    ]);
  });
});

describe('withoutLines', () => {
  it('withholds exactly what was taken out', () => {
    expect(withoutLines(CONTEXT, new Set(['pageUrl', 'custom.browser']))).toEqual({
      browser: 'Firefox 140',
      timeZone: 'Asia/Shanghai',
      userAgent: 'Mozilla/5.0',
      custom: { Show: 'Autumn' },
    });
  });

  it('sends nothing when everything was taken out', () => {
    const all = new Set(contextLines(CONTEXT).map((line) => line.id));
    expect(withoutLines(CONTEXT, all)).toEqual({});
  });
});
