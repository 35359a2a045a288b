import { type Api, registryError } from '@alongside/client';
import type { Topic } from '@alongside/contracts';
import { expect, it } from 'vitest';
import { isSame } from '../plans/same.ts';
import { saveTopics } from './save-topics.ts';

const topic = (id: string, en = id): Topic => ({ id, name: { en, 'zh-CN': en } });

/** A server whose topics a colleague changes after each time they were read, as often as there is a change left. */
function serverWith(topics: readonly Topic[], changes: ((topics: readonly Topic[]) => readonly Topic[])[]) {
  const kept = { topics };
  const call = async (_: unknown, { body }: { body?: { topics: Topic[]; topicsBefore?: Topic[] } }) => {
    const read = kept.topics;
    if (!body) kept.topics = changes.shift()?.(read) ?? read;
    else if (body.topicsBefore && !isSame(body.topicsBefore, read)) throw registryError('topics_changed', 'en', {});
    else kept.topics = body.topics;
    return { workspace: { topics: body ? kept.topics : read } };
  };
  return { kept, api: { call } as unknown as Pick<Api, 'call'> };
}

it('topics that colleagues add between the reading and the saving are kept, ids of their own too', async () => {
  const before = [topic('audio')];
  const { kept, api } = serverWith(before, [
    (topics) => [...topics, topic('screen', 'Screen')],
    (topics) => [...topics, topic('billing')],
  ]);
  const draft = [topic('audio', 'Sound'), topic('new-1', 'Screen')];
  const { workspace, idOf } = await saveTopics(api, draft, before);
  expect(kept.topics).toEqual([
    topic('audio', 'Sound'),
    topic('screen', 'Screen'),
    topic('billing'),
    topic('screen-2', 'Screen'),
  ]);
  expect(workspace.topics).toEqual(kept.topics);
  expect(draft.map(idOf)).toEqual(['audio', 'screen-2']);
});

it('whoever is overtaken again and again is told in the end', async () => {
  const { api } = serverWith(
    [topic('audio')],
    Array.from({ length: 20 }, (_, index) => (topics) => [...topics, topic(`more-${index}`)]),
  );
  await expect(saveTopics(api, [], [topic('audio')])).rejects.toMatchObject({ code: 'topics_changed' });
});
