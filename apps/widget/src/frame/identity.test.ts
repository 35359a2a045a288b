import { expect, it } from 'vitest';
import { whoIs } from './identity.ts';

const proof = (claims: object, signature = 'x') =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;

it('proofs renewed for one person name the same, also in letters beyond ASCII', () => {
  const first = proof({ sub: '林?>~', exp: 1 });
  expect(whoIs(proof({ sub: '林?>~', exp: 2 }, 'y'))).toBe(whoIs(first));
  expect(whoIs(proof({ sub: '森?>~', exp: 1 }))).not.toBe(whoIs(first));
});

it('what names nobody stands for itself', () => {
  for (const identity of ['', 'a', 'a.b.c', 'e30.bnVsbA.x', proof({}), proof({ sub: 7 })])
    expect(whoIs(identity)).toBe(identity);
  expect(whoIs(null)).toBeNull();
});
