import { expect, it } from 'vitest';
import { seal, type ToFrame } from '../protocol.ts';
import { createHostLink } from './host-link.ts';

it('a person to be forgotten before anyone listens is forgotten by whoever listens later', () => {
  const origin = 'https://shop.example';
  const parent = { postMessage() {} };
  let hear: (event: object) => void = () => {};
  const page = {
    location: { hash: `#host=${encodeURIComponent(origin)}` },
    parent,
    addEventListener: (_type: string, listener: typeof hear) => {
      hear = listener;
    },
  };
  const link = createHostLink(page as unknown as Window);
  const say = (message: ToFrame) => hear({ data: seal(message), origin, source: parent });
  let told = 0;
  const stop = link.onForget(() => (told += 1));
  expect(told).toBe(0);
  say({ type: 'forget' });
  expect(told).toBe(1);
  stop();
  link.onForget(() => (told += 1));
  expect(told).toBe(2);
});
