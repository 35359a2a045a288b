import type { Topic } from '@alongside/contracts';
import { isSame } from '../plans/same.ts';

/**
 * Topics somebody is editing, put onto what the server has by now: the list is saved as a whole, and what a colleague
 * added, renamed or removed meanwhile must not be undone by it.
 * @param before what the editing began from
 * @param after what the server has now
 */
export function mergedTopics(draft: readonly Topic[], before: readonly Topic[], after: readonly Topic[]): Topic[] {
  const was = new Map(before.map((topic) => [topic.id, topic]));
  const is = new Map(after.map((topic) => [topic.id, topic]));
  const kept = draft.flatMap((topic) => {
    if (!isSame(topic, was.get(topic.id))) return [topic];
    const now = is.get(topic.id);
    return now ? [now] : [];
  });
  const came = after.filter(({ id }) => !was.has(id) && !draft.some((topic) => topic.id === id));
  return [...kept, ...came];
}
