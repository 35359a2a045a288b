import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildBindingError,
  buildBindingRequest,
  buildBindingSuccess,
  parseStun,
  STUN_BINDING_ERROR,
  STUN_BINDING_REQUEST,
  STUN_BINDING_SUCCESS,
  verifyStunIntegrity,
} from './stun.ts';
import { addressBytes, canonicalAddress, hasStunIntegrity, readXorAddress, xorAddress } from './stun-format.ts';

/** RFC 5769 §2.1. */
const REQUEST = Buffer.from(
  '000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b1' +
    '51263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf',
  'hex',
);
/** RFC 5769 §2.2. */
const RESPONSE = Buffer.from(
  '0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599' +
    'fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96',
  'hex',
);
const PASSWORD = 'VOkJxbRl1RmTxUk/WvJxBt';

const ours = {
  transactionId: Buffer.alloc(12, 3),
  username: 'them:us',
  password: 'secret',
  role: 'controlling' as const,
  tieBreaker: Buffer.alloc(8, 1),
  priority: 0x6e0001ff,
};

describe('STUN', () => {
  test('reads and checks the request of RFC 5769', () => {
    const message = parseStun(REQUEST)!;
    expect(message).toMatchObject({
      type: STUN_BINDING_REQUEST,
      username: 'evtj:h6vY',
      priority: 0x6e0001ff,
      role: 'controlled',
      useCandidate: false,
      unknownRequired: [],
    });
    expect(verifyStunIntegrity(REQUEST, message, PASSWORD)).toBe(true);
    expect(verifyStunIntegrity(REQUEST, message, `${PASSWORD}x`)).toBe(false);
  });

  test('reads and checks the response of RFC 5769, and writes the same address', () => {
    const message = parseStun(RESPONSE)!;
    expect(message.type).toBe(STUN_BINDING_SUCCESS);
    expect(verifyStunIntegrity(RESPONSE, message, PASSWORD)).toBe(true);
    const answer = buildBindingSuccess(parseStun(REQUEST)!, '192.0.2.1', 32_853, PASSWORD);
    expect(answer.subarray(20, 32).toString('hex')).toBe('002000080001a147e112a643');
    const answer6 = buildBindingSuccess(parseStun(REQUEST)!, '2001:db8:1234:5678:11:2233:4455:6677', 32_853, PASSWORD);
    // RFC 5769 §2.3.
    expect(answer6.subarray(24, 44).toString('hex')).toBe('0002a1470113a9faa5d3f179bc25f4b5bed2b9d9');
  });

  test('what we write we read', () => {
    const request = buildBindingRequest({ ...ours, useCandidate: true });
    const message = parseStun(request)!;
    expect(message).toMatchObject({
      username: 'them:us',
      role: 'controlling',
      useCandidate: true,
      priority: 0x6e0001ff,
    });
    expect(verifyStunIntegrity(request, message, 'secret')).toBe(true);
    const success = buildBindingSuccess(message, '10.0.0.1', 5, 'secret');
    expect(parseStun(success)!.transactionId).toEqual(ours.transactionId);
    const error = buildBindingError(message, 487, 'Role Conflict', 'secret');
    expect(parseStun(error)).toMatchObject({ type: STUN_BINDING_ERROR, errorCode: 487 });
    expect(verifyStunIntegrity(error, parseStun(error)!, 'secret')).toBe(true);
  });

  test('checks the request with long-term credentials of RFC 5769 §2.4', () => {
    const request = Buffer.from(
      '000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b900000015001c662f2f3439396b39' +
        '353464364f4c33346f4c39465354767936347341' +
        '0014000b6578616d706c652e6f72670000080014f67024656dd64a3e02b8e0712e85c9a28ca89666',
      'hex',
    );
    const message = parseStun(request)!;
    expect(message.username).toBe('マトリックス');
    // The password after SASLprep.
    const key = createHash('md5').update('マトリックス:example.org:TheMatrIX').digest();
    expect(hasStunIntegrity(request, message.integrityOffset, key)).toBe(true);
    expect(hasStunIntegrity(request, message.integrityOffset, Buffer.alloc(16))).toBe(false);
  });

  test('any changed byte before the fingerprint is noticed', () => {
    const request = buildBindingRequest(ours);
    for (let i = 0; i < request.length - 8; i++) {
      const changed = Buffer.from(request);
      changed[i]! ^= 0x10;
      const message = parseStun(changed);
      expect(message !== undefined && verifyStunIntegrity(changed, message, 'secret')).toBe(false);
    }
  });

  test('attributes after the integrity are not believed', () => {
    const request = buildBindingRequest(ours);
    // Drop FINGERPRINT, add USE-CANDIDATE behind MESSAGE-INTEGRITY, correct the length.
    const forged = Buffer.concat([request.subarray(0, request.length - 8), Buffer.from('00250000', 'hex')]);
    forged.writeUInt16BE(forged.length - 20, 2);
    const message = parseStun(forged)!;
    expect(message.useCandidate).toBe(false);
  });

  test('unknown attributes that must be understood are listed', () => {
    const message = parseStun(
      Buffer.concat([Buffer.from('000100042112a442', 'hex'), Buffer.alloc(12), Buffer.from('7fff0000', 'hex')]),
    )!;
    expect(message.unknownRequired).toEqual([0x7fff]);
    expect(message.integrityOffset).toBe(-1);
    expect(verifyStunIntegrity(Buffer.alloc(24), message, '')).toBe(false);
  });

  test('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (raw) => {
        const attributes = Buffer.from(raw.subarray(0, raw.length & ~3));
        const header = Buffer.alloc(20);
        header.writeUInt16BE(1, 0);
        header.writeUInt16BE(attributes.length, 2);
        header.writeUInt32BE(0x2112a442, 4);
        const datagram = Buffer.concat([header, attributes]);
        const message = parseStun(datagram);
        if (message) expect(verifyStunIntegrity(datagram, message, 'p')).toBe(false);
        parseStun(Buffer.from(raw));
      }),
      { numRuns: 2_000 },
    );
  });

  test('an address comes back from its disguise in one spelling', () => {
    const id = Buffer.from('b7e7a701bc34d686fa87dfae', 'hex');
    for (const address of ['192.0.2.1', '2001:db8:0:0:0:0:0:1', '0:0:0:0:0:0:0:1'])
      expect(readXorAddress(xorAddress(address, 32_853, id), id)).toEqual({ address, port: 32_853 });
    expect(['::ffff:10.1.2.3', '2001:DB8::1', '::1'].map(canonicalAddress)).toEqual([
      '10.1.2.3',
      '2001:db8:0:0:0:0:0:1',
      '0:0:0:0:0:0:0:1',
    ]);
    expect(readXorAddress(Buffer.from('0001000001', 'hex'), id)).toBeUndefined();
  });

  test('addresses become bytes', () => {
    expect(addressBytes('127.0.0.1').toString('hex')).toBe('7f000001');
    expect(addressBytes('::ffff:10.1.2.3').toString('hex')).toBe('0a010203');
    expect(addressBytes('::1').toString('hex')).toBe(`${'00'.repeat(15)}01`);
    expect(addressBytes('fe80::1:2%eth0').toString('hex')).toBe(`fe80${'00'.repeat(11)}010002`);
    expect(addressBytes('64:ff9b::1.2.3.4').toString('hex')).toBe(`0064ff9b${'00'.repeat(8)}01020304`);
  });
});
