import { encodeRows, type SampleRows, SessionBuilder } from '@alongside/diagnosis';
import { expect, test } from 'vitest';
import { pack, unpack } from './packed-rows.ts';

/** A batch whose columns hold one and the same number: nothing packs better. */
function monotonous(instants: number): SampleRows {
  const builder = new SessionBuilder('live');
  const connection = builder.connection('c', 'p');
  for (let index = 0; index < instants; index++) connection.samples.append(1_000 + index, { rttMs: 40, sentBps: 8 });
  return encodeRows(builder.build(), 'p', Number.NEGATIVE_INFINITY)!.rows;
}

test('what is packed comes back, and counts as what it takes when it is judged', () => {
  const content = { rows: monotonous(60), userAgent: 'Test 1' };
  const packed = pack(content);
  expect(unpack(packed.content)).toEqual({ ...content, sizeBytes: packed.sizeBytes });
  // Beside the text: two columns and their times, and the times of a device of which nothing was measured.
  expect(packed.sizeBytes).toBe(JSON.stringify(content).length + 4 * 60 * 8);
  expect(packed.content.length).toBeLessThan(packed.sizeBytes / 10);
});
