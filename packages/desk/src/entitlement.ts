import {
  type PlanContent,
  PRIORITIES,
  type Priority,
  SUPPORT_CHANNELS,
  type SupportChannel,
  type UncoveredReason,
} from '@alongside/contracts';

/** What a plan makes of a request: it covers it, or it does not and offers the best it has. Nothing is ever refused. */
export type Entitlement<Offer> = { covered: true } | { covered: false; reason: UncoveredReason; offered: Offer };

/** What of a contract decides; null where there is none. */
export type ContractFacts = { namedContactIds: readonly string[] } | null;

export type PriorityRequest = {
  priority: Priority;
  /** The customer's person who asks. What staff decide themselves is not asked here. */
  contactId: string;
  /** Whether it concerns what runs in production. */
  production: boolean;
};

/** The priorities a plan may keep to named contacts and to production. */
const URGENT: readonly Priority[] = ['P0', 'P1'];

/**
 * Whether a customer may raise this priority; else the most urgent one they may.
 * @param content the version of the plan that is in force
 */
export function priorityEntitlement(
  content: PlanContent,
  contract: ContractFacts,
  request: PriorityRequest,
): Entitlement<Priority> {
  const reason = whyNotUrgent(content, contract, request);
  if (reason === null) return { covered: true };
  const less = PRIORITIES.slice(PRIORITIES.indexOf(request.priority) + 1);
  // P2 is open to everybody, so there is always one.
  const offered = less.find((priority) => whyNotUrgent(content, contract, { ...request, priority }) === null)!;
  return { covered: false, reason, offered };
}

function whyNotUrgent(
  content: PlanContent,
  contract: ContractFacts,
  { priority, contactId, production }: PriorityRequest,
): UncoveredReason | null {
  if (!URGENT.includes(priority)) return null;
  if (Object.keys(content.priorities[priority].targetsMs).length === 0) return 'priority_not_in_plan';
  if (content.urgentByNamedContacts && !contract?.namedContactIds.includes(contactId)) return 'not_a_named_contact';
  if (content.urgentForProduction && !production) return 'not_production';
  return null;
}

/**
 * Whether a customer may use this channel; else the most personal one below it that the plan opens.
 * @param content the version of the plan that is in force
 * @param used calls of this contract year that were answered
 */
export function channelEntitlement(
  content: PlanContent,
  channel: SupportChannel,
  used: { calls: number },
): Entitlement<SupportChannel> {
  const reason = whyNotThrough(content, channel, used);
  if (reason === null) return { covered: true };
  const less = SUPPORT_CHANNELS.slice(0, SUPPORT_CHANNELS.indexOf(channel)).toReversed();
  // Whoever asks can at least write: a plan without any channel would be a dead end.
  const offered = less.find((one) => whyNotThrough(content, one, used) === null) ?? 'ticket';
  return { covered: false, reason, offered };
}

function whyNotThrough(content: PlanContent, channel: SupportChannel, used: { calls: number }): UncoveredReason | null {
  if (!content.channels.includes(channel)) return 'channel_not_in_plan';
  if (channel === 'call' && callsLeft(content, used.calls) === 0) return 'calls_used_up';
  return null;
}

/** Calls left in the contract year; null = as many as wanted. */
export function callsLeft(content: PlanContent, used: number): number | null {
  return content.callsPerYear === null ? null : Math.max(0, content.callsPerYear - used);
}
