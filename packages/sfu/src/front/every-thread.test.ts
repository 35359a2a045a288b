import { expect, test } from 'vitest';
import { ServiceError } from '../service/service-error.ts';
import { askEvery } from './every-thread.ts';

const gone = (): Promise<number> => Promise.reject(new ServiceError('unavailable', 'media thread is gone'));

test('SFU-12 a thread that is gone does not answer for the others; a refusal is told', async () => {
  const ask = (thread: () => Promise<number>): Promise<number> => thread();
  expect(await askEvery([async () => 1, gone, async () => 3], ask)).toEqual([1, 3]);
  await expect(askEvery([gone, gone], ask)).rejects.toMatchObject({ code: 'unavailable' });
  const refuses = (): Promise<number> => Promise.reject(new ServiceError('failed_precondition', 'ended'));
  await expect(askEvery([gone, refuses, async () => 3], ask)).rejects.toMatchObject({ code: 'failed_precondition' });
});

test('SFU-12 a thread that hangs fails the answer, or is told of and left out where the others’ can be used', async () => {
  const hangs = (): Promise<number> => Promise.reject(new ServiceError('deadline_exceeded', 'no answer'));
  const ask = (thread: () => Promise<number>): Promise<number> => thread();
  await expect(askEvery([async () => 1, hangs], ask)).rejects.toMatchObject({ code: 'deadline_exceeded' });
  const silent: number[] = [];
  const onSilent = (index: number): unknown => silent.push(index);
  expect(await askEvery([async () => 1, hangs, gone, async () => 4], ask, onSilent)).toEqual([1, 4]);
  expect(silent).toEqual([1]);
  await expect(askEvery([gone, hangs], ask, onSilent)).rejects.toMatchObject({ code: 'deadline_exceeded' });
  const refuses = (): Promise<number> => Promise.reject(new ServiceError('failed_precondition', 'ended'));
  await expect(askEvery([hangs, refuses], ask, onSilent)).rejects.toMatchObject({ code: 'failed_precondition' });
});
