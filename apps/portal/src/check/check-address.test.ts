import { expect, test } from 'vitest';
import { readCheckAddress } from './check-address.ts';

const id = '0d3f5a52-6b5c-4f0e-9a53-3a6b1f3f7c11';

test.each([
  ['/portal/check', '', { checkId: null, ask: null, ticketId: null }],
  ['/portal/check/', `?ask=${id}`, { checkId: null, ask: id, ticketId: null }],
  ['/portal/check', `?for=${id}&ask=nonsense`, { checkId: null, ask: null, ticketId: id }],
  [`/portal/check/${id}`, '', { checkId: id, ask: null, ticketId: null }],
  ['/portal/checks', '', null],
  ['/portal/', '', null],
])('%s%s', (pathname, search, expected) => {
  expect(readCheckAddress({ pathname, search })).toEqual(expected);
});
