import type { LocalisedText, Priority, RoutingObstacle, RoutingReasons, WaitReason } from '@alongside/contracts';

/** A skill a ticket demands. */
export type DemandedSkill = {
  id: string;
  name: LocalisedText;
  /** Somebody must have one of these; the others only help to choose. */
  required: boolean;
};

/** What routing knows about a ticket. */
export type RoutableTicket = {
  priority: Priority;
  skills: readonly DemandedSkill[];
  /** BCP 47, most wanted first. */
  languages: readonly string[];
  planId: string | null;
  /** The dedicated manager of the customer's contract. */
  managerId: string | null;
  /** Engineers who helped this customer before. */
  helpedBy: readonly string[];
  /** Engineers who handed this ticket back. */
  handedBackBy: readonly string[];
};

/** What routing knows about an engineer who takes part. */
export type RoutingCandidate = {
  id: string;
  /** Level by skill, 1 to 3. */
  skills: Readonly<Record<string, number>>;
  /** BCP 47. */
  languages: readonly string[];
  /** Plans whose customers they look after first. */
  planIds: readonly string[];
  /** Those that do not wait for the customer. */
  openTickets: number;
  capacity: number;
  workingNow: boolean;
  /** When their working hours begin next, ISO; null when they work now or never will. */
  nextWorkingAt: string | null;
  /** The rotation that has them on call now. */
  onCall: string | null;
  away: boolean;
  /** ISO; null = never. */
  lastAssignedAt: string | null;
};

export type RoutingChoice = { engineerId: string; reasons: RoutingReasons };

/** Why nobody was chosen. */
export type RoutingWait = {
  why: WaitReason;
  /** What nobody has who could take it now; empty where anybody would do. */
  skills: LocalisedText[];
  /** When somebody's working hours begin who could take it; null when that is not what it waits for. */
  nextAt: string | null;
};

/**
 * What speaks for somebody, in points. A dedicated manager outweighs everything else together, the plan skills and
 * language together; load decides among those who are alike. Whole numbers, so that equals
 * are equal.
 */
export const ROUTING_POINTS = {
  manager: 1_000,
  plan: 200,
  onCall: 120,
  /** For every required skill at the highest level, shared among them. */
  skills: 90,
  /** The same for those that only help. */
  helpfulSkills: 24,
  /** Speaks the language most wanted; each further one counts a third of the one before. */
  language: 70,
  knowsCustomer: 20,
  /** With nothing open; none at capacity. */
  load: 40,
} as const;

const LEVEL_MAX = 3;

/**
 * The engineer a ticket goes to. The order of the candidates does not matter.
 *
 * Only those are looked at who are not away, did not hand this ticket back, work now (or are on call, for P0 and P1),
 * have room (a P0 asks for none) and have one of the required skills, as long as anybody in the team has one. Without
 * the skill come the dedicated manager, whoever is on call, and for a P0 everybody. Among them points decide, then who
 * has waited longest for a ticket, then the id.
 * @returns null when nobody fits; `whyNobody` tells why
 */
export function chooseEngineer(ticket: RoutableTicket, candidates: readonly RoutingCandidate[]): RoutingChoice | null {
  const best = rankEngineers(ticket, candidates)[0];
  return best && best.obstacle === null ? { engineerId: best.engineerId, reasons: best.reasons } : null;
}

/** Somebody's place among those a ticket could go to. */
export type RankedCandidate = RoutingChoice & {
  /** Why routing would not give it to them now; null when it would. */
  obstacle: RoutingObstacle | null;
};

/**
 * Everybody who takes part, best first: those routing would choose, in its order, then those it would not, in the order
 * they would have without what keeps them from it.
 */
export function rankEngineers(ticket: RoutableTicket, candidates: readonly RoutingCandidate[]): RankedCandidate[] {
  const wanted = requiredSkills(ticket, candidates);
  return candidates
    .map((candidate) => ({
      candidate,
      obstacle: obstacleOf(ticket, wanted, candidate),
      points: pointsOf(ticket, candidate),
    }))
    .sort(
      (a, b) =>
        Number(a.obstacle !== null) - Number(b.obstacle !== null) ||
        b.points - a.points ||
        compare(a.candidate.lastAssignedAt ?? '', b.candidate.lastAssignedAt ?? '') ||
        compare(a.candidate.id, b.candidate.id),
    )
    .map(({ candidate, obstacle }) => ({
      engineerId: candidate.id,
      reasons: reasonsFor(ticket, candidate),
      obstacle,
    }));
}

function obstacleOf(
  ticket: RoutableTicket,
  wanted: readonly DemandedSkill[],
  candidate: RoutingCandidate,
): RoutingObstacle | null {
  if (ticket.handedBackBy.includes(candidate.id)) return 'handed_back';
  if (!mayHave(ticket, wanted, candidate)) return 'skill';
  if (candidate.away) return 'away';
  if (!isThere(ticket, candidate)) return 'off_hours';
  return hasRoom(ticket, candidate) ? null : 'full';
}

/**
 * Why a ticket stays in the queue, told of those who come nearest to taking it.
 * @returns null when somebody fits after all, or nobody takes part in routing
 */
export function whyNobody(ticket: RoutableTicket, candidates: readonly RoutingCandidate[]): RoutingWait | null {
  if (candidates.length === 0 || chooseEngineer(ticket, candidates) !== null) return null;
  const wanted = requiredSkills(ticket, candidates);
  const skills = wanted.map(({ name }) => name);
  const able = candidates.filter((candidate) => mayHave(ticket, wanted, candidate));
  if (able.length === 0) return { why: 'handed_back', skills, nextAt: null };
  const present = able.filter((candidate) => !candidate.away);
  if (present.length === 0) return { why: 'away', skills, nextAt: null };
  const isAnybodyThere = present.some((candidate) => isThere(ticket, candidate));
  const nextAt = present.flatMap((candidate) => candidate.nextWorkingAt ?? []).sort(compare)[0] ?? null;
  return { why: isAnybodyThere ? 'full' : 'off_hours', skills, nextAt };
}

/** The required skills that somebody in the team has: what nobody has cannot be waited for. */
function requiredSkills(ticket: RoutableTicket, candidates: readonly RoutingCandidate[]): DemandedSkill[] {
  return ticket.skills.filter(({ id, required }) => required && candidates.some(({ skills }) => (skills[id] ?? 0) > 0));
}

/** Whether the ticket is for this engineer at all, were they there and free. */
function mayHave(ticket: RoutableTicket, wanted: readonly DemandedSkill[], candidate: RoutingCandidate): boolean {
  if (ticket.handedBackBy.includes(candidate.id)) return false;
  if (wanted.length === 0 || wanted.some(({ id }) => (candidate.skills[id] ?? 0) > 0)) return true;
  if (candidate.id === ticket.managerId || ticket.priority === 'P0') return true;
  return isUrgent(ticket) && candidate.onCall !== null;
}

function isThere(ticket: RoutableTicket, candidate: RoutingCandidate): boolean {
  return candidate.workingNow || (isUrgent(ticket) && candidate.onCall !== null);
}

function hasRoom(ticket: RoutableTicket, candidate: RoutingCandidate): boolean {
  return ticket.priority === 'P0' || candidate.openTickets < candidate.capacity;
}

function isUrgent({ priority }: RoutableTicket): boolean {
  return priority === 'P0' || priority === 'P1';
}

function pointsOf(ticket: RoutableTicket, candidate: RoutingCandidate): number {
  let points = 0;
  if (candidate.id === ticket.managerId) points += ROUTING_POINTS.manager;
  if (looksAfterPlan(ticket, candidate)) points += ROUTING_POINTS.plan;
  if (isOnCallFor(ticket, candidate)) points += ROUTING_POINTS.onCall;
  for (const [isRequired, most] of [
    [true, ROUTING_POINTS.skills],
    [false, ROUTING_POINTS.helpfulSkills],
  ] as const) {
    const demanded = ticket.skills.filter(({ required }) => required === isRequired);
    const levels = demanded.reduce((sum, { id }) => sum + (candidate.skills[id] ?? 0), 0);
    if (demanded.length > 0) points += Math.round((most * levels) / (demanded.length * LEVEL_MAX));
  }
  const place = ticket.languages.findIndex((language) => speaks(candidate, language));
  if (place >= 0) points += Math.round(ROUTING_POINTS.language / 3 ** place);
  if (ticket.helpedBy.includes(candidate.id)) points += ROUTING_POINTS.knowsCustomer;
  const free = Math.max(0, candidate.capacity - candidate.openTickets);
  return points + Math.round((ROUTING_POINTS.load * free) / candidate.capacity);
}

function reasonsFor(ticket: RoutableTicket, candidate: RoutingCandidate): RoutingReasons {
  const reasons: RoutingReasons = [];
  if (candidate.id === ticket.managerId) reasons.push({ what: 'manager' });
  if (looksAfterPlan(ticket, candidate)) reasons.push({ what: 'plan' });
  if (isOnCallFor(ticket, candidate)) reasons.push({ what: 'on_call', rotation: candidate.onCall! });
  const known = ticket.skills.filter(({ id }) => (candidate.skills[id] ?? 0) > 0);
  known.sort(
    (a, b) =>
      Number(b.required) - Number(a.required) ||
      candidate.skills[b.id]! - candidate.skills[a.id]! ||
      compare(a.id, b.id),
  );
  for (const { id, name } of known) reasons.push({ what: 'skill', skill: name, level: candidate.skills[id]! });
  const language = ticket.languages.find((wanted) => speaks(candidate, wanted));
  if (language !== undefined) reasons.push({ what: 'language', language: primary(language) });
  if (ticket.helpedBy.includes(candidate.id)) reasons.push({ what: 'knows_customer' });
  if (candidate.workingNow && !isOnCallFor(ticket, candidate)) reasons.push({ what: 'working_now' });
  reasons.push({ what: 'load', openTickets: candidate.openTickets });
  return reasons;
}

function looksAfterPlan({ planId }: RoutableTicket, candidate: RoutingCandidate): boolean {
  return planId !== null && candidate.planIds.includes(planId);
}

function isOnCallFor(ticket: RoutableTicket, candidate: RoutingCandidate): boolean {
  return isUrgent(ticket) && candidate.onCall !== null;
}

/** zh-TW and zh-CN are one language to speak; script and region do not keep two people from understanding each other. */
function speaks(candidate: RoutingCandidate, language: string): boolean {
  return candidate.languages.some((spoken) => primary(spoken) === primary(language));
}

function primary(tag: string): string {
  return tag.toLowerCase().split(/[-_]/)[0]!;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
