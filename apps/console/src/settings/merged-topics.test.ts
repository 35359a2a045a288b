import { expect, it } from 'vitest';
import { mergedTopics } from './merged-topics.ts';

const topic = (id: string, en = id) => ({ id, name: { en, 'zh-CN': en } });

it('topics are put onto what a colleague added, renamed and removed meanwhile', () => {
  const before = [topic('audio'), topic('video'), topic('billing'), topic('other')];
  const after = [topic('audio', 'Sound'), topic('video', 'Picture'), topic('recording'), topic('other')];
  const draft = [topic('new-1', 'Screen'), topic('video', 'Cameras'), topic('audio'), topic('billing')];
  expect(mergedTopics(draft, before, after)).toEqual([
    topic('new-1', 'Screen'),
    topic('video', 'Cameras'),
    topic('audio', 'Sound'),
    topic('recording'),
  ]);
  expect(mergedTopics(draft, before, before)).toEqual(draft);
});
