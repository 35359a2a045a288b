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

it('words in one language and a new place stay where a colleague changed them and nobody did here', () => {
  const before = [topic('audio'), topic('video'), topic('billing')];
  const after = [
    topic('billing'),
    { id: 'audio', name: { en: 'audio', 'zh-CN': '声音' } },
    topic('chat'),
    topic('video'),
  ];
  const draft = [
    { id: 'audio', name: { en: 'Sound', 'zh-CN': 'audio' } },
    topic('video'),
    topic('billing'),
    topic('new'),
  ];
  expect(mergedTopics(draft, before, after)).toEqual([
    topic('billing'),
    { id: 'audio', name: { en: 'Sound', 'zh-CN': '声音' } },
    topic('chat'),
    topic('video'),
    topic('new'),
  ]);
});
