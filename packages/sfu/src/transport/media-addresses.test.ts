import { describe, expect, test } from 'vitest';
import { localAddressOf, mediaAddresses } from './media-addresses.ts';

describe('SFU-35 media addresses', () => {
  test('are bound as they are where they are this machine’s own, else by the wildcard of their family alone', () => {
    expect(mediaAddresses({ announced: ['127.0.0.1'] })).toEqual({ listen: ['127.0.0.1'], announced: ['127.0.0.1'] });
    expect(mediaAddresses({ announced: ['203.0.113.7', '127.0.0.1'] }).listen).toEqual(['0.0.0.0']);
    expect(mediaAddresses({ announced: ['203.0.113.7', '2001:db8::7'] }).listen).toEqual(['0.0.0.0', '::']);
    // A router translates IPv4, and IPv6 goes straight.
    expect(mediaAddresses({ announced: ['127.0.0.1', '2001:db8::7'] }).listen).toEqual(['127.0.0.1', '::']);
    expect(mediaAddresses({ listen: ['127.0.0.2'], announced: ['203.0.113.7'] })).toEqual({
      listen: ['127.0.0.2'],
      announced: ['203.0.113.7'],
    });
  });

  test('without a word are this machine’s, loopback last and once', () => {
    const { announced, listen } = mediaAddresses();
    expect(announced.at(-1)).toBe('127.0.0.1');
    expect(new Set(announced).size).toBe(announced.length);
    expect([...listen].sort()).toEqual([...announced].sort());
    expect(announced.some((address) => address.startsWith('fe80:'))).toBe(false);
  });

  test('are reached from this machine where they are bound', () => {
    expect(localAddressOf('127.0.0.1', ['127.0.0.1', '::1'])).toBe('127.0.0.1');
    expect(localAddressOf('203.0.113.7', ['0.0.0.0', '::'])).toBe('127.0.0.1');
    expect(localAddressOf('2001:db8::7', ['0.0.0.0', '::'])).toBe('::1');
    expect(localAddressOf('203.0.113.7', ['10.0.0.2'])).toBe('10.0.0.2');
  });
});
