import { expect, it } from 'vitest';
import { mayTakeKeys } from './keys.ts';

it('takes the keys when somebody opens it, whatever the browser says of the focus yet', () => {
  expect(mayTakeKeys({ visible: true, entered: true }, true)).toBe(true);
  expect(mayTakeKeys({ visible: true, entered: true }, false)).toBe(true);
});

it('found open again, takes none from the page; who is in it is led on', () => {
  expect(mayTakeKeys({ visible: true, entered: false }, true)).toBe(false);
  expect(mayTakeKeys({ visible: true, entered: false }, false)).toBe(true);
});

it('hidden, takes none', () => {
  expect(mayTakeKeys({ visible: false, entered: false }, false)).toBe(false);
});
