import { expect, test } from 'vitest';
import type { Participant } from './participant.ts';
import { Speakers } from './speakers.ts';

test('SFU-10 whoever was away is told of those who stopped as well', () => {
  const speakers = new Speakers();
  let level = 0.5;
  const one = { sid: 'PA_1', hidden: false, publications: { takeAudioLevel: () => level } } as unknown as Participant;
  const told = (): unknown => speakers.current().speakers.map(({ sid, level, active }) => [sid, level, active]);
  expect(speakers.update([one], 400)?.speakers).toHaveLength(1);
  expect(told()).toEqual([['PA_1', 0.5, true]]);
  level = 0;
  expect(speakers.update([one], 400)?.speakers).toHaveLength(1);
  expect(speakers.update([one], 400)).toBeUndefined();
  expect(told()).toEqual([['PA_1', 0, false]]);
  speakers.forget(one);
  expect(told()).toEqual([]);
});
