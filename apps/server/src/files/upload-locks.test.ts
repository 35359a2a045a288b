import { expect, test, vi } from 'vitest';
import { createUploadLocks } from './upload-locks.ts';

test('who comes while another still waits makes that one let go, once it holds the lock', async () => {
  const locks = createUploadLocks();
  const [holder, waiting, newcomer] = [locks.newLock('a'), locks.newLock('a'), locks.newLock('a')];
  const { signal } = new AbortController();
  const asked: string[] = [];
  await holder.lock(signal, () => void asked.push('holder'));
  const second = waiting.lock(signal, async () => {
    asked.push('waiting');
    await waiting.unlock();
  });
  const third = newcomer.lock(signal, () => void asked.push('newcomer'));
  await vi.waitUntil(() => asked.length === 1);
  await holder.unlock();
  await Promise.all([second, third]);
  expect(asked).toEqual(['holder', 'waiting']);
});
