import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UrgentFirst } from './urgent-first.ts';

const steps = fc.array(
  fc.oneof(fc.constant('urgent' as const), fc.constant('rest' as const), fc.constant('handle' as const)),
  {
    maxLength: 200,
  },
);

test('what is urgent is handled at once, the rest in its order, nothing twice and nothing not at all', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const handled: string[] = [];
      const inbound = new UrgentFirst(
        (datagram) => datagram[0] === 1,
        (datagram, sender) => void handled.push(`${datagram[0] === 1 ? 'urgent' : 'rest'} ${sender}`),
      );
      const rest: string[] = [];
      for (const [number, step] of taken.entries()) {
        if (step === 'handle') {
          const waiting = inbound.waiting;
          const handled = inbound.handleSome(3);
          expect(handled).toBe(Math.min(3, waiting));
          expect(inbound.waiting).toBe(waiting - handled);
          continue;
        }
        const isUrgent = step === 'urgent';
        expect(inbound.take(Buffer.of(isUrgent ? 1 : 0), number)).toBe(isUrgent);
        if (isUrgent) expect(handled.at(-1)).toBe(`urgent ${number}`);
        else rest.push(`rest ${number}`);
      }
      while (inbound.handleSome(3) > 0);
      expect(inbound.waiting).toBe(0);
      expect(handled.filter((one) => one.startsWith('rest'))).toEqual(rest);
      expect(handled).toHaveLength(taken.filter((step) => step !== 'handle').length);
    }),
  );
});

test('whoever throws at a datagram does not get it again', () => {
  const seen: number[] = [];
  const inbound = new UrgentFirst(
    () => false,
    (_datagram, sender) => {
      seen.push(sender);
      if (sender === 1) throw new Error('cannot be handled');
    },
  );
  for (let sender = 0; sender < 3; sender++) inbound.take(Buffer.of(0), sender);
  expect(() => inbound.handleSome(3)).toThrow('cannot be handled');
  inbound.handleSome(3);
  expect(seen).toEqual([0, 1, 2]);
});
