import { describe, expect, test, vi } from 'vitest';
import { RECEIVE_WINDOW_BYTES, SctpInbound, type SctpMessage } from './sctp-inbound.ts';
import type { SctpData } from './sctp-packet.ts';

const FIRST_TSN = 0xfffffffe;

function inbound(): {
  half: SctpInbound;
  messages: SctpMessage[];
  data(tsn: number, data?: Partial<SctpData>): boolean;
} {
  const messages: SctpMessage[] = [];
  const half = new SctpInbound(FIRST_TSN, (message) => messages.push(message));
  const data = (tsn: number, fields: Partial<SctpData> = {}): boolean =>
    half.onData({
      tsn: (FIRST_TSN + tsn) >>> 0,
      streamId: 1,
      streamSequence: 0,
      payloadProtocol: 53,
      isBegin: false,
      isEnd: false,
      isUnordered: false,
      wantsSackNow: false,
      payload: Buffer.alloc(1_200),
      ...fields,
    });
  return { half, messages, data };
}

const forwardTo = (tsn: number): number => (FIRST_TSN + tsn) >>> 0;

describe('SFU-7: messages given up', () => {
  test('leave nothing behind, acknowledged or not', () => {
    const { half, messages, data } = inbound();
    data(0, { isBegin: true });
    data(1);
    data(3);
    data(4, { isEnd: true });
    half.onForwardTsn({ newCumulativeTsn: forwardTo(4), streams: [{ streamId: 1, streamSequence: 0 }] });
    expect(half.sack()).toMatchObject({ receiverWindow: RECEIVE_WINDOW_BYTES, gaps: [] });
    data(5, { isBegin: true, isEnd: true, streamSequence: 1 });
    expect(messages).toHaveLength(1);
  });

  test('those after them that wait are given out in order, over the wrap too', () => {
    const { half, messages, data } = inbound();
    const whole = { isBegin: true, isEnd: true };
    half.onForwardTsn({ newCumulativeTsn: forwardTo(0), streams: [{ streamId: 1, streamSequence: 0x7ffe }] });
    half.onForwardTsn({ newCumulativeTsn: forwardTo(1), streams: [{ streamId: 1, streamSequence: 0xfffc }] });
    for (const [tsn, streamSequence] of [
      [3, 0],
      [4, 0xfffe],
      [5, 2],
      [6, 9],
    ] as const) {
      data(tsn, { ...whole, streamSequence, payload: Buffer.from([streamSequence & 0xff]) });
    }
    expect(messages).toHaveLength(0);
    half.onForwardTsn({ newCumulativeTsn: forwardTo(2), streams: [{ streamId: 1, streamSequence: 1 }] });
    expect(messages.map((message) => message.data[0])).toEqual([0xfe, 0, 2]);
    half.onForwardTsn({ newCumulativeTsn: forwardTo(7), streams: [{ streamId: 1, streamSequence: 8 }] });
    expect(messages.at(-1)!.data[0]).toBe(9);
    expect(half.sack().receiverWindow).toBe(RECEIVE_WINDOW_BYTES);
  });
});

describe('SFU-14: a hostile peer', () => {
  test('gives up millions of messages in one packet, at the cost of those there are', () => {
    const { half } = inbound();
    const looks = vi.spyOn(Map.prototype, 'get');
    const streams = Array.from({ length: 290 }, (_, i) => ({
      streamId: 1,
      streamSequence: ((i + 1) * 0x7fff - 1) & 0xffff,
    }));
    try {
      half.onForwardTsn({ newCumulativeTsn: forwardTo(8_000), streams });
      expect(looks.mock.calls.length).toBeLessThan(2_000);
    } finally {
      looks.mockRestore();
    }
  });

  test('is charged for fragments of one byte what they cost', () => {
    const { half, data } = inbound();
    let taken = 0;
    for (let tsn = 1; tsn < 8_000; tsn++) if (data(tsn, { payload: Buffer.alloc(1) })) taken++;
    expect(taken).toBeLessThan(4_100);
    expect(half.sack().receiverWindow).toBeLessThan(300);
  });

  test('and the largest message still gets through where all else waits for it', () => {
    const { half, messages, data } = inbound();
    for (let tsn = 1_000; data(tsn, { isBegin: true, isEnd: true, streamSequence: tsn }); ) tsn++;
    const fragments = 256;
    for (let i = 0; i < fragments; i++) {
      const fields = { isBegin: i === 0, isEnd: i === fragments - 1, payload: Buffer.alloc(1_024) };
      expect(data(i, fields)).toBe(true);
    }
    expect(messages[0]!.data).toHaveLength(256 * 1_024);
    expect(half.hasGaps).toBe(true);
  });
});
