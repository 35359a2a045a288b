import type {
  AcknowledgementLook,
  EscalationPolicy,
  MyPages,
  OnCallRotation,
  PageHook,
  RingingPage,
  RotationOverride,
  RotationSchedule,
  RotationVersion,
  ShiftSwap,
  TestDelivery,
  TicketEscalation,
} from '@alongside/contracts';
import { layerScheduleOf, named, onCallAround, scheduleOf } from '@alongside/desk';
import type { LinkedPage } from './link.actions.ts';
import type { PageFacts } from './page-facts.ts';
import type { PageSetting } from './queries.ts';
import { type Rotation, storyOf, versionAt } from './rotation.queries.ts';
import type {
  DeviceRow,
  EscalationRow,
  HookRow,
  OverrideRow,
  PageRow,
  PolicyRow,
  RotationVersionRow,
  SwapRow,
} from './tables.ts';

/** A person's name by their id; empty for somebody who never was. */
export type NameOf = (id: string) => string;

export function presentVersion(row: RotationVersionRow): RotationVersion {
  const { version, validFrom, by, savedAt, withdrawn, content } = row;
  return { version, validFrom: validFrom.toISOString(), by, savedAt: savedAt.toISOString(), withdrawn, content };
}

/** A rotation as it is at an instant. @param policies those that page it */
export function presentRotation(
  rotation: Rotation,
  policies: readonly PolicyRow[],
  nameOf: NameOf,
  now: Date,
): OnCallRotation {
  const around = onCallAround(storyOf(rotation), now.toISOString());
  const planned = rotation.versions.find(({ validFrom }) => validFrom > now);
  return {
    id: rotation.id,
    isDefault: rotation.isDefault,
    current: presentVersion(versionAt(rotation, now)),
    planned: planned ? presentVersion(planned) : null,
    now: named(around.now, nameOf),
    next: named(around.next, nameOf),
    usedBy: policies
      .filter(({ content }) => content.steps.some(({ targets }) => targets.some((target) => pages(target, rotation))))
      .map(({ id, content }) => ({ id, name: content.name })),
  };
}

function pages(target: EscalationPolicy['content']['steps'][number]['targets'][number], rotation: Rotation): boolean {
  return target.kind === 'default_rotation'
    ? rotation.isDefault
    : target.kind === 'rotation' && target.id === rotation.id;
}

/** @param to exclusive; of a rotation taken out of use, its end */
export function presentSchedule(rotation: Rotation, from: Date, to: Date, nameOf: NameOf, now: Date): RotationSchedule {
  const story = storyOf(rotation);
  const end = rotation.archivedAt !== null && rotation.archivedAt < to ? rotation.archivedAt : to;
  const stretch = [from.toISOString(), end.toISOString()] as const;
  const { content } = versionAt(rotation, now < from ? from : now > end ? end : now);
  return {
    rotationId: rotation.id,
    name: content.name,
    tz: content.tz,
    isDefault: rotation.isDefault,
    shifts: scheduleOf(story, ...stretch),
    layers: content.layers.map(({ id, name }) => ({ id, name, shifts: layerScheduleOf(story, id, ...stretch) })),
    overrides: rotation.overrides
      .filter(({ startsAt, endsAt }) => startsAt < end && endsAt > from)
      .map((override) => presentOverride(override, nameOf)),
  };
}

export function presentOverride(row: OverrideRow, nameOf: NameOf): RotationOverride {
  return {
    id: row.id,
    rotationId: row.rotationId,
    person: { id: row.staffId, name: nameOf(row.staffId) },
    from: row.startsAt.toISOString(),
    to: row.endsAt.toISOString(),
    note: row.note,
    by: row.by,
    swapId: row.swapId,
  };
}

export function presentSwap(row: SwapRow, rotationName: string, nameOf: NameOf): ShiftSwap {
  const { backStartsAt, backEndsAt } = row;
  return {
    id: row.id,
    rotationId: row.rotationId,
    rotationName,
    asker: { id: row.askerId, name: nameOf(row.askerId) },
    colleague: { id: row.colleagueId, name: nameOf(row.colleagueId) },
    from: row.startsAt.toISOString(),
    to: row.endsAt.toISOString(),
    back: backStartsAt && backEndsAt && { from: backStartsAt.toISOString(), to: backEndsAt.toISOString() },
    note: row.note,
    state: row.state,
    askedAt: row.askedAt.toISOString(),
  };
}

export function presentPolicy(row: PolicyRow): EscalationPolicy {
  const { id, place, enabled, content, updatedBy, updatedAt } = row;
  return { id, place, enabled, content, updatedBy, updatedAt: updatedAt.toISOString() };
}

/** @param last its last delivery that is over. The secret is never shown again. */
export function presentHook({ id, name, url, enabled }: HookRow, last: PageRow | undefined): PageHook {
  const outcome = last && outcomeOf(last);
  return {
    id,
    name,
    url,
    enabled,
    last: last?.settledAt && outcome ? { at: last.settledAt.toISOString(), outcome, detail: last.detail } : null,
  };
}

export function presentMyPages(
  { console, email, push, offDuty }: PageSetting,
  devices: readonly DeviceRow[],
  installation: Pick<MyPages, 'pushKey' | 'mailGoesOut' | 'calendars'>,
): MyPages {
  return {
    channels: { console, email, push },
    offDuty,
    devices: devices.map(({ id, name, quiet, createdAt, lastSentAt }) => ({
      id,
      name,
      quiet,
      createdAt: createdAt.toISOString(),
      lastSentAt: lastSentAt?.toISOString() ?? null,
    })),
    ...installation,
  };
}

/** @param facts what the page tells, as the chain stands now */
export function presentRinging(page: PageRow, facts: PageFacts, exhausted: boolean): RingingPage {
  const { ticket, escalationId, cause, policy, by, note } = facts;
  return {
    id: page.id,
    escalationId,
    ticket,
    cause,
    policy,
    by,
    note,
    step: page.step,
    round: page.round,
    at: page.createdAt.toISOString(),
    exhausted,
    seenAt: page.seenAt?.toISOString() ?? null,
  };
}

/**
 * @param pages its deliveries in their order
 * @param nameOf of staff; @param hookName of a webhook
 */
export function presentEscalation(
  row: EscalationRow,
  pages: readonly PageRow[],
  nameOf: NameOf,
  hookName: NameOf,
): TicketEscalation {
  const { id, kind, chain, cause, note, startedBy, state, step, round, endedBy } = row;
  return {
    id,
    policy: kind === 'policy' ? chain.name : null,
    cause,
    note,
    by: startedBy,
    state,
    steps: chain.steps,
    step,
    round,
    rounds: chain.repeats + 1,
    nextStepAt: row.nextStepAt?.toISOString() ?? null,
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    endedBy,
    pages: pages.map((page) => ({
      id: page.id,
      step: page.step,
      round: page.round,
      channel: page.channel,
      person: page.staffId === null ? null : { id: page.staffId, name: nameOf(page.staffId) },
      hook: page.hookId === null ? null : hookName(page.hookId),
      at: page.createdAt.toISOString(),
      outcome: outcomeOf(page),
      why: page.why,
      seenAt: page.seenAt?.toISOString() ?? null,
      late: page.late,
    })),
  };
}

/** @param to the device's or webhook's name */
export function presentDelivery(page: PageRow, to: string | null): TestDelivery {
  return { channel: page.channel, to, outcome: outcomeOf(page), why: page.why, detail: page.detail };
}

export function presentLook({ escalation, staff }: LinkedPage, facts: PageFacts): AcknowledgementLook {
  const { state, endedBy } = escalation;
  const isOpen = state === 'running' || state === 'exhausted';
  return {
    person: { id: staff.id, name: staff.name },
    ticket: facts.ticket && {
      number: facts.ticket.number,
      subject: facts.ticket.subject,
      priority: facts.ticket.priority,
    },
    state: isOpen ? 'waiting' : state === 'acknowledged' ? 'acknowledged' : 'over',
    by: state === 'acknowledged' ? (endedBy?.name ?? null) : null,
  };
}

function outcomeOf({ state }: PageRow): TestDelivery['outcome'] {
  return state === 'sent' || state === 'failed' || state === 'kept' || state === 'retrying' ? state : null;
}
