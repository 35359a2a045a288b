import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TrackField } from '../model/fields.ts';
import { callOf, type TestCall } from '../testing.ts';
import { TRACK_DIGITS } from '../wire/steps.ts';
import { wordsOf } from '../words/words.ts';
import { RULES } from './index.ts';
import { findAll } from './rule.ts';

const FIELDS = Object.keys(TRACK_DIGITS) as TrackField[];

/** Values such as broken browsers tell: far too large, below nothing, or none. */
const value = fc.oneof(
  fc.constant(0),
  fc.constant(null),
  fc.double({ min: 0, max: 1 }),
  fc.double({ min: -10, max: 5_000 }),
  fc.double({ min: -1e15, max: 1e15 }),
);
const row = fc.option(fc.dictionary(fc.constantFrom(...FIELDS), value, { maxKeys: 12 }), { freq: 6 });
const stretch = fc.tuple(fc.integer({ min: 1, max: 12 }), row).map(([count, same]) => Array(count).fill(same));
const track = fc.record({
  direction: fc.constantFrom('send' as const, 'receive' as const),
  kind: fc.constantFrom('audio' as const, 'video' as const),
  source: fc.constantFrom('microphone' as const, 'camera' as const, 'screen' as const, 'unknown' as const),
  rows: fc.array(stretch, { maxLength: 6 }).map((stretches) => stretches.flat()),
});
const part = fc.record({ tracks: fc.array(track, { maxLength: 4 }) });
const call = fc.tuple(part, part).map(([one, other]) => ({ ...one, others: [other] }) as TestCall);

const FEWER_THAN_NONE: TestCall = {
  tracks: [
    { direction: 'receive', kind: 'audio', source: 'microphone', rows: [{ packets: -3.5e-99, lossRatio: 7e-226 }] },
  ],
  others: [{ tracks: [] }],
};

test('whatever was measured, every rule has an answer, in order and in words', () => {
  fc.assert(
    fc.property(call, (parts) => {
      const session = callOf(parts);
      for (const finding of findAll(RULES, session)) {
        expect(finding.toMs).toBeGreaterThanOrEqual(finding.fromMs);
        expect(finding.confidence).toBeGreaterThan(0);
        expect(finding.confidence).toBeLessThanOrEqual(1);
        for (const locale of ['en', 'zh-CN'] as const) {
          const { says } = wordsOf(finding, locale);
          expect(says).not.toMatch(/\{\{|NaN|undefined|Infinity/);
        }
      }
    }),
    { numRuns: 1_000, examples: [[FEWER_THAN_NONE]] },
  );
});
