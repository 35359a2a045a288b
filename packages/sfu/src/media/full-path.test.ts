import { expect, test } from 'vitest';
import { FullPath } from './full-path.ts';

/** A path of 300 kbit/s with a queue of 300 ms and a sender that sends what it may, up to 320. */
function run(seconds: number): { told: number[]; queueMs: number; sentBps: number } {
  const path = new FullPath();
  const told: number[] = [];
  let queueMs = 300;
  let sentBps = 320_000;
  for (let ms = 0; ms < seconds * 1_000; ms += 100) {
    queueMs = Math.max(0, Math.min(300, queueMs + (100 * (sentBps - 300_000)) / 300_000));
    const loss = queueMs >= 300 ? 0.06 : 0;
    const cap = path.update(queueMs, loss, Math.min(sentBps, 300_000), ms);
    if (cap === undefined) continue;
    told.push(cap);
    sentBps = Math.min(320_000, cap);
  }
  return { told, queueMs, sentBps };
}

test('SFU-28 a sender that keeps its path full is told to send less until the queue has drained', () => {
  const { told, queueMs, sentBps } = run(8);
  expect(told[0]).toBe(240_000);
  expect(Math.min(...told)).toBeGreaterThanOrEqual(180_000);
  expect(queueMs).toBeLessThan(100);
  expect(sentBps).toBeGreaterThan(200_000);
});

test('SFU-28 a long queue without loss, and loss without a queue, are left to the sender', () => {
  const path = new FullPath();
  for (let ms = 0; ms < 20_000; ms += 100) {
    expect(path.update(300, 0, 300_000, ms)).toBeUndefined();
    expect(path.update(0, 0.3, 300_000, ms + 50)).toBeUndefined();
  }
});
