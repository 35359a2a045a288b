import type { CheckAddress, CheckRoom, CheckRoundTrip } from '@alongside/contracts';
import { expect, test, vi } from 'vitest';
import type { Api } from '../api.ts';
import { localError } from '../api-error.ts';
import { type CheckParts, createCheck } from './check.ts';
import { pause } from './waiting.ts';

const address = (state: CheckAddress['signal']['state'], udp: 'ok' | 'failed' = 'ok'): CheckAddress => ({
  host: 'media.test',
  role: 'primary',
  signal: { state, status: null, tookMs: state === 'ok' ? 20 : null },
  server: 'ok',
  paths: state === 'ok' ? [{ kind: 'udp', relay: null, state: udp, tookMs: 9, error: null, code: null }] : [],
});

const trip: CheckRoundTrip = {
  ...{ failure: null, protocol: 'udp', relayed: false, measuredMs: 10_000 },
  ...{ rttMs: 40, jitterMs: 3, lossRatio: 0, concealedRatio: 0, freezeMs: 0 },
  ...{ upBps: 2_000_000, downBps: 2_000_000, upSeriesBps: [], downSeriesBps: [], findings: [] },
};
const room: CheckRoom = {
  addresses: [
    { url: 'wss://a.test', role: 'primary', server: 'ok' },
    { url: 'wss://b.test', role: 'backup', server: 'ok' },
  ],
  backups: 'distinct',
  tokens: { send: 's', receive: 'r' },
  endsAt: '2030-01-01T00:01:00.000Z',
};

/** A track as far as the check cares: whether it was let go of. */
function fakeTrack() {
  return { stop: vi.fn() } as unknown as MediaStreamTrack & { stop: ReturnType<typeof vi.fn> };
}

function prepared(change: Partial<CheckParts> = {}) {
  vi.stubGlobal('MediaStream', class {});
  const [microphone, camera] = [fakeTrack(), fakeTrack()];
  const roundTrips: string[] = [];
  let nowMs = 0;
  const parts: CheckParts = {
    readBrowser: () => ({ label: 'Chrome 141', platform: 'macOS', name: 'chrome', lacks: [] }),
    captureDevices: async () => ({
      microphone: { track: microphone, problem: null },
      camera: { track: camera, problem: null },
    }),
    probeMicrophone: async (_, onLevel) => {
      onLevel(0.5, 0.5);
      return { problem: null, levels: [0.1], peak: 0.2 };
    },
    probeCamera: async () => ({ problem: null, widthPx: 640, heightPx: 360, lumas: [0.5], change: 0.01 }),
    playTestSound: async () => true,
    openRoom: async () => room,
    async probeAddresses(_, onAddress) {
      onAddress(0, address('ok'));
      onAddress(1, address('ok'));
      return [address('ok'), address('ok')];
    },
    async runRoundTrip({ url }) {
      roundTrips.push(url);
      return trip;
    },
    now() {
      nowMs += 10_000;
      return new Date(nowMs);
    },
    ...change,
  };
  const check = createCheck({} as Api, parts);
  const until = (phase: string) => vi.waitFor(() => expect(check.getSnapshot().phase).toBe(phase));
  return { check, until, roundTrips, devices: [microphone, camera] };
}

test('measures everything, waits for the answer, and lets go of the devices', async () => {
  const { check, until, roundTrips, devices } = prepared();
  check.start();
  await vi.waitFor(() => expect(check.getSnapshot().steps.quality.state).toBe('done'));
  expect(check.getSnapshot()).toMatchObject({ phase: 'running', steps: { speaker: { state: 'asking' } } });
  for (const device of devices) expect(device.stop).toHaveBeenCalledOnce();
  check.answerSpeaker('not_heard');
  await until('done');
  expect(check.getSnapshot().report).toMatchObject({
    durationMs: 30_000,
    speaker: 'not_heard',
    microphone: { peak: 0.2 },
    camera: { widthPx: 640 },
    backups: 'distinct',
    roundTrip: trip,
  });
  expect(roundTrips).toEqual(['wss://a.test']);
});

test('the round trip goes by the first address that media gets through to, and by none where there is none', async () => {
  const behind = prepared({ probeAddresses: async () => [address('ok', 'failed'), address('ok')] });
  behind.check.start();
  behind.check.answerSpeaker('heard');
  await behind.until('done');
  expect(behind.roundTrips).toEqual(['wss://b.test']);
  const none = prepared({ probeAddresses: async () => [address('unreachable'), address('timeout')] });
  none.check.start();
  none.check.answerSpeaker('heard');
  await none.until('done');
  expect(none.roundTrips).toEqual([]);
  expect(none.check.getSnapshot().report.roundTrip).toBeNull();
});

test('whoever thinks long about the browser’s question gets another room for the trip', async () => {
  let nowMs = 0;
  const asked = Promise.withResolvers<void>();
  const tokens: string[] = [];
  const { check, until } = prepared({
    now: () => new Date(nowMs),
    async captureDevices() {
      await asked.promise;
      nowMs += 50_000;
      return { microphone: { track: null, problem: 'blocked' }, camera: { track: null, problem: 'blocked' } };
    },
    async openRoom() {
      asked.resolve();
      return { ...room, tokens: { send: `${nowMs}`, receive: 'r' } };
    },
    async runRoundTrip(options) {
      tokens.push(options.tokens.send);
      return trip;
    },
  });
  check.start();
  check.answerSpeaker('heard');
  await until('done');
  expect(tokens).toEqual(['50000']);
});

test('goes on without devices, without sound and without a server', async () => {
  const { check, until } = prepared({
    captureDevices: async () => ({
      microphone: { track: null, problem: 'blocked' },
      camera: { track: null, problem: 'no-device' },
    }),
    playTestSound: async () => false,
    openRoom: async () => {
      throw localError('offline', 'en');
    },
  });
  check.start();
  await until('done');
  expect(check.getSnapshot().report).toMatchObject({
    microphone: { problem: 'blocked' },
    camera: { problem: 'no-device' },
    speaker: 'unplayable',
    addresses: null,
    roundTrip: null,
  });
});

test('cancelled in the middle it leaves no device open, and says nothing more; started again it is whole', async () => {
  const seen: AbortSignal[] = [];
  const { check, until, devices } = prepared({
    async runRoundTrip({ signal }) {
      seen.push(signal);
      if (seen.length === 1) await pause(3_600_000, signal);
      return trip;
    },
  });
  check.start();
  await vi.waitFor(() => expect(seen).toHaveLength(1));
  check.cancel();
  expect(seen[0]!.aborted).toBe(true);
  expect(check.getSnapshot().phase).toBe('cancelled');
  for (const device of devices) expect(device.stop).toHaveBeenCalled();
  check.start();
  check.answerSpeaker('heard');
  await until('done');
});

test('permission given after it was cancelled opens nothing', async () => {
  const asked = Promise.withResolvers<void>();
  const track = fakeTrack();
  const { check } = prepared({
    async captureDevices() {
      await asked.promise;
      return { microphone: { track, problem: null }, camera: { track: null, problem: 'blocked' } };
    },
  });
  check.start();
  check.cancel();
  asked.resolve();
  await vi.waitFor(() => expect(track.stop).toHaveBeenCalledOnce());
});
