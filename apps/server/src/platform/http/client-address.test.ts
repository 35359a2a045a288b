import type { IncomingMessage } from 'node:http';
import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import { createClientAddress } from './client-address.ts';

const CASES: [proxies: string[], remoteAddress: string, forwardedFor: string | undefined][] = [
  [['loopback'], '127.0.0.1', undefined],
  [['loopback'], '127.0.0.1', '203.0.113.7'],
  [['loopback'], '127.0.0.1', '198.51.100.1, 203.0.113.7'],
  [['loopback'], '203.0.113.7', '198.51.100.1'],
  [['loopback'], '::1', '2001:db8::7'],
  [['loopback', '10.0.0.0/8'], '127.0.0.1', '198.51.100.1, 203.0.113.7, 10.1.2.3'],
  [['uniquelocal'], '192.168.1.1', '203.0.113.7, 172.16.0.4'],
  [['uniquelocal'], 'fd00::1', '2001:db8::7'],
  [['192.0.2.9'], '192.0.2.9', '203.0.113.7'],
  [['192.0.2.9'], '192.0.2.8', '203.0.113.7'],
  [['loopback'], '127.0.0.1', 'made up, 203.0.113.7'],
  [['loopback', 'uniquelocal'], '127.0.0.1', '10.0.0.1, 10.0.0.2'],
];

describe('the address a bare request comes from', () => {
  test.each(CASES)('behind %j, from %s for %s, is the one fastify finds', async (proxies, remoteAddress, forwarded) => {
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
    const app = fastify({ trustProxy: proxies });
    app.get('/', (request) => ({ ip: request.ip }));
    const { ip } = (await app.inject({ url: '/', remoteAddress, headers })).json();
    const bare = { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
    expect(createClientAddress(proxies)(bare)).toBe(ip);
    await app.close();
  });

  test('is IPv4 as it is written, where the socket speaks both', () => {
    const bare = { socket: { remoteAddress: '::ffff:127.0.0.1' }, headers: { 'x-forwarded-for': '203.0.113.7' } };
    expect(createClientAddress(['loopback'])(bare as unknown as IncomingMessage)).toBe('203.0.113.7');
  });

  test('is the socket’s where nobody is trusted', () => {
    const bare = { socket: { remoteAddress: '127.0.0.1' }, headers: { 'x-forwarded-for': '203.0.113.7' } };
    expect(createClientAddress([])(bare as unknown as IncomingMessage)).toBe('127.0.0.1');
  });
});
