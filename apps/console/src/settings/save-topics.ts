import { type Api, ApiError } from '@alongside/client';
import { getSession, type Topic, updateWorkspace, type Workspace } from '@alongside/contracts';
import { mergedTopics } from './merged-topics.ts';
import { topicId } from './topic-id.ts';

/** How often a list is put together anew because a colleague was faster each time. */
const TRIES_MAX = 5;

/** What was kept, and the ids that topics which were new got in it. */
export type SavedTopics = { workspace: Workspace; idOf: (topic: Topic) => string };

/**
 * Saves topics onto what the server has by now, as often as a colleague saves in between.
 * @param before what the editing began from
 * @throws ApiError
 */
export async function saveTopics(
  api: Pick<Api, 'call'>,
  draft: readonly Topic[],
  before: readonly Topic[],
): Promise<SavedTopics> {
  for (let tries = 1; ; tries += 1) {
    // The session is as old as the page: the list is saved as a whole, over what colleagues changed since.
    const { topics: now } = (await api.call(getSession, {})).workspace;
    const ids = new Set([...before, ...now].map(({ id }) => id));
    const given = new Map<string, string>();
    const topics = mergedTopics(draft, before, now).map((topic) => {
      if (ids.has(topic.id)) return topic;
      const id = topicId(topic.name.en, ids);
      ids.add(id);
      given.set(topic.id, id);
      return { ...topic, id };
    });
    try {
      const { workspace } = await api.call(updateWorkspace, { body: { topics, topicsBefore: now } });
      return { workspace, idOf: ({ id }) => given.get(id) ?? id };
    } catch (thrown) {
      const isOvertaken = thrown instanceof ApiError && thrown.code === 'topics_changed';
      if (!isOvertaken || tries === TRIES_MAX) throw thrown;
    }
  }
}
