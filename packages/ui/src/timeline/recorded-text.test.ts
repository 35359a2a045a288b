import type { RoutingReasons } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { createTranslations } from '../app/LocaleProvider.tsx';
import { reasonsText, recordedText } from './recorded-text.ts';

const REASONS: RoutingReasons = [
  { what: 'plan' },
  { what: 'skill', skill: { en: 'Echo', 'zh-CN': '回声' }, level: 3 },
  { what: 'skill', skill: { en: 'Android', 'zh-CN': 'Android' }, level: 1 },
  { what: 'language', language: 'zh' },
  { what: 'load', openTickets: 2 },
];

describe('failed addresses of the media server', () => {
  const body = {
    type: 'call.addresses_failed',
    callId: 'c',
    failed: [
      { url: 'wss://a.test', reason: 'timeout', status: null, server: { state: 'ok', status: null } },
      { url: 'wss://b.test:8443', reason: 'status', status: 502, server: { state: 'dns', status: null } },
    ],
    reached: null,
  } as const;
  const by = { kind: 'customer', id: 'p', name: 'Cleo' } as const;
  it.each([
    [
      'en',
      'Cleo could not reach the media server. a.test: no answer in time; our server reaches it. b.test:8443: answered with error 502; our server does not know the name either',
      'Cleo reached the media server at c.test only. a.test: ',
    ],
    [
      'zh-CN',
      'Cleo无法连接媒体服务器。a.test：未在规定时间内应答；我们的服务器可以连接。b.test:8443：返回错误 502；我们的服务器也找不到该域名',
      'Cleo只能通过 c.test 连接媒体服务器。a.test：',
    ],
  ] as const)('are named each in %s, from both sides', (locale, text, elsewhere) => {
    const words = { t: createTranslations(locale).t as never, nameOf: (name: string) => name, locale };
    expect(recordedText(words, by, { ...body, failed: [...body.failed] })).toBe(text);
    const reached = { ...body, failed: [...body.failed], reached: 'wss://c.test' };
    expect(recordedText(words, by, reached)).toContain(elsewhere);
  });
});

describe('the reasons of routing', () => {
  it.each([
    ['en', 'for this plan, knows Echo and Android, speaks Chinese, 2 open tickets'],
    ['zh-CN', '负责该方案，擅长回声和Android，会说中文，2 个未完成工单'],
  ] as const)('are one phrase each in %s, all skills together', (locale, text) => {
    const { t } = createTranslations(locale);
    expect(reasonsText({ t: t as never, nameOf: (name) => name, locale }, REASONS)).toBe(text);
  });
});
