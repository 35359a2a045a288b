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
