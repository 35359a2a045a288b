import type { OwnPlan } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { offerFor } from './urgency-offer.ts';

const granted = { offered: 'P0' as const, reason: null };
const plan = (production: OwnPlan['urgent']['P0']['production'], other = production) => ({
  urgent: { P0: { production, other }, P1: { production: { offered: 'P1' as const, reason: null }, other } },
});

describe('what a plan makes of an urgent request', () => {
  it('is nothing to speak of where it is granted, not urgent, or the plan is unknown', () => {
    expect(offerFor(plan(granted), 'P0', false)).toBeNull();
    expect(offerFor(plan({ offered: 'P2', reason: 'not_a_named_contact' }), 'P2', false)).toBeNull();
    expect(offerFor(null, 'P0', false)).toBeNull();
  });

  it('is the best it has, with the reason', () => {
    expect(offerFor(plan({ offered: 'P2', reason: 'not_a_named_contact' }), 'P0', true)).toEqual({
      asked: 'P0',
      offered: 'P2',
      reason: 'not_a_named_contact',
      dependsOnProduction: false,
    });
  });

  it('depends on production where the plan says so', () => {
    const strict = plan(granted, { offered: 'P2', reason: 'not_production' });
    expect(offerFor(strict, 'P0', false)).toMatchObject({ dependsOnProduction: true, reason: 'not_production' });
    expect(offerFor(strict, 'P0', true)).toMatchObject({ dependsOnProduction: true, reason: null });
  });
});
