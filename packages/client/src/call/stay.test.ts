import type { Call } from '@alongside/contracts';
import { expect, it } from 'vitest';
import { createStay, outcomeOf, type Stay } from './stay.ts';

const call = (state: Call['state']) => ({ state }) as Call;
const stay = (): Stay => createStay('ticket', 'call', {} as Parameters<typeof createStay>[2]);

it('a room that is closed before the word comes ends the way the word says', async () => {
  const mine = { ...stay(), call: call('ringing') };
  const outcome = outcomeOf(mine);
  mine.call = call('declined');
  mine.hurry();
  expect(await outcome).toBe('declined');
});

it('a call known to be over needs no waiting, and one nobody tells about has ended', async () => {
  expect(await outcomeOf({ ...stay(), call: call('missed') })).toBe('missed');
  const untold = stay();
  const outcome = outcomeOf(untold);
  untold.hurry();
  expect(await outcome).toBe('ended');
});
