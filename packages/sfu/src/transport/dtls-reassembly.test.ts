import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildHandshake, HandshakeReassembly } from './dtls-reassembly.ts';

test('gives messages in order whatever the order and overlap of fragments', () => {
  const cut = fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 5 });
  fc.assert(
    fc.property(cut, cut, fc.infiniteStream(fc.nat()), (first, second, dice) => {
      const reassembly = new HandshakeReassembly();
      const bodies = [Buffer.alloc(100, 1), Buffer.alloc(100, 2)];
      const fragments = [first, second].flatMap((cuts, sequence) => {
        const points = [0, ...[...new Set(cuts)].sort((a, b) => a - b), 100];
        return points.slice(1).map((end, i) => {
          const start = Math.max(0, points[i]! - 3);
          const whole = buildHandshake(11, sequence, bodies[sequence]!);
          const head = Buffer.from(whole.subarray(0, 12));
          head.writeUIntBE(start, 6, 3);
          head.writeUIntBE(end - start, 9, 3);
          return Buffer.concat([head, whole.subarray(12 + start, 12 + end)]);
        });
      });
      const shuffled = fragments
        .map((fragment) => ({ fragment, key: dice.next().value as number }))
        .sort((a, b) => a.key - b.key);
      const messages = shuffled.flatMap(({ fragment }) => reassembly.add(fragment, false).messages);
      expect(messages.map((message) => [message.sequence, message.body])).toEqual([
        [0, bodies[0]],
        [1, bodies[1]],
      ]);
      expect(reassembly.add(fragments[0]!, false)).toEqual({ messages: [], repeated: true });
    }),
  );
});
