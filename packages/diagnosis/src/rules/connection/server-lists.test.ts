import { expect, test } from 'vitest';
import { callOf } from '../../testing.ts';
import { iceServerOf, keyOfServer } from './ice-servers.ts';
import { domainOf, serverLists } from './server-lists.ts';

const listed = (...texts: string[]) =>
  serverLists(callOf({ logs: texts.map((text, second) => ({ second, text })) })).map(({ servers, saysNone }) => ({
    servers: servers.map(({ address, role, outcome }) => `${role} ${address} ${outcome}`),
    saysNone,
  }));

test('a list is read from a log, and what became of each address', () => {
  expect(
    listed(
      'INFO media servers = ["wss://a.example.com/rtc", "wss://b.example.net/rtc"]',
      'WARN wss://a.example.com/rtc timed out after 5000 ms',
      'INFO connected to wss://b.example.net/rtc',
    ),
  ).toEqual([
    {
      servers: ['primary wss://a.example.com/rtc failed', 'backup wss://b.example.net/rtc connected'],
      saysNone: false,
    },
  ]);
});

test('a server tried all day, more often than a function takes arguments, has a first and a last time', () => {
  const events = Array.from({ length: 99_999 }, (_, second) => ({
    type: 'server_tried' as const,
    second,
    address: 'wss://a.example.com',
    role: 'primary',
    outcome: 'failed',
  }));
  const logs = Array.from({ length: 50_000 }, (_, second) => ({ second, text: 'WARN wss://a.example.com refused' }));
  const [list] = serverLists(callOf({ events, logs }));
  expect(list!.servers).toHaveLength(1);
  expect(list!.toMs - list!.fromMs).toBe(99_998_000);
});

test('an address in passing is no list, a written lack of a backup is', () => {
  expect(listed('GET https://example.com/page 200', 'opened https://example.com/other')).toEqual([]);
  expect(listed('{"url":"wss://a.example.com","fallbackUrls":null}')[0]!.saysNone).toBe(true);
  expect(listed('备用地址 wss://b.example.net 连接失败')[0]!.servers).toEqual(['backup wss://b.example.net failed']);
});

test('whose name a host has', () => {
  expect(['a.b.example.com', 'x.example.co.uk', '10.0.0.7', '[2001:db8::1]', 'host'].map(domainOf)).toEqual([
    'example.com',
    'example.co.uk',
    '10.0.0.7',
    '[2001:db8::1]',
    'host',
  ]);
});

test('one STUN or TURN server in all the ways its address is written', () => {
  expect(iceServerOf('turns:[2001:db8::1]:443?transport=tcp')).toEqual({
    kind: 'turn',
    host: '[2001:db8::1]',
    port: 443,
    transport: 'tls',
  });
  expect(iceServerOf('https://example.com')).toBeNull();
  expect(keyOfServer('turn:T.example.com')).toBe(keyOfServer('turn:t.example.com:3478?transport=udp'));
  expect(keyOfServer('turn:t.example.com')).not.toBe(keyOfServer('turn:t.example.com?transport=tcp'));
});
