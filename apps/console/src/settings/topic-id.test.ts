import { Topic } from '@alongside/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topicId } from './topic-id.ts';

describe('topicId', () => {
  it.each([
    ['Billing & invoices', 'billing-invoices'],
    ['  Über-API ', 'u-ber-api'],
    ['计费', 'topic'],
  ])('of %j is %j', (name, expected) => {
    expect(topicId(name, new Set())).toBe(expected);
  });

  it('never takes one that exists', () => {
    expect(topicId('API', new Set(['api', 'api-2']))).toBe('api-3');
  });

  it('always fits the contract', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const id = topicId(name, new Set(['topic']));
        expect(Topic.shape.id.safeParse(id).success).toBe(true);
      }),
    );
  });
});
