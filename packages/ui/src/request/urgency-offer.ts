import type { OwnPlan, Priority, PriorityOffer } from '@alongside/contracts';

/** What a plan makes of a request that is being written. */
export type UrgencyOffer = PriorityOffer & {
  asked: Priority;
  /** Whether it matters if production is concerned: then the form asks. */
  dependsOnProduction: boolean;
};

/** @returns null where everything is granted, whatever is said, or the plan is not known */
export function offerFor(
  plan: Pick<OwnPlan, 'urgent'> | null,
  priority: Priority,
  production: boolean,
): UrgencyOffer | null {
  if (plan === null || (priority !== 'P0' && priority !== 'P1')) return null;
  const { production: inProduction, other } = plan.urgent[priority];
  const dependsOnProduction = inProduction.offered !== other.offered;
  const offer = production ? inProduction : other;
  return offer.reason === null && !dependsOnProduction ? null : { ...offer, asked: priority, dependsOnProduction };
}
