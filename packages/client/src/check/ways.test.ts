import { describe, expect, it } from 'vitest';
import { readIceServers } from './join-message.ts';
import { onlyCandidates } from './media-path.ts';
import { readRelayUrl, relayError } from './relay-path.ts';

describe('the first word of a media server', () => {
  const bytes = (...parts: (number | string | Uint8Array)[]) =>
    Uint8Array.from(
      parts.flatMap((part) =>
        typeof part === 'number' ? [part] : [...(typeof part === 'string' ? new TextEncoder().encode(part) : part)],
      ),
    );
  const field = (number: number, content: string | Uint8Array) => {
    const inside = bytes(content);
    return bytes(number * 8 + 2, inside.length, inside);
  };
  const relay = field(
    5,
    bytes(field(1, 'turn:a.test:3478'), field(1, 'turns:a.test:443'), field(2, 'user'), field(3, 'pass')),
  );
  // join { room, ping_timeout: 15, ice_servers, subscriber_primary } between fields of every wire type.
  const join = bytes(
    field(1, 'room'),
    10 * 8,
    15,
    relay,
    7 * 8 + 1,
    ...new Array<number>(8).fill(0),
    9 * 8 + 5,
    0,
    0,
    0,
    0,
  );

  it('names the relays', () => {
    expect(readIceServers(field(1, join))).toEqual([
      { urls: ['turn:a.test:3478', 'turns:a.test:443'], username: 'user', credential: 'pass' },
    ]);
    expect(readIceServers(field(1, field(1, 'room')))).toEqual([]);
  });

  it('is nothing else, however it is cut', () => {
    expect(readIceServers(field(2, 'answer'))).toBeNull();
    const whole = field(1, join);
    for (let length = 0; length < whole.length; length++)
      expect(() => readIceServers(whole.subarray(0, length))).not.toThrow();
    for (let byte = 0; byte < 256; byte++)
      expect(() => readIceServers(Uint8Array.from([byte, 255, byte]))).not.toThrow();
  });
});

it('leaves the candidates of one protocol in a description', () => {
  const sdp = [
    'v=0',
    'a=candidate:1 1 udp 99 a 1 typ host',
    'a=candidate:2 1 TCP 98 a 2 typ host tcptype passive',
    'a=end',
  ].join('\r\n');
  expect(onlyCandidates(sdp, 'udp').split('\r\n')).toEqual(['v=0', 'a=candidate:1 1 udp 99 a 1 typ host', 'a=end']);
  expect(onlyCandidates(sdp, 'tcp')).toContain('TCP');
  expect(onlyCandidates(sdp, 'tcp')).not.toContain(' udp ');
});

it.each([
  ['turn:turn.test:3478', 'relay_udp', 'turn.test:3478'],
  ['turn:203.0.113.7:3478?transport=udp', 'relay_udp', '203.0.*.*:3478'],
  ['turn:turn.test?transport=tcp', 'relay_tcp', 'turn.test'],
  ['turns:turn.test:443?transport=tcp', 'relay_tls', 'turn.test:443'],
])('%s is a relay over its protocol', (url, kind, host) => {
  expect(readRelayUrl(url)).toEqual({ kind, host });
});

it('knows what a relay’s refusal means', () => {
  expect(readRelayUrl('stun:stun.test')).toBeNull();
  expect([null, 701, 401, 438, 486, 508, 400].map(relayError)).toEqual([
    'unreachable',
    'unreachable',
    'unauthorised',
    'unauthorised',
    'quota',
    'quota',
    'other',
  ]);
});
