import { randomUUID } from 'node:crypto';
import { AppError } from '@alongside/contracts';
import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { type SigningKey, verifyIdentity } from './identity.ts';

const KEY = { id: randomUUID(), secret: 'a secret of at least thirty-two bytes, as we make them' };
const NOW = new Date('2030-06-01T12:00:00Z');
const seconds = (offset: number) => Math.floor(NOW.getTime() / 1000) + offset;
const bytes = (text: string) => new TextEncoder().encode(text);

type Header = { alg?: string; kid?: string };

function sign(claims: Record<string, unknown>, { alg = 'HS256', kid = KEY.id }: Header = {}, secret = KEY.secret) {
  return new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(bytes(secret));
}

const verify = (token: string, locale: 'en' | 'zh-CN' = 'en', organisation: SigningKey['organisation'] = null) =>
  verifyIdentity(token, async (id) => (id === KEY.id ? { secret: KEY.secret, organisation } : undefined), locale, NOW);

const refusal = (token: string) =>
  verify(token).then(
    () => 'accepted',
    (error) => (error instanceof AppError && error.code === 'identity_rejected' ? String(error.details.reason) : error),
  );

describe('a signed identity', () => {
  test('says who somebody is', async () => {
    const token = await sign({
      sub: '42',
      name: ' 李雷 ',
      email: 'Li@Example.COM',
      organisation: 'Acme',
      exp: seconds(60),
    });
    expect(await verify(token)).toEqual({
      keyId: KEY.id,
      externalId: '42',
      name: '李雷',
      email: 'li@example.com',
      organisation: 'Acme',
      boundTo: null,
    });
    expect(await verify(await sign({ sub: '42', exp: seconds(60) }))).toMatchObject({
      name: null,
      email: null,
      organisation: null,
    });
  });

  test.each([
    ['expired an hour ago', { exp: seconds(-3_600) }, 'expired'],
    ['expired just beyond the leeway', { exp: seconds(-61) }, 'expired'],
    ['without an end', {}, 'missing'],
    ['that lives for a week', { exp: seconds(7 * 86_400) }, 'within a day'],
    ['made the day before yesterday', { exp: seconds(60), iat: seconds(-2 * 86_400) }, 'within a day'],
    ['of the future', { exp: seconds(600), nbf: seconds(120) }, 'not valid yet'],
    ['with an end in words', { exp: 'tomorrow' }, 'wrong form'],
    ['without a person', { sub: undefined, exp: seconds(60) }, 'missing'],
    ['with an empty person', { sub: '  ', exp: seconds(60) }, 'wrong form'],
    ['with a number as person', { sub: 42, exp: seconds(60) }, 'wrong form'],
    ['with a name of 10,000 characters', { name: 'x'.repeat(10_000), exp: seconds(60) }, 'wrong form'],
    ['with NUL in the name', { name: 'a\0', exp: seconds(60) }, 'wrong form'],
    ['with no address as address', { email: 'nobody', exp: seconds(60) }, 'wrong form'],
    ['with a list as organisation', { organisation: ['a'], exp: seconds(60) }, 'wrong form'],
  ])('is refused when %s', async (_, claims, reason) => {
    expect(await refusal(await sign({ sub: '42', ...claims }))).toContain(reason);
  });

  test('clocks may differ by a minute', async () => {
    expect(await refusal(await sign({ sub: '42', exp: seconds(-59) }))).toBe('accepted');
    expect(await refusal(await sign({ sub: '42', exp: seconds(86_400 + 59) }))).toBe('accepted');
    expect(await refusal(await sign({ sub: '42', exp: seconds(60), nbf: seconds(59), iat: seconds(59) }))).toBe(
      'accepted',
    );
  });

  test('is refused with another secret, algorithm, key or form', async () => {
    const claims = { sub: '42', exp: seconds(60) };
    expect(await refusal(await sign(claims, {}, `${KEY.secret}x`))).toContain('signature');
    expect(await refusal(await sign(claims, { kid: randomUUID() }))).toContain('unknown');
    expect(await refusal(await sign(claims, { kid: "' or 1=1" }))).toContain('cannot be read');
    expect(await refusal(await sign(claims, { alg: 'HS512' }))).toContain('cannot be read');
    const [, payload, signature] = (await sign(claims)).split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid: KEY.id })).toString('base64url');
    expect(await refusal(`${none}.${payload}.`)).toContain('cannot be read');
    expect(await refusal(`${none}.${payload}.${signature}`)).toContain('cannot be read');
    expect(await refusal(new UnsecuredJWT(claims).encode())).toContain('cannot be read');
    for (const text of ['', 'a.b.c', '....', 'null', '{}']) expect(await refusal(text)).toContain('cannot be read');
  });

  test('by an organisation’s own key is one of its people, and of no other', async () => {
    const acme = { id: randomUUID(), name: 'Acme Works' };
    const signed = (organisation?: string) => sign({ sub: '42', exp: seconds(60), organisation });
    expect(await verify(await signed(), 'en', acme)).toMatchObject({ boundTo: acme.id });
    expect(await verify(await signed('ACME works'), 'en', acme)).toMatchObject({ boundTo: acme.id });
    for (const other of ['Acme', 'Acme Works Ltd', 'Other'])
      await expect(verify(await signed(other), 'en', acme)).rejects.toMatchObject({
        code: 'identity_rejected',
        details: { reason: 'its signing key belongs to another organisation' },
      });
  });

  test('the reason is in the reader’s language', async () => {
    const token = await sign({ sub: '42', exp: seconds(-600) });
    await expect(verify(token, 'zh-CN')).rejects.toMatchObject({ details: { reason: '身份信息已过期' } });
  });
});
