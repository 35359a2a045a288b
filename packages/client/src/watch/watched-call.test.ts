import type { SampleBatch } from '@alongside/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { instrument } from './instrument.ts';
import { maskedAddress } from './masking.ts';
import { createSampler } from './sampler.ts';
import { FakeConnection, stubPage } from './testing.ts';
import { startWatchedCall, type WatchTransport } from './watched-call.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 21, 20) });
  stubPage();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function recorded() {
  const started: unknown[] = [];
  const batches: SampleBatch[] = [];
  const transport: WatchTransport = {
    async start(session) {
      started.push(session);
      return { goOn: true };
    },
    async send(_id, batch) {
      batches.push(batch);
      return { goOn: true, sendEveryMs: 10_000 };
    },
  };
  return { started, batches, transport };
}
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);

describe('startWatchedCall', () => {
  it('announces the call once and streams it until its connections are closed', async () => {
    const { started, batches, transport } = recorded();
    const connection = new FakeConnection();
    const call = startWatchedCall(connection.asPeerConnection, transport, { label: 'Lesson 42' });
    await seconds(30);
    expect(started).toEqual([
      { id: call.sessionId, about: { label: 'Lesson 42', pageUrl: 'https://product.test/lesson' } },
    ]);
    expect(batches.length).toBeGreaterThanOrEqual(3);
    expect(call.endedMs()).toBeNull();
    connection.connectionState = 'closed';
    await seconds(3);
    expect(call.endedMs()).not.toBeNull();
    expect(batches.at(-1)!.last).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['asked to wait for a ticket', { send: 'with-ticket' as const }, {}],
    ['the browser asks not to be tracked', {}, { globalPrivacyControl: true }],
    ['the browser asks it the older way', {}, { doNotTrack: '1' }],
  ])('keeps everything in the page where %s, until it is released', async (_why, options, told) => {
    vi.stubGlobal('navigator', { userAgent: 'Test', ...told });
    const { started, batches, transport } = recorded();
    const call = startWatchedCall(new FakeConnection().asPeerConnection, transport, options);
    await seconds(60);
    expect([started, batches, call.isSending()]).toEqual([[], [], false]);
    await call.release();
    expect(started).toHaveLength(1);
    expect(batches.length).toBeGreaterThan(3);
    await call.stop();
  });

  it('survives a desk that is not there', async () => {
    const { transport } = recorded();
    const call = startWatchedCall(new FakeConnection().asPeerConnection, {
      ...transport,
      start: () => Promise.reject(Object.assign(new Error('offline'), { retry: true })),
    });
    await seconds(40);
    await call.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('hides the last part of addresses unless told otherwise', () => {
    expect(['203.0.113.7', '2001:db8:1:2:3::7', 'fd00::2', 'a1b2.local'].map(maskedAddress)).toEqual([
      '203.0.113.x',
      '2001:db8:1::x',
      'fd00::x',
      'a1b2.local',
    ]);
  });
});

describe('instrument', () => {
  it('wraps only when asked, hands through what it wraps, and leaves nothing behind', async () => {
    const refusal = new DOMException('in use', 'NotReadableError');
    const getUserMedia = vi.fn().mockRejectedValue(refusal);
    const devices = { getUserMedia };
    vi.stubGlobal('navigator', { userAgent: 'Test', mediaDevices: devices });
    const connection = new FakeConnection();
    const original = async () => {
      throw new Error('bad answer');
    };
    Object.assign(connection, { setRemoteDescription: original });
    const sampler = createSampler({ participantId: 'self' });
    sampler.follow([connection.asPeerConnection]);
    expect(devices.getUserMedia).toBe(getUserMedia);
    const undo = instrument(sampler, () => [connection.asPeerConnection]);
    await expect(devices.getUserMedia({ video: true, audio: true })).rejects.toBe(refusal);
    await expect(connection.asPeerConnection.setRemoteDescription({ type: 'answer' })).rejects.toThrow('bad answer');
    await seconds(0);
    let types: unknown[] = [];
    sampler.take((session) => {
      types = session.events.filter(({ type }) => type.endsWith('_failed'));
      return session.toMs;
    });
    expect(types).toMatchObject([
      { type: 'capture_failed', what: 'camera', name: 'NotReadableError' },
      { type: 'description_failed', what: 'remote', text: 'bad answer' },
    ]);
    undo();
    expect(devices.getUserMedia).toBe(getUserMedia);
    expect((connection as unknown as { setRemoteDescription: unknown }).setRemoteDescription).toBe(original);
    sampler.stop();
  });
});
