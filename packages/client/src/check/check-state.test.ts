import { CheckStepId } from '@alongside/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CheckEvent, type CheckSnapshot, idleCheck, reduceCheck } from './check-state.ts';

const browser = { label: 'Chrome 141', platform: 'macOS', name: 'chrome', lacks: [] } as const;
const started: CheckEvent = { type: 'started', at: '2030-01-01T00:00:00.000Z', browser: { ...browser, lacks: [] } };
const after = (...events: CheckEvent[]) => events.reduce<CheckSnapshot>(reduceCheck, idleCheck());

test('rows go from waiting to running to done, and the whole with them', () => {
  const running = after(started, { type: 'moved', step: 'camera', share: 0.5 });
  expect(running.phase).toBe('running');
  expect(running.steps.camera).toEqual({ state: 'running', share: 0.5 });
  expect(running.steps.quality).toEqual({ state: 'waiting', share: 0 });
  const done = reduceCheck(running, { type: 'finished', steps: ['camera'], report: { speaker: 'heard' } });
  expect(done.steps.camera).toEqual({ state: 'done', share: 1 });
  expect(done.share).toBeGreaterThan(running.share);
  expect(done.report.speaker).toBe('heard');
  const ended = reduceCheck(done, { type: 'ended', durationMs: 20_000 });
  expect(ended).toMatchObject({ phase: 'done', share: 1, report: { durationMs: 20_000 } });
});

test('a question waits for its answer', () => {
  const asking = after(started, { type: 'moved', step: 'speaker', share: 0 }, { type: 'asked', step: 'speaker' });
  expect(asking.steps.speaker.state).toBe('asking');
});

test('nothing is said any more after the end or after it was cancelled, and a new start forgets all', () => {
  const report = { speaker: 'not_heard' } as const;
  for (const last of [{ type: 'cancelled' }, { type: 'ended', durationMs: 1 }] as const) {
    const over = after(started, last);
    expect(reduceCheck(over, { type: 'finished', steps: ['camera'], report })).toBe(over);
    expect(reduceCheck(over, started)).toEqual(after(started));
  }
});

test('progress never goes back, whatever the parts say', () => {
  const event = fc.oneof(
    fc.record({
      type: fc.constant('moved' as const),
      step: fc.constantFrom(...CheckStepId.options),
      share: fc.double({ min: -1, max: 2, noNaN: true }),
    }),
    fc.record({
      type: fc.constant('finished' as const),
      steps: fc.array(fc.constantFrom(...CheckStepId.options), { maxLength: 3 }),
      report: fc.constant({}),
    }),
    fc.record({ type: fc.constant('asked' as const), step: fc.constantFrom(...CheckStepId.options) }),
  );
  fc.assert(
    fc.property(fc.array(event), (events) => {
      let before = after(started);
      for (const one of events) {
        const now = reduceCheck(before, one);
        expect(now.share).toBeGreaterThanOrEqual(before.share);
        expect(now.share).toBeLessThanOrEqual(1);
        for (const step of CheckStepId.options)
          if (before.steps[step].state === 'done') expect(now.steps[step].state).toBe('done');
        before = now;
      }
    }),
  );
});
