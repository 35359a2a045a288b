import { expect, test } from 'vitest';
import { createRateLimits, networkOf } from './rate-limits.ts';

test.each([
  ['203.0.113.4', '203.0.113.4'],
  ['::ffff:203.0.113.4', '203.0.113.4'],
  ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
  ['2001:0DB8:0000:0001:ffff:ffff:ffff:ffff', '2001:db8:0:1::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('a limit is scaled, counts each key by itself, and can be off', async () => {
  const limits = createRateLimits(0.1);
  await limits.consume('credential', 'a');
  await limits.consume('credential', 'a');
  await expect(limits.consume('credential', 'a')).rejects.toMatchObject({ code: 'rate_limited' });
  await limits.consume('credential', 'b');
  await limits.consume('write', 'a');
  const off = createRateLimits(0);
  for (let n = 0; n < 100; n += 1) await off.consume('credential', 'a');
});
