import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AesCmHmacCipher } from './aes-cm-hmac.ts';
import { AesGcmCipher, NodeGcmKey } from './aes-gcm.ts';
import { NodeCounterMode } from './counter-mode.ts';
import { NodeHmacSha1 } from './hmac-sha1.ts';
import { OpensslCounterMode, OpensslGcmKey, OpensslHmacSha1 } from './openssl-keys.ts';
import { SEAL_HEADROOM_BYTES, type SrtpCipher } from './srtp-cipher.ts';
import { deriveSessionKeys, SRTP_AEAD_AES_128_GCM, SRTP_AES128_CM_SHA1_80, srtpKeyLengths } from './srtp-keys.ts';

const TAG_BYTES = 16;
const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((raw) => Buffer.from(raw));
const packet = fc.uint8Array({ maxLength: 3_000 }).map((raw) => Buffer.from(raw));

// On other machines everything is done as by the classes compared with here.
describe.runIf(process.platform === 'linux')('keys held by OpenSSL', () => {
  test('do what those of node:crypto do in GCM, and open nothing that was changed', () => {
    fc.assert(
      fc.property(bytes(16), bytes(12), packet, packet, fc.nat(), (key, iv, head, body, place) => {
        const ours = OpensslGcmKey.create(key)!;
        const node = new NodeGcmKey(key);
        const sealed = Buffer.concat([Buffer.alloc(7, 1), body, Buffer.alloc(TAG_BYTES), Buffer.alloc(5, 2)]);
        const wanted = Buffer.from(sealed);
        const to = 7 + body.length;
        ours.seal(iv, head, sealed, 7, to);
        node.seal(iv, head, wanted, 7, to);
        expect(sealed).toEqual(wanted);
        const changed = Buffer.from(sealed);
        changed[7 + (place % (body.length + TAG_BYTES))]! ^= 1;
        expect(ours.open(iv, head, changed, 7, to)).toBe(false);
        expect(ours.open(iv, head, sealed, 7, to)).toBe(true);
        expect(sealed.subarray(7, to)).toEqual(body);
        expect(node.open(iv, head, wanted, 7, to)).toBe(true);
      }),
    );
  });

  test('do what those of node:crypto do in counter mode', () => {
    const word = fc.nat(0xffff_ffff);
    fc.assert(
      fc.property(bytes(16), bytes(14), packet, word, word, fc.nat(0xffff), (key, salt, body, ssrc, high, low) => {
        const ours = OpensslCounterMode.create(key, salt)!;
        const node = new NodeCounterMode(key, salt);
        const one = Buffer.concat([Buffer.alloc(3, 1), body, Buffer.alloc(5, 2)]);
        const other = Buffer.from(one);
        ours.apply(one, 3, 3 + body.length, ssrc, high, low);
        node.apply(other, 3, 3 + body.length, ssrc, high, low);
        expect(one).toEqual(other);
      }),
    );
  });

  test('refuse what lies beyond the memory they are given', () => {
    const memory = Buffer.alloc(100);
    const gcm = OpensslGcmKey.create(Buffer.alloc(16))!;
    const iv = Buffer.alloc(12);
    expect(() => gcm.seal(iv, iv, memory, 0, 85)).toThrow(RangeError);
    expect(() => gcm.open(iv, iv, memory, -1, 10)).toThrow(RangeError);
    expect(() => gcm.seal(Buffer.alloc(11), iv, memory, 0, 10)).toThrow(RangeError);
    expect(OpensslCounterMode.create(iv, iv)).toBeUndefined();
    const counter = OpensslCounterMode.create(Buffer.alloc(16), Buffer.alloc(14))!;
    expect(() => counter.apply(memory, 50, 101, 1, 1, 1)).toThrow(RangeError);
    const hmac = OpensslHmacSha1.create(Buffer.alloc(20))!;
    expect(() => hmac.digest(memory, 0, 101, false)).toThrow(RangeError);
    expect(() => hmac.digest(memory, 60, 50, false)).toThrow(RangeError);
  });
});

test('HMAC-SHA1 of either kind is what createHmac computes, for any key and length', () => {
  const key = fc.uint8Array({ minLength: 1, maxLength: 100 }).map((raw) => Buffer.from(raw));
  fc.assert(
    fc.property(key, fc.uint8Array({ maxLength: 5_000 }), fc.nat(0xffff_ffff), (secret, raw, suffix) => {
      const data = Buffer.from(raw);
      const tail = Buffer.alloc(4);
      tail.writeUInt32BE(suffix, 0);
      for (const hmac of [new NodeHmacSha1(secret), OpensslHmacSha1.create(secret) ?? new NodeHmacSha1(secret)]) {
        const room = Buffer.concat([Buffer.alloc(64, 9), data]);
        const plain = createHmac('sha1', secret).update(data).digest('hex');
        expect(Buffer.from(hmac.digest(room, 64, room.length, false)).toString('hex')).toBe(plain);
        const suffixed = createHmac('sha1', secret).update(data).update(tail).digest('hex');
        expect(Buffer.from(hmac.digest(room, 64, room.length, false, suffix)).toString('hex')).toBe(suffixed);
        expect(Buffer.from(hmac.digest(room, 64, room.length, true)).toString('hex')).toBe(plain);
      }
    }),
  );
});

/** One cipher by OpenSSL and one by node:crypto, of the same keys. */
const PAIRS: [string, () => { native: SrtpCipher; node: SrtpCipher }][] = [
  [
    'AES-128-GCM',
    () => {
      const keys = deriveSessionKeys(SRTP_AEAD_AES_128_GCM, master(SRTP_AEAD_AES_128_GCM));
      return { native: new AesGcmCipher(keys), node: new AesGcmCipher(keys, false) };
    },
  ],
  [
    'AES-128-CM with HMAC-SHA1-80',
    () => {
      const keys = deriveSessionKeys(SRTP_AES128_CM_SHA1_80, master(SRTP_AES128_CM_SHA1_80));
      return { native: new AesCmHmacCipher(keys), node: new AesCmHmacCipher(keys, false) };
    },
  ],
];

function master(profile: Parameters<typeof srtpKeyLengths>[0]): { key: Buffer; salt: Buffer } {
  const { keyBytes, saltBytes } = srtpKeyLengths(profile);
  return { key: Buffer.alloc(keyBytes, 0x5a), salt: Buffer.alloc(saltBytes, 0xa5) };
}

test.each(PAIRS)('%s: what one seals the other opens', (_name, pair) => {
  const { native, node } = pair();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1_400 }), fc.nat(0xffff_ffff), fc.boolean(), (payload, roc, isOurs) => {
      const [sealer, opener] = isOurs ? [native, node] : [node, native];
      const plain = Buffer.concat([Buffer.from('806f1234000003c0a0000007', 'hex'), payload]);
      const room = Buffer.alloc(SEAL_HEADROOM_BYTES + plain.length + sealer.rtpOverheadBytes);
      sealer.sealRtp(plain, plain.length, 12, roc, room, SEAL_HEADROOM_BYTES);
      const sealed = Buffer.from(room.subarray(SEAL_HEADROOM_BYTES));
      expect(opener.openRtp(sealed, 12, roc)).toBe(true);
      expect(sealed.subarray(0, plain.length)).toEqual(plain);
      const report = Buffer.concat([Buffer.from('81c90001a0000007', 'hex'), payload]);
      const out = Buffer.alloc(SEAL_HEADROOM_BYTES + report.length + sealer.rtcpOverheadBytes);
      sealer.sealRtcp(report, report.length, roc >>> 1, out, SEAL_HEADROOM_BYTES);
      const control = Buffer.from(out.subarray(SEAL_HEADROOM_BYTES));
      expect(opener.openRtcp(control, roc >>> 1)).toBe(true);
      expect(control.subarray(0, report.length)).toEqual(report);
    }),
  );
});
