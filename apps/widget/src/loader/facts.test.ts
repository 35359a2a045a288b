import { TicketContext } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { collectFacts, presentableUrl } from './facts.ts';

describe('presentableUrl', () => {
  it.each([
    ['https://a.test/live?room=7', 'https://a.test/live?room=7'],
    ['https://user:pw@a.test/', 'https://a.test/'],
    ['https://a.test/?access_token=abc&room=7', 'https://a.test/?access_token=%E2%80%A6&room=7'],
    ['https://a.test/?room=7&apiKey=abc', 'https://a.test/?room=7&apiKey=%E2%80%A6'],
    ['https://a.test/#id_token=abc&x=1', 'https://a.test/#id_token=%E2%80%A6&x=1'],
    ['https://a.test/#/rooms/7?token=abc', 'https://a.test/#/rooms/7?token=%E2%80%A6'],
    ['https://a.test/#chapter-2', 'https://a.test/#chapter-2'],
    ['https://a.test/?code=4%2F0A&state=xyz', 'https://a.test/?code=%E2%80%A6&state=%E2%80%A6'],
    ['https://a.test/?keyboard=de&encoder=x', 'https://a.test/?keyboard=de&encoder=x'],
    ['not an address', ''],
  ])('%s → %s', (given, expected) => {
    expect(presentableUrl(given)).toBe(expected);
  });
});

describe('collectFacts', () => {
  const page = { href: 'https://a.test/', title: '  Studio ', screen: '1440×900 @1x' };

  it('makes values to text and leaves out what is empty', () => {
    const facts = collectFacts(page, '8.4', { viewers: 1204, live: true, cdn: null, name: '', tags: ['a', 'b'] });
    expect(facts).toEqual({
      pageUrl: 'https://a.test/',
      pageTitle: 'Studio',
      screen: '1440×900 @1x',
      appVersion: '8.4',
      custom: { viewers: '1204', live: 'true', tags: '["a","b"]' },
    });
  });

  it('keeps within what a ticket accepts, whatever the host page passes', () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    const custom = Object.fromEntries(
      Array.from({ length: 80 }, (_, index) => [`${index}${'n'.repeat(100)}`, 'v'.repeat(9_000)]),
    );
    const facts = collectFacts(
      { href: `https://a.test/?q=${'x'.repeat(9_000)}`, title: 't'.repeat(900), screen: '' },
      'v'.repeat(900),
      { loop, ...custom },
    );
    expect(Object.keys(facts.custom)).toHaveLength(30);
    expect(TicketContext.safeParse({ ...facts }).error).toBeUndefined();
  });
});
