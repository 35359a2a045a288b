import fc from 'fast-check';
import { expect, test } from 'vitest';
import { localTimeOf } from './internals-times.ts';

/** As Chromium 150 writes 5 July and 15 July 2025, a quarter to two in the afternoon. */
const LANGUAGES =
  'en-US en-GB en-AU en-IN en-CA de fr es es-MX it pt-BR nl pl ru sv da fi cs tr zh-CN zh-TW zh-HK ja ko hi id vi th'.split(
    ' ',
  );

test.each(LANGUAGES)('a time in %s is the same instant', (language) => {
  for (const at of ['2025-07-05T13:45:09', '2025-07-15T13:45:09', '2025-12-01T00:05:09', '2025-01-31T12:30:00']) {
    const instant = Date.parse(at);
    expect(localTimeOf(new Date(instant).toLocaleString(language))).toBe(instant);
  }
});

test.each([
  ['5‏/7‏/2025، 1:45:09 م', '2025-07-05T13:45:09'],
  ['2025. 7. 5. 오후 1:45:09', '2025-07-05T13:45:09'],
  ['2025/7/5 凌晨1:45:09', '2025-07-05T01:45:09'],
])('%s', (text, at) => {
  expect(localTimeOf(text)).toBe(Date.parse(at));
});

test.each(['', 'checking', '12:33:31', '5/7/2025', '99/99/2025, 12:33:31', '5/7/2025, 45:33:31'])(
  'no time: %s',
  (text) => {
    expect(localTimeOf(text)).toBeNaN();
  },
);

test('whatever comes, an instant or none', () => {
  const text = fc.string({ maxLength: 60, unit: fc.constantFrom(...'0123456789:-/., 年月日下午APM') });
  fc.assert(fc.property(text, (one) => typeof localTimeOf(one) === 'number'));
});
