import { type PlanContent, SUPPORT_CHANNELS } from '@alongside/contracts';
import { isSame } from './same.ts';

/**
 * A plan somebody is editing, put onto what a colleague saved meanwhile: each field that was not touched here is the
 * colleague's, each promised time and each channel for itself. The steps of credit are one field, as they only hold
 * together.
 * @param before what the editing began from
 * @param after what the server has now
 */
export function rebasedPlan(draft: PlanContent, before: PlanContent, after: PlanContent): PlanContent {
  return { ...fieldsOf(draft, before, after), channels: channelsOf(draft, before, after) };
}

function channelsOf(draft: PlanContent, before: PlanContent, after: PlanContent): PlanContent['channels'] {
  const theirs = SUPPORT_CHANNELS.filter((channel) => {
    const isOn = draft.channels.includes(channel);
    return isOn === before.channels.includes(channel) ? after.channels.includes(channel) : isOn;
  });
  // In another order they would count as a change.
  return isSame([...after.channels].sort(), [...theirs].sort()) ? after.channels : theirs;
}

function fieldsOf<T extends object>(draft: T, before: T, after: T): T {
  const keys = new Set([...Object.keys(after), ...Object.keys(draft)]) as Set<keyof T & string>;
  const fields = [...keys].map((key) => [key, fieldOf(draft[key], before[key], after[key])] as const);
  // A time that is not promised is not there at all.
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined)) as T;
}

function fieldOf<V>(draft: V, before: V, after: V): V {
  if (isGroup(draft) && isGroup(before) && isGroup(after)) return fieldsOf(draft, before, after);
  return isSame(draft, before) ? after : draft;
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
