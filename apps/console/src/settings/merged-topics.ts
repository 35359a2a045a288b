import type { Topic } from '@alongside/contracts';
import { isSame } from '../plans/same.ts';

/**
 * Topics somebody is editing, put onto what the server has by now: the list is saved as a whole, and what a colleague
 * added, renamed, moved or removed meanwhile must not be undone by it.
 * @param before what the editing began from
 * @param after what the server has now
 */
export function mergedTopics(draft: readonly Topic[], before: readonly Topic[], after: readonly Topic[]): Topic[] {
  const was = new Map(before.map((topic) => [topic.id, topic]));
  const is = new Map(after.map((topic) => [topic.id, topic]));
  const kept = draft.flatMap((topic) => {
    const [old, now] = [was.get(topic.id), is.get(topic.id)];
    if (!old) return [topic];
    if (!now) return isSame(topic, old) ? [] : [topic];
    const wordsIn = (locale: keyof Topic['name']) =>
      (topic.name[locale] === old.name[locale] ? now : topic).name[locale];
    return [{ ...topic, name: { en: wordsIn('en'), 'zh-CN': wordsIn('zh-CN') } }];
  });
  const came = after.filter(({ id }) => !was.has(id) && !draft.some((topic) => topic.id === id));
  const merged = [...kept, ...came];
  if (isMoved(draft, before)) return merged;
  const places = new Map(after.map(({ id }, place) => [id, place]));
  const placeOf = ({ id }: Topic) => places.get(id) ?? after.length;
  return merged.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** Whether somebody put topics into an order of their own; new ones come at the end by themselves. */
function isMoved(draft: readonly Topic[], before: readonly Topic[]): boolean {
  const ids = draft.map(({ id }) => id);
  const old = before.map(({ id }) => id);
  return !isSame(ids, [...old.filter((id) => ids.includes(id)), ...ids.filter((id) => !old.includes(id))]);
}
