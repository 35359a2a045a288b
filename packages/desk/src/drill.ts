import type {
  DrillEnd,
  DrillMoment,
  DrillRepeat,
  DrillStep,
  DrillStepKind,
  TicketEventType,
  Weekday,
} from '@alongside/contracts';
import { DRILL_STEPS, WEEKDAYS } from '@alongside/contracts';
import { instantAt, localReading } from '@alongside/sla';
import type { LoggedEvent } from './clock-events.ts';

const DAY_MS = 86_400_000;

/** A drill lasts at least this long, so that a short promise leaves time for the call, ms. */
const LIMIT_MIN_MS = 60 * 60_000;
/** After the promised answer there is this much time left for what follows it, ms. */
const LIMIT_AFTER_DUE_MS = 30 * 60_000;

/** When a drill ends even if nobody answers. @param dueAt of the first response; null where none is promised */
export function drillLimit(filedAt: string, dueAt: string | null): string {
  const due = dueAt === null ? 0 : Date.parse(dueAt) + LIMIT_AFTER_DUE_MS;
  return new Date(Math.max(Date.parse(filedAt) + LIMIT_MIN_MS, due)).toISOString();
}

/** The kinds of events a drill's report is read from. */
export const DRILL_EVENT_TYPES = [
  'ticket.opened',
  'ticket.assigned',
  'routing.suggested',
  'escalation.started',
  'escalation.stepped',
  'escalation.acknowledged',
  'escalation.exhausted',
  'page.delivered',
  'page.seen',
  'clock.warned',
  'clock.breached',
  'message.posted',
  'call.started',
  'call.joined',
  'ticket.state_set',
] as const satisfies readonly TicketEventType[];

/** What is needed of a drill to read its ticket's log. */
export type DrillRun = {
  filedAt: string;
  /** Null while it runs; what the log says of later does not count. */
  endedAt: string | null;
  withCall: boolean;
  /** When the plan promises the first answer; null where it promises none. */
  dueAt: string | null;
};

type Taken = { at: string; by: string | null };

/** The steps of a drill, each as the ticket's log tells it: its first time counts. */
export function drillSteps(log: readonly LoggedEvent[], { filedAt, endedAt, withCall, dueAt }: DrillRun): DrillStep[] {
  const told = log.filter(({ at }) => endedAt === null || at <= endedAt);
  return DRILL_STEPS.filter((step) => withCall || step !== 'call_joined').map((step) => {
    const taken = firstOf(told, step);
    const promised = step === 'first_response' ? dueAt : null;
    return {
      step,
      at: taken?.at ?? null,
      afterMs: taken && Date.parse(taken.at) - Date.parse(filedAt),
      by: taken?.by ?? null,
      dueAt: promised,
      outcome: taken ? (promised !== null && taken.at > promised ? 'late' : 'taken') : endedAt ? 'missed' : 'open',
    };
  });
}

function firstOf(log: readonly LoggedEvent[], step: DrillStepKind): Taken | null {
  for (const event of log) {
    const by = takes(step, event);
    if (by !== undefined) return { at: event.at, by };
  }
  return null;
}

/** Who takes a step with this event; null = nobody in particular, undefined = it is no such event. */
function takes(step: DrillStepKind, { by, body }: LoggedEvent): string | null | undefined {
  switch (step) {
    case 'filed':
      return body.type === 'ticket.opened' ? null : undefined;
    case 'routed':
      if (body.type === 'routing.suggested') return body.engineer.name;
      return body.type === 'ticket.assigned' && body.to !== null ? body.to.name : undefined;
    case 'paged':
      // What lies in an outbox or failed has reached nobody.
      if (body.type !== 'page.delivered' || body.outcome !== 'sent') return undefined;
      return body.person?.name ?? body.hook ?? null;
    case 'acknowledged':
      // Who answers stops the pages too: there is nothing left to acknowledge.
      if (body.type === 'escalation.acknowledged') return by.name;
      return isAnswer(by, body) ? by.name : undefined;
    case 'first_response':
      return isAnswer(by, body) ? by.name : undefined;
    case 'call_joined':
      return body.type === 'call.joined' && body.who.kind === 'staff' ? body.who.name : undefined;
  }
}

function isAnswer(by: LoggedEvent['by'], body: LoggedEvent['body']): boolean {
  return by.kind === 'staff' && body.type === 'message.posted' && body.visibility === 'public';
}

/** What is known of a drill's ticket beside its steps. */
export type DrillTicketEnd = {
  limitAt: string;
  /** Since when its ticket is done or no ticket of the desk's any more; null while it goes on. */
  solvedAt: string | null;
};

/**
 * Whether a running drill is over, since when and why: every step was taken, its ticket is done, or its time is up,
 * whichever came first.
 * @param now ISO instant
 */
export function drillEnd(
  steps: readonly DrillStep[],
  { limitAt, solvedAt }: DrillTicketEnd,
  now: string,
): { at: string; because: Exclude<DrillEnd, 'stopped'> } | null {
  const complete = steps.every(({ at }) => at !== null)
    ? steps
        .map(({ at }) => at!)
        .toSorted()
        .at(-1)!
    : null;
  const ends = [
    { at: complete, because: 'complete' as const },
    { at: solvedAt, because: 'solved' as const },
    { at: limitAt <= now ? limitAt : null, because: 'limit' as const },
  ];
  const known = ends.filter((end): end is { at: string; because: (typeof end)['because'] } => end.at !== null);
  return known.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))[0] ?? null;
}

/** Everything of interest that happened in a drill, in order. */
export function drillMoments(log: readonly LoggedEvent[], endedAt: string | null): DrillMoment[] {
  return log
    .filter(({ at }) => endedAt === null || at <= endedAt)
    .flatMap((event) => momentsOf(event).map((moment) => ({ at: event.at, ...moment })));
}

type Told = Omit<DrillMoment, 'at'>;

function momentsOf({ by, body }: LoggedEvent): Told[] {
  const told = (kind: Told['kind'], who: string | null = null, detail: string | null = null) => [{ kind, who, detail }];
  switch (body.type) {
    case 'ticket.opened':
      return told('filed');
    case 'ticket.assigned':
      return body.to === null ? [] : told('routed', body.to.name);
    case 'routing.suggested':
      return told('routed', body.engineer.name);
    case 'escalation.started':
      return told('escalation_started', null, body.policy?.name ?? null);
    case 'escalation.stepped':
      return body.nobody ? told('nobody_to_page') : [];
    case 'escalation.acknowledged':
      return told('acknowledged', by.name);
    case 'escalation.exhausted':
      return told('exhausted');
    case 'page.delivered':
      return told(
        body.outcome === 'sent' ? 'paged' : 'page_failed',
        body.person?.name ?? body.hook ?? null,
        body.channel,
      );
    case 'page.seen':
      return told('seen', body.person.name);
    case 'clock.warned':
      return told('warned', null, body.target);
    case 'clock.breached':
      return told('breached', null, body.target);
    case 'message.posted':
      return isAnswer(by, body) ? told('answered', by.name) : [];
    case 'call.started':
      return told('call_started', by.name);
    case 'call.joined':
      return body.who.kind === 'staff' ? told('call_joined', body.who.name) : [];
    case 'ticket.state_set':
      return body.to === 'solved' ? told('solved', by.kind === 'staff' ? by.name : null) : [];
    default:
      return [];
  }
}

/** When drills of a schedule are filed: inside this window of the local days it names. */
export type DrillRhythm = {
  repeat: DrillRepeat;
  timeZone: string;
  /** "22:00"; a window that ends before it begins goes over midnight. */
  windowFrom: string;
  windowTo: string;
  /** The first local date. */
  startsOn: string;
};

/** Every pattern comes round within this many days. */
const SEARCHED_DAYS = 70;

/**
 * The first window of a schedule that begins after an instant.
 * @param after ISO instant
 * @returns half-open, ISO instants
 */
export function nextDrillWindow(rhythm: DrillRhythm, after: string): { from: string; to: string } {
  const { timeZone, windowFrom, windowTo, startsOn } = rhythm;
  const today = localReading(timeZone, after).wall.slice(0, 10);
  const first = Math.max(dayNumber(startsOn), dayNumber(today));
  for (let day = first; day <= first + SEARCHED_DAYS; day += 1) {
    if (!isDrillDay(rhythm.repeat, day)) continue;
    const from = instantAt(timeZone, dateOf(day), windowFrom);
    const to = instantAt(timeZone, dateOf(windowTo > windowFrom ? day : day + 1), windowTo);
    // A window the clocks skip as a whole is none.
    if (from > after && from < to) return { from, to };
  }
  throw new Error('a schedule that never comes round');
}

function isDrillDay(repeat: DrillRepeat, day: number): boolean {
  const date = new Date(day * DAY_MS);
  if (repeat.every === 'week') return repeat.on.includes(weekdayOf(date));
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.getUTCDate() === Math.min(repeat.on, last);
}

function weekdayOf(date: Date): Weekday {
  return WEEKDAYS[(date.getUTCDay() + 6) % 7]!;
}

function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
