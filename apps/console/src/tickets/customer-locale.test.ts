import type { TicketView } from '@alongside/contracts';
import { expect, test } from 'vitest';
import { customerLocale } from './customer-locale.ts';

const view = (bodies: string[], language?: string, kind = 'customer') =>
  ({
    entries: bodies.map((body) => ({ kind: 'message', by: { kind, id: 'x', name: 'x' }, body })),
    context: language ? { language } : {},
  }) as unknown as TicketView;

test.each([
  [['画面卡住了'], 'en-US', 'zh-CN'],
  [['The picture freezes every few seconds.'], 'zh-CN', 'en'],
  [['您好', 'ERR_CONNECTION_RESET'], 'en', 'zh-CN'],
  [['ok'], 'zh-CN', 'zh-CN'],
  [['Error 0x80070057'], undefined, 'en'],
  [[], 'zh-TW', 'zh-CN'],
] as const)('%j in a browser of %s is answered in %s', (bodies, language, locale) => {
  expect(customerLocale(view([...bodies], language))).toBe(locale);
});

test('what we write ourselves tells nothing of them', () => {
  expect(customerLocale(view(['我们看一下'], 'en', 'staff'))).toBe('en');
});
