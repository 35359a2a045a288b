import { beforeEach, expect, it } from 'vitest';
import { aboutTopic, recallAttempt, rememberAttempt } from './attempt.ts';

beforeEach(() => rememberAttempt(null));

it('a request begun from elsewhere with a topic is still the same request', () => {
  const begun = { ...recallAttempt(), priority: 'P1' as const };
  rememberAttempt(begun);
  aboutTopic('sound', [{ id: 'sound' }, { id: 'picture' }]);
  expect(recallAttempt()).toEqual({ ...begun, topic: 'sound' });
});

it('a topic nobody knows changes nothing', () => {
  const begun = { ...recallAttempt(), topic: 'picture' };
  rememberAttempt(begun);
  aboutTopic('smell', [{ id: 'sound' }, { id: 'picture' }]);
  expect(recallAttempt()).toEqual(begun);
});
