import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, readableOn, readSettings, speaksChinese } from './settings.ts';

describe('readSettings', () => {
  it('reads what people write into attributes', () => {
    expect(
      readSettings(
        { locale: 'zh-CN', appVersion: ' 8.4 ', position: 'left', color: '#0AF', theme: 'dark' },
        DEFAULT_SETTINGS,
      ),
    ).toEqual({
      locale: 'zh-CN',
      appVersion: '8.4',
      position: 'start',
      color: '#00aaff',
      theme: 'dark',
      identity: null,
    });
  });

  it('leaves as it was what makes no sense or is not given', () => {
    const before = readSettings({ color: '#123456', position: 'start', identity: 'a.b.c' }, DEFAULT_SETTINGS);
    expect(
      readSettings(
        { color: 'red; background: url(//evil)', position: 'top', theme: 'neon', locale: 7, identity: '' },
        before,
      ),
    ).toEqual(before);
  });
});

describe('readableOn', () => {
  it.each([
    ['#ffffff', '#000000'],
    ['#ffd400', '#000000'],
    ['#7bc9ae', '#000000'],
    ['#1b6450', '#ffffff'],
    ['#1f3fbf', '#ffffff'],
    ['#000000', '#ffffff'],
  ])('on %s one reads %s', (background, ink) => {
    expect(readableOn(background)).toBe(ink);
  });
});

describe('speaksChinese', () => {
  it.each([
    [['zh-TW', 'en'], true],
    [['fr', 'zh', 'en'], true],
    [['en-GB', 'zh'], false],
    [[null, undefined, '', 'zh_CN'], true],
    [['fr', 'de'], false],
    [[], false],
  ])('%j → %s', (preferences, chinese) => {
    expect(speaksChinese(preferences)).toBe(chinese);
  });
});
