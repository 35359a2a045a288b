import { readInstant, SlaInputError, type SlaIssue } from '../input.ts';
import { type ClockEvent, type ExclusionReason, type PolicyVersion, PRIORITIES } from './events.ts';
import { policyIssues } from './policy.ts';

/** An event with its instant read. */
export type LoggedEvent = { atMs: number; event: ClockEvent };

const SPEAKERS = ['customer', 'engineer', 'assistant', 'autoresponder'];
const STATES = ['open', 'waiting_for_customer', 'on_hold', 'solved', 'closed'];
const REASONS = ['spam', 'drill', 'merged', 'lead'];

/**
 * What has happened by `nowMs`, in the order of the log: by instant, then seq (R7, R9).
 * @throws SlaInputError naming the event, `events.3.at`
 */
export function readLog(events: readonly ClockEvent[], nowMs: number): LoggedEvent[] {
  const issues: SlaIssue[] = [];
  const log: LoggedEvent[] = [];
  let openings = 0;
  events.forEach((event, index) => {
    const field = `events.${index}`;
    const atMs = readInstant(event.at, `${field}.at`);
    if (!Number.isSafeInteger(event.seq)) issues.push({ field: `${field}.seq`, problem: 'must be a whole number' });
    const problem = contentIssue(event, field);
    if (problem) issues.push(problem);
    if (event.type === 'opened') {
      openings += 1;
      if (openings > 1) issues.push({ field, problem: 'opens the ticket a second time' });
    }
    if (atMs <= nowMs) log.push({ atMs, event });
  });
  if (issues.length > 0) throw new SlaInputError(issues);
  return log.sort(
    (a, b) => a.atMs - b.atMs || a.event.seq - b.event.seq || rank(a.event) - rank(b.event) || byContent(a, b),
  );
}

function contentIssue(event: ClockEvent, field: string): SlaIssue | null {
  const oneOf = (value: string, allowed: readonly string[], name: string): SlaIssue | null =>
    allowed.includes(value) ? null : { field: `${field}.${name}`, problem: `must be one of ${allowed.join(', ')}` };
  switch (event.type) {
    case 'opened':
      return oneOf(event.by, SPEAKERS, 'by') ?? oneOf(event.priority, PRIORITIES, 'priority');
    case 'message':
      return oneOf(event.by, SPEAKERS, 'by') ?? oneOf(event.visibility, ['public', 'internal'], 'visibility');
    case 'state':
      return oneOf(event.to, STATES, 'to') ?? oneOf(event.by, ['customer', 'engineer', 'system'], 'by');
    case 'priority':
      return oneOf(event.to, PRIORITIES, 'to');
    case 'merged':
      readInstant(event.startAt, `${field}.startAt`);
      return null;
    case 'excluded':
      return oneOf(event.reason, REASONS, 'reason');
    default:
      return oneOf((event as ClockEvent).type, ORDER, 'type');
  }
}

// One entry of a ticket's timeline may become several events that share instant and seq: the ticket opens, moves and
// is spoken in before its state changes.
const ORDER: ClockEvent['type'][] = [
  'opened',
  'merged',
  'policy',
  'priority',
  'message',
  'call_answered',
  'state',
  'excluded',
  'recalculated',
];
const rank = (event: ClockEvent) => ORDER.indexOf(event.type);
const content = (event: ClockEvent) => JSON.stringify(Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1)));
const byContent = (a: LoggedEvent, b: LoggedEvent) => (content(a.event) < content(b.event) ? -1 : 1);

/** Where the log leaves the figures: after which event the clock stops for good, and the reason that stands at the end. */
export type Exclusion = { stopsAfter: LoggedEvent | null; reason: ExclusionReason | null };

/**
 * The exclusions still in force at the end of the log (R20): one that was taken back counts as if it had never been.
 * A drill is out of the figures and its clock runs on.
 */
export function exclusionOf(log: readonly LoggedEvent[]): Exclusion {
  const inForce = new Map<ExclusionReason, LoggedEvent>();
  for (const entry of log) {
    const { event } = entry;
    if (event.type !== 'excluded') continue;
    if (!event.excluded) inForce.delete(event.reason);
    else if (!inForce.has(event.reason)) inForce.set(event.reason, entry);
  }
  const reasons = [...inForce];
  const stop = reasons.find(([reason]) => reason !== 'drill');
  return { stopsAfter: stop?.[1] ?? null, reason: (stop ?? reasons[0])?.[0] ?? null };
}

const sound = new WeakSet<PolicyVersion>();

/**
 * A lookup of a plan's versions by id.
 * @returns throws SlaInputError for a version that is not there, is there twice or is unsound
 */
export function policyBook(policies: readonly PolicyVersion[]): (id: string) => PolicyVersion {
  return (id) => {
    const index = policies.findIndex((policy) => policy.id === id);
    const policy = policies[index];
    if (!policy) throw new SlaInputError([{ field: 'policy', problem: `has no version ${id}` }]);
    const twin = policies.findIndex((other, place) => place > index && other.id === id);
    if (twin >= 0) throw new SlaInputError([{ field: `policy.${twin}.id`, problem: 'is given twice' }]);
    if (!sound.has(policy)) {
      const issues = policyIssues(policy);
      if (issues.length > 0)
        throw new SlaInputError(issues.map(({ field, problem }) => ({ field: `policy.${index}.${field}`, problem })));
      sound.add(policy);
    }
    return policy;
  };
}
