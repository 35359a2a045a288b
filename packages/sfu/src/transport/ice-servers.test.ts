import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { iceServersFor } from './ice-servers.ts';
import { isExpired } from './turn/turn-credentials.ts';

const NOW_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;

test('SFU-36 each participant is told every TURN server, with credentials of its own that end within an hour', () => {
  const turn = [
    { urls: ['turn:a.test:3478?transport=udp', 'turns:a.test:443?transport=tcp'], secret: 'inside' },
    { urls: ['turn:b.test'], secret: 'elsewhere' },
  ];
  const [inside, elsewhere] = iceServersFor(turn, 'PA_1', NOW_MS);
  expect(inside!.urls).toEqual(turn[0]!.urls);
  // The scheme coturn has under `use-auth-secret`, worked out by hand.
  expect(inside!.username).toBe('1800003600:PA_1');
  expect(inside!.credential).toBe(createHmac('sha1', 'inside').update('1800003600:PA_1').digest('base64'));
  expect(elsewhere!.credential).not.toBe(inside!.credential);
  expect(iceServersFor(turn, 'PA_2', NOW_MS)[0]!.credential).not.toBe(inside!.credential);
  expect([NOW_MS + HOUR_MS - 1, NOW_MS + HOUR_MS].map((at) => isExpired(inside!.username, at))).toEqual([false, true]);
  expect(['PA_1', '', ':PA_1', 'x:PA_1'].every((name) => isExpired(name, 0))).toBe(true);
  expect(iceServersFor([], 'PA_1', NOW_MS)).toEqual([]);
  expect(iceServersFor(turn, 'PA_1', NOW_MS, 60)[0]!.username).toBe('1800000060:PA_1');
});
