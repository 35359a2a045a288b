import { createInstance } from 'i18next';
import { describe, expect, it } from 'vitest';
import english from '../locales/en.json' with { type: 'json' };
import chinese from '../locales/zh-CN.json' with { type: 'json' };
import { lastMessageText } from './last-message.ts';

const translations = createInstance();
await translations.init({
  lng: 'en',
  resources: { en: { ui: english }, 'zh-CN': { ui: chinese } },
  defaultNS: 'ui',
  interpolation: { escapeValue: false },
});

const by = { kind: 'customer', id: '00000000-0000-4000-8000-000000000001', name: '周雨' } as const;
const text = (
  locale: 'en' | 'zh-CN',
  [name, mediaType, fileCount, preview = '']: readonly [string, string, number, string?],
) =>
  lastMessageText(
    { by, at: '2026-05-14T02:00:00.000Z', preview, fileCount, firstFile: { name, mediaType } },
    translations.getFixedT(locale, 'ui'),
  );

describe('the last message in a line', () => {
  it.each([
    [['rack.png', 'image/png', 1], 'Photo: rack.png', '图片：rack.png'],
    [['trace.log', 'text/plain', 1], 'File: trace.log', '文件：trace.log'],
    [['voice.ogg', 'audio/ogg', 1], 'Audio: voice.ogg', '音频：voice.ogg'],
    [['a.webm', 'video/webm', 2], 'Video: a.webm and 1 more', '视频：a.webm，另有 1 个文件'],
    [['rack.png', 'image/png', 3], 'Photo: rack.png and 2 more', '图片：rack.png，另有 2 个文件'],
    [['rack.png', 'image/png', 3, 'Look'], 'Look', 'Look'],
  ] as const)('of %j', (message, en, zh) => {
    expect(text('en', message)).toBe(en);
    expect(text('zh-CN', message)).toBe(zh);
  });
});
