import { describe, expect, it } from 'vitest';
import { signInToken } from './sign-in-token.ts';

describe('signInToken', () => {
  it.each([
    ['#t=0123456789abcdef', '0123456789abcdef'],
    ['t=0123456789abcdef', '0123456789abcdef'],
    ['#a=1&t=0123456789abcdef', '0123456789abcdef'],
    ['#t=short', null],
    [`#t=${'x'.repeat(201)}`, null],
    ['#token=0123456789abcdef', null],
    ['#', null],
    ['', null],
  ])('of %s is %s', (hash, token) => {
    expect(signInToken(hash)).toBe(token);
  });
});
