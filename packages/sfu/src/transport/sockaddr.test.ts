import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSockaddr, senderNumber, senderOf, sockaddrWords } from './sockaddr.ts';

test('an address of IPv4 and its number say the same, and no two the same number', () => {
  const part = fc.nat(255);
  const sender = fc.record({
    remoteAddress: fc.tuple(part, part, part, part).map((parts) => parts.join('.')),
    remotePort: fc.nat(65_535),
  });
  fc.assert(
    fc.property(sender, sender, (one, other) => {
      const number = senderNumber(sockaddrWords(one.remoteAddress, one.remotePort));
      expect(senderOf(number)).toEqual(one);
      const isSame = one.remoteAddress === other.remoteAddress && one.remotePort === other.remotePort;
      expect(number === senderNumber(sockaddrWords(other.remoteAddress, other.remotePort))).toBe(isSame);
    }),
  );
});

test('an address lies in memory as the kernel has it', () => {
  const bytes = (words: Uint32Array) => Buffer.from(words.buffer).toString('hex');
  expect(bytes(sockaddrWords('192.0.2.1', 7_882))).toBe('02001ecac00002010000000000000000');
  expect(readSockaddr(sockaddrWords('192.0.2.1', 7_882))).toEqual({ address: '192.0.2.1', port: 7_882 });
  expect(readSockaddr(sockaddrWords('2001:db8::1', 443))).toEqual({ address: '2001:db8:0:0:0:0:0:1', port: 443 });
  expect(bytes(sockaddrWords('2001:db8::1', 443))).toBe('0a0001bb0000000020010db800000000000000000000000100000000');
});
