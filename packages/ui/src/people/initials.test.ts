import { describe, expect, it } from 'vitest';
import { hueOf, initials } from './initials.ts';

describe('initials', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['Grace Brewster Murray Hopper', 'GH'],
    ['madonna', 'M'],
    ['陈小明', '小明'],
    ['王芳', '王芳'],
    ['欧阳娜娜', '娜娜'],
    ['陈 Chen', '陈'],
    ['  ', '?'],
    ['Élodie Ångström', 'ÉÅ'],
    ['👩‍🚀 Sally', '👩‍🚀S'],
  ])('of %j are %j', (name, expected) => {
    expect(initials(name)).toBe(expected);
  });
});

describe('hueOf', () => {
  it('is stable and within the circle', () => {
    expect(hueOf('a')).toBe(hueOf('a'));
    expect(hueOf('a')).not.toBe(hueOf('b'));
    for (const key of ['', 'x', '0f8fad5b-d9cb-469f-a165-70867728950e']) {
      expect(hueOf(key)).toBeGreaterThanOrEqual(0);
      expect(hueOf(key)).toBeLessThan(360);
    }
  });
});
