import { describe, expect, it } from 'vitest';
import { AppError, ERRORS, type ErrorCode, ErrorReply, errorMessage } from './errors.ts';

const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

describe('the error registry', () => {
  for (const [code, { status, message }] of Object.entries(ERRORS)) {
    it(`${code} has both languages with the same placeholders and a fitting status`, () => {
      expect(message.en.length).toBeGreaterThan(5);
      expect(message['zh-CN']).toMatch(/\p{Script=Han}/u);
      expect(placeholders(message['zh-CN'])).toEqual(placeholders(message.en));
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
    });
  }

  it('fills placeholders and never shows an empty one', () => {
    expect(errorMessage('rate_limited', 'en', { seconds: 7 })).toBe('Too many requests. Try again in 7 s.');
    expect(errorMessage('rate_limited', 'zh-CN')).toContain('seconds');
  });

  it('makes a reply the contract accepts, naming the first wrong field', () => {
    const error = new AppError('invalid_input', { field: 'subject' }, [{ field: 'subject', message: 'is empty' }]);
    const reply = error.toReply('zh-CN');
    expect(ErrorReply.parse(reply)).toEqual(reply);
    expect(reply.error.field).toBe('subject');
    expect(reply.error.message).toContain('subject');
  });

  it('keeps codes that say "try again" apart from those a change must precede', () => {
    const retried = (Object.keys(ERRORS) as ErrorCode[]).filter((code) => ERRORS[code].retry);
    for (const code of retried) expect([429, 500, 503, 507]).toContain(ERRORS[code].status);
  });
});
