import { describe, expect, test } from 'vitest';
import { addressRanges, isInRanges, isPublicAddress } from './public-address.ts';

describe('isPublicAddress', () => {
  test.each([
    '93.184.216.34',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '223.255.255.255',
    '2606:4700::1111',
    '240e:1::1',
  ])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));

  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'localhost',
    '',
    '127.1',
  ])('“%s” is not', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('addressRanges', () => {
  test('holds single addresses and ranges of both families', () => {
    const ranges = addressRanges(['10.1.0.0/16', '192.168.7.7', 'fd00::/8']);
    expect(['10.1.255.255', '192.168.7.7', 'fd12::1'].map((address) => isInRanges(address, ranges))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['10.2.0.0', '192.168.7.8', 'fe80::1', 'name'].map((address) => isInRanges(address, ranges))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test.each(['10.0.0.0/33', '10.0.0.0/-1', '10.0.0/8', 'fd00::/129', 'example.com', '10.0.0.0/'])(
    'refuses “%s”',
    (range) => expect(() => addressRanges([range])).toThrow(RangeError),
  );
});
