import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REPLAY_WINDOW_SIZE, ReplayWindow } from './replay-window.ts';
import { SrtpReceiver, SrtpSender } from './srtp.ts';
import { createSrtpCipher, SEAL_HEADROOM_BYTES } from './srtp-cipher.ts';
import {
  deriveSessionKeys,
  SRTP_AEAD_AES_128_GCM,
  SRTP_AES128_CM_SHA1_80,
  SRTP_PROFILES,
  type SrtpProfile,
  type SrtpSessionKeys,
  srtpKeyLengths,
} from './srtp-keys.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** RFC 3711 §B.3. */
const MASTER = { key: hex('e1f97a0d3e018be0d64fa32c06de4139'), salt: hex('0ec675ad498afeebb6960b3aabe6') };

/** RFC 7714 §16: session keys are given, not derived. */
const GCM_KEYS: SrtpSessionKeys = {
  rtpKey: hex('000102030405060708090a0b0c0d0e0f'),
  rtpSalt: hex('517569642070726f2071756f'),
  rtpAuthKey: Buffer.alloc(20),
  rtcpKey: hex('000102030405060708090a0b0c0d0e0f'),
  rtcpSalt: hex('517569642070726f2071756f'),
  rtcpAuthKey: Buffer.alloc(20),
};

describe('vectors', () => {
  test('key derivation of RFC 3711 §B.3', () => {
    const keys = deriveSessionKeys(SRTP_AES128_CM_SHA1_80, MASTER);
    expect(keys.rtpKey.toString('hex')).toBe('c61e7a93744f39ee10734afe3ff7a087');
    expect(keys.rtpSalt.toString('hex')).toBe('30cbbc08863d8c85d49db34a9ae1');
    expect(keys.rtpAuthKey.toString('hex')).toBe('cebe321f6ff7716b6fd4ab49af256a156d38baa4');
  });

  test('AES-128-GCM RTP of RFC 7714 §16.1', () => {
    const plain = hex(
      '8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573',
    );
    const sealed =
      '8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833' +
      '899d7f27beb16a9152cf765ee4390cce';
    const room = Buffer.alloc(SEAL_HEADROOM_BYTES + plain.length + 16);
    const cipher = createSrtpCipher(SRTP_AEAD_AES_128_GCM, GCM_KEYS);
    cipher.sealRtp(plain, plain.length, 12, 0, room, SEAL_HEADROOM_BYTES);
    const out = room.subarray(SEAL_HEADROOM_BYTES);
    expect(out.toString('hex')).toBe(sealed);
    expect(new SrtpReceiver(SRTP_AEAD_AES_128_GCM, GCM_KEYS).unprotectRtp(out)).toEqual(plain);
  });

  test('AES-128-GCM RTCP of RFC 7714 §17.1', () => {
    const plain = hex(
      '81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef',
    );
    const sealed =
      '81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b' +
      'c84aa45896cf4d2fc5abf87245d9eade800005d4';
    const room = Buffer.alloc(SEAL_HEADROOM_BYTES + plain.length + 20);
    const cipher = createSrtpCipher(SRTP_AEAD_AES_128_GCM, GCM_KEYS);
    cipher.sealRtcp(plain, plain.length, 0x5d4, room, SEAL_HEADROOM_BYTES);
    const out = room.subarray(SEAL_HEADROOM_BYTES);
    expect(out.toString('hex')).toBe(sealed);
    expect(new SrtpReceiver(SRTP_AEAD_AES_128_GCM, GCM_KEYS).unprotectRtcp(out)).toEqual(plain);
  });

  test('AES-CM with HMAC-SHA1-80, as libsrtp validates itself', () => {
    const keys = deriveSessionKeys(SRTP_AES128_CM_SHA1_80, MASTER);
    const plain = hex(`800f1234decafbadcafebabe${'ab'.repeat(16)}`);
    const sealed = new SrtpSender(SRTP_AES128_CM_SHA1_80, keys).protectRtp(plain, plain.length)!;
    expect(sealed.toString('hex')).toBe('800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb');
    const report = hex(`81c8000bcafebabe${'ab'.repeat(16)}`);
    const room = Buffer.alloc(SEAL_HEADROOM_BYTES + report.length + 14);
    createSrtpCipher(SRTP_AES128_CM_SHA1_80, keys).sealRtcp(report, report.length, 1, room, SEAL_HEADROOM_BYTES);
    expect(room.subarray(SEAL_HEADROOM_BYTES).toString('hex')).toBe(
      '81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798',
    );
  });
});

function rtp(sequence: number, payload = 'payload', ssrc = 7): Buffer {
  const packet = Buffer.concat([hex('806f000000000000000000'), Buffer.from([ssrc]), Buffer.from(payload)]);
  packet.writeUInt16BE(sequence, 2);
  return packet;
}

function pair(profile: SrtpProfile): { sender: SrtpSender; receiver: SrtpReceiver } {
  const { keyBytes, saltBytes } = srtpKeyLengths(profile);
  const keys = deriveSessionKeys(profile, { key: Buffer.alloc(keyBytes, 1), salt: Buffer.alloc(saltBytes, 2) });
  return { sender: new SrtpSender(profile, keys), receiver: new SrtpReceiver(profile, keys) };
}

describe.each(SRTP_PROFILES)('profile %i', (profile) => {
  test('carries any packet, with extensions, without payload', () => {
    const { sender, receiver } = pair(profile);
    let sequence = 0;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_400 }), fc.boolean(), (payload, hasExtension) => {
        const head = rtp(sequence++ & 0xffff, '');
        if (hasExtension) head[0] = 0x90;
        const extension = hasExtension ? hex('bede000122123456') : Buffer.alloc(0);
        const packet = Buffer.concat([head, extension, payload]);
        const scratch = Buffer.concat([packet, Buffer.alloc(50, 9)]);
        const sealed = sender.protectRtp(scratch, packet.length)!;
        expect(scratch.subarray(0, packet.length)).toEqual(packet);
        if (payload.length > 8) expect(sealed.includes(Buffer.from(payload))).toBe(false);
        expect(receiver.unprotectRtp(Buffer.from(sealed))).toEqual(packet);
      }),
    );
  });

  test('a changed byte is refused, and does not spoil the stream', () => {
    const { sender, receiver } = pair(profile);
    const sealed = sender.protectRtp(rtp(1), rtp(1).length)!;
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed);
      changed[i]! ^= 1;
      expect(receiver.unprotectRtp(changed)).toBeUndefined();
    }
    expect(receiver.unprotectRtp(Buffer.from(sealed))).toEqual(rtp(1));
    const report = hex('81c900010000000700000001');
    const control = sender.protectRtcp(report, report.length)!;
    for (let i = 0; i < control.length; i++) {
      const changed = Buffer.from(control);
      changed[i]! ^= 1;
      expect(receiver.unprotectRtcp(changed)).toBeUndefined();
    }
    expect(receiver.unprotectRtcp(Buffer.from(control))).toEqual(report);
  });

  test('repeated packets are refused, RTP and RTCP, late ones within the window are not', () => {
    const { sender, receiver } = pair(profile);
    const sealed = Array.from({ length: 3_000 }, (_, i) => sender.protectRtp(rtp(i), rtp(i).length)!);
    for (const i of [0, 2_999, 2_000, 1_000]) expect(receiver.unprotectRtp(Buffer.from(sealed[i]!))).toEqual(rtp(i));
    for (const i of [0, 2_999, 2_000, 1_000]) expect(receiver.unprotectRtp(Buffer.from(sealed[i]!))).toBeUndefined();
    // Older than the window: cannot be told from a repetition.
    expect(receiver.unprotectRtp(Buffer.from(sealed[2_999 - REPLAY_WINDOW_SIZE]!))).toBeUndefined();
    expect(receiver.unprotectRtp(Buffer.from(sealed[3_000 - REPLAY_WINDOW_SIZE]!))).toBeDefined();
    const report = hex('81c900010000000700000001');
    const controls = Array.from({ length: 5 }, () => sender.protectRtcp(report, report.length)!);
    for (const i of [4, 1, 0]) expect(receiver.unprotectRtcp(Buffer.from(controls[i]!))).toEqual(report);
    for (const i of [4, 1, 0]) expect(receiver.unprotectRtcp(Buffer.from(controls[i]!))).toBeUndefined();
  });

  test('the roll-over counter follows losses and reordering over the wrap, each stream by itself', () => {
    const { sender, receiver } = pair(profile);
    const order = [65_530, 65_535, 0, 65_534, 3, 65_533, 30_000, 60_000, 5, 65_000, 65_531, 6];
    const sealed = order.map((sequence) => sender.protectRtp(rtp(sequence), 19));
    order.forEach((sequence, i) => {
      const packet = sealed[i];
      expect(packet).toBeDefined();
      expect(receiver.unprotectRtp(Buffer.from(packet!))).toEqual(rtp(sequence));
    });
    const other = rtp(5, 'payload', 8);
    expect(receiver.unprotectRtp(Buffer.from(sender.protectRtp(other, other.length)!))).toEqual(other);
  });

  test('a long call has more streams than a peer may make us remember', () => {
    const { sender } = pair(profile);
    const packet = rtp(1);
    for (let ssrc = 1; ssrc <= 5_000; ssrc++) {
      packet.writeUInt32BE(ssrc, 8);
      expect(sender.protectRtp(packet, packet.length)).toBeDefined();
    }
  });

  test('what is no packet is refused', () => {
    const { sender, receiver } = pair(profile);
    expect(sender.protectRtp(Buffer.alloc(11), 11)).toBeUndefined();
    expect(sender.protectRtp(rtp(1), 100)).toBeUndefined();
    expect(sender.protectRtcp(Buffer.alloc(4), 4)).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (raw) => {
        expect(receiver.unprotectRtp(Buffer.from(raw))).toBeUndefined();
        expect(receiver.unprotectRtcp(Buffer.from(raw))).toBeUndefined();
        sender.protectRtp(Buffer.from(raw), raw.length);
        sender.protectRtcp(Buffer.from(raw), raw.length);
      }),
    );
  });

  test('unencrypted RTCP is refused even when authenticated', () => {
    const { sender, receiver } = pair(profile);
    const report = hex('81c900010000000700000001');
    const control = sender.protectRtcp(report, report.length)!;
    const at = profile === SRTP_AEAD_AES_128_GCM ? control.length - 4 : control.length - 14;
    control[at]! &= 0x7f;
    expect(receiver.unprotectRtcp(control)).toBeUndefined();
  });
});

test('the replay window remembers exactly what a set would', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 6_000 }), { maxLength: 400 }), (indexes) => {
      const window = new ReplayWindow();
      const seen = new Set<number>();
      let highest = -1;
      for (const index of indexes) {
        const expected = index > highest - REPLAY_WINDOW_SIZE && !seen.has(index);
        expect(window.isFresh(index)).toBe(expected);
        if (!expected) continue;
        window.add(index);
        seen.add(index);
        highest = Math.max(highest, index);
        expect(window.highest).toBe(highest);
      }
    }),
  );
});
