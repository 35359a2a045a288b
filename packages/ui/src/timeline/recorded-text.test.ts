import type { RoutingReasons } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { createTranslations } from '../app/LocaleProvider.tsx';
import { reasonsText } from './recorded-text.ts';

const REASONS: RoutingReasons = [
  { what: 'plan' },
  { what: 'skill', skill: { en: 'Echo', 'zh-CN': '回声' }, level: 3 },
  { what: 'skill', skill: { en: 'Android', 'zh-CN': 'Android' }, level: 1 },
  { what: 'language', language: 'zh' },
  { what: 'load', openTickets: 2 },
];

describe('the reasons of routing', () => {
  it.each([
    ['en', 'for this plan, knows Echo and Android, speaks Chinese, 2 open tickets'],
    ['zh-CN', '负责该方案，擅长回声和Android，会说中文，2 个未完成工单'],
  ] as const)('are one phrase each in %s, all skills together', (locale, text) => {
    const { t } = createTranslations(locale);
    expect(reasonsText({ t: t as never, nameOf: (name) => name, locale }, REASONS)).toBe(text);
  });
});
