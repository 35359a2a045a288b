import { beforeEach, expect, it } from 'vitest';
import { aboutTopic, recallAttempt, rememberAttempt } from './attempt.ts';

beforeEach(() => {
  rememberAttempt('lin', null);
  rememberAttempt('mei', null);
});

it('a request begun from elsewhere with a topic is still the same request', () => {
  const begun = { ...recallAttempt('lin'), priority: 'P1' as const };
  rememberAttempt('lin', begun);
  aboutTopic('lin', 'sound', [{ id: 'sound' }, { id: 'picture' }]);
  expect(recallAttempt('lin')).toEqual({ ...begun, topic: 'sound' });
});

it('a topic nobody knows changes nothing', () => {
  const begun = { ...recallAttempt('lin'), topic: 'picture' };
  rememberAttempt('lin', begun);
  aboutTopic('lin', 'smell', [{ id: 'sound' }, { id: 'picture' }]);
  expect(recallAttempt('lin')).toEqual(begun);
});

it('what one person began another does not go on with', () => {
  rememberAttempt('lin', { ...recallAttempt('lin'), topic: 'picture' });
  const { ticketId } = recallAttempt('lin');
  expect(recallAttempt('mei').topic).toBeNull();
  expect(recallAttempt('mei').ticketId).not.toBe(ticketId);
  rememberAttempt('mei', null);
  expect(recallAttempt('lin').ticketId).toBe(ticketId);
});
