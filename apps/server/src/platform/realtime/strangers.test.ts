import { CLOSE, type Me } from '@alongside/contracts';
import { expect, test } from 'vitest';
import type { Caller } from '../http/caller.ts';
import { silentLog } from '../log/logger.ts';
import { createSockets, type Sockets } from './sockets.ts';

const HELLO = JSON.stringify({ t: 'hello', protocol: 1, locale: 'en', token: 'ann' });

function start(scale: number): Sockets {
  const sockets = createSockets({ onEvent: () => () => {}, position: () => 0 }, silentLog(), { scale });
  const caller = { kind: 'staff', id: 'ann', sessionId: 'session' } as Caller;
  sockets.identifyBy(async () => ({ caller, me: { id: 'ann' } as Me }));
  return sockets;
}

function open(sockets: Sockets, address: string) {
  const peer = { closedWith: null as number | null, frames: [] as string[], end: () => {}, hello: () => {} };
  const { receive, closed } = sockets.open(
    {
      send: (text) => void peer.frames.push(text),
      close: (code) => {
        peer.closedWith = code;
      },
      terminate() {},
      bufferedBytes: () => 0,
    },
    { address, cookies: {}, bearer: null },
  );
  return Object.assign(peer, { end: closed, hello: () => receive(HELLO) });
}

test('one network may have so many connections open that do not say who they are', async () => {
  const sockets = start(0.03);
  const first = open(sockets, '2001:db8:0:1::1');
  const others = ['2001:db8:0:1::2', '2001:db8:0:1::3'].map((address) => open(sockets, address));
  const beyond = open(sockets, '2001:db8:0:1::4');
  expect(beyond.closedWith).toBe(CLOSE.tooMany);
  beyond.end();
  const elsewhere = open(sockets, '2001:db8:0:2::1');
  expect([first, ...others, elsewhere].map((peer) => peer.closedWith)).toEqual([null, null, null, null]);

  // Who says it makes room for the next, and so does who leaves; leaving then counts no second time.
  first.hello();
  await expect.poll(() => first.frames.length).toBe(1);
  expect(open(sockets, '2001:db8:0:1::5').closedWith).toBeNull();
  first.end();
  expect(open(sockets, '2001:db8:0:1::6').closedWith).toBe(CLOSE.tooMany);
  others[0]!.end();
  sockets.stop();
});

test('the limit can be turned off', () => {
  const sockets = start(0);
  const peers = Array.from({ length: 300 }, () => open(sockets, '192.0.2.1'));
  expect(peers.every((peer) => peer.closedWith === null)).toBe(true);
  sockets.stop();
});
