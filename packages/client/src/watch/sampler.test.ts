import type { Session } from '@alongside/diagnosis';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSampler, SAMPLE_EVERY_MS, type Sampler } from './sampler.ts';
import { FakeConnection, stubPage } from './testing.ts';

let page: ReturnType<typeof stubPage>;
let sampler: Sampler;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 21, 20) });
  page = stubPage();
  sampler = createSampler({ participantId: 'self' });
});
afterEach(() => {
  sampler.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/**
 * All that was measured and not taken yet.
 * @param look at samples, which are forgotten when it returns
 */
function taken(look: (session: Session) => void = () => {}): Session {
  let seen: Session | undefined;
  sampler.take((session, afterMs) => {
    seen = { ...session, events: session.events.filter(({ atMs }) => atMs > afterMs) };
    look(session);
    return session.toMs;
  });
  return seen!;
}
const tick = (times = 1) => vi.advanceTimersByTimeAsync(times * SAMPLE_EVERY_MS);
const told = (session: Session) =>
  session.events.map((event) => ('state' in event ? `${event.type} ${event.state}` : event.type));

it('turns readings of a real call into rows, with what only the page knows of its tracks', async () => {
  const connection = new FakeConnection();
  connection.microphone.label = 'Headset';
  sampler.follow([connection.asPeerConnection]);
  await tick(3);
  const session = taken(({ tracks, participants }) => {
    const of = (direction: string, kind: string) =>
      tracks.find((one) => one.direction === direction && one.kind === kind)!.samples;
    expect(of('send', 'video').value('framesPerSecond', 0)).toBeCloseTo(20, 0);
    expect(of('send', 'video').value('widthPx', 0)).toBe(640);
    expect(of('receive', 'audio').value('lossRatio', 0)).toBe(0);
    expect(participants[0]!.device.value('visible', 0)).toBe(1);
  });
  expect(session.connections).toMatchObject([
    { iceServers: ['turn:relay.test:3478', 'turns:relay.test'], transportPolicy: 'relay' },
  ]);
  expect(JSON.stringify(session.connections)).not.toContain('secret');
  const track = (direction: string, kind: string) =>
    session.tracks.find((one) => one.direction === direction && one.kind === kind)!;
  expect(session.tracks).toHaveLength(4);
  expect(track('send', 'audio')).toMatchObject({ source: 'microphone', mimeType: 'audio/opus' });
  expect(track('send', 'video')).toMatchObject({ source: 'camera', mimeType: 'video/VP8' });
  expect(track('receive', 'video').source).toBe('unknown');
  expect(session.events).toContainEqual(
    expect.objectContaining({ type: 'capture_started', what: 'microphone', label: 'Headset' }),
  );
  expect(told(session)).toEqual(
    expect.arrayContaining(['ice_state connected', 'connection_state connected', 'dtls_state connected']),
  );
});

it('gives every sample and event out once', async () => {
  const connection = new FakeConnection();
  sampler.follow([connection.asPeerConnection]);
  await tick(2);
  taken();
  await tick(2);
  const session = taken();
  expect(told(session)).toEqual([]);
  await tick(1);
  connection.iceConnectionState = 'disconnected';
  connection.dispatchEvent(new Event('iceconnectionstatechange'));
  expect(told(taken())).toEqual(['ice_state disconnected']);
});

it('tells what no event does: a track turned off, on, stopped by the page, and another one in its place', async () => {
  const connection = new FakeConnection();
  sampler.follow([connection.asPeerConnection]);
  await tick(2);
  taken();
  const enabled = () => taken().events.flatMap((event) => (event.type === 'track_enabled' ? [event.enabled] : []));
  connection.microphone.enabled = false;
  await tick();
  expect(enabled()).toEqual([false]);
  connection.microphone.enabled = true;
  connection.camera.readyState = 'ended';
  await tick();
  expect(enabled()).toEqual([true, false]);
  connection.seen.muted = true;
  connection.seen.dispatchEvent(new Event('mute'));
  expect(taken().events).toMatchObject([{ type: 'track_muted', muted: true }]);
  connection.microphone.readyState = 'ended';
  connection.microphone.dispatchEvent(new Event('ended'));
  await tick();
  // Unplugged, not turned off.
  expect(taken().events.map(({ type }) => type)).toEqual(['track_ended']);
});

it.each([
  ['is a wish where nobody says that it should be heard', undefined, [false]],
  ['is none where the page says so', () => true, []],
])('a track taken off its sender %s', async (_, isOn, expected) => {
  sampler.stop();
  sampler = createSampler({ participantId: 'self', ...(isOn ? { isOn } : {}) });
  const connection = new FakeConnection();
  sampler.follow([connection.asPeerConnection]);
  await tick(2);
  taken();
  const [first, ...others] = connection.getTransceivers() as { sender: object }[];
  connection.getTransceivers = () => [{ ...first, sender: { track: null } }, ...others];
  await tick();
  const enabled = taken().events.flatMap((event) => (event.type === 'track_enabled' ? [event.enabled] : []));
  expect(enabled).toEqual(expected);
});

it('tells no capture of what the page made itself, nor of a place held for a device', async () => {
  sampler.stop();
  let isOn = false;
  sampler = createSampler({
    participantId: 'self',
    isOn: () => isOn,
    sourceOf: ({ kind }) => (kind === 'video' ? 'camera' : null),
  });
  const connection = new FakeConnection();
  connection.microphone.label = 'MediaStreamAudioDestinationNode';
  sampler.follow([connection.asPeerConnection]);
  await tick(2);
  const captures = () => taken().events.flatMap((event) => (event.type === 'capture_started' ? [event.what] : []));
  expect(captures()).toEqual([]);
  isOn = true;
  await tick();
  expect(captures()).toEqual(['camera']);
});

it('follows other connections instead, and lets go of those that are closed', async () => {
  const [first, second] = [new FakeConnection(), new FakeConnection()];
  sampler.follow([first.asPeerConnection]);
  await tick(2);
  sampler.follow([second.asPeerConnection]);
  await tick(2);
  second.connectionState = 'closed';
  await tick();
  const session = taken();
  expect(session.connections).toHaveLength(2);
  expect(session.events.filter((event) => event.type === 'connection_state' && event.state === 'closed')).toHaveLength(
    2,
  );
});

it('hears the page: in the background, without network', async () => {
  page.document.visibilityState = 'hidden';
  page.document.dispatchEvent(new Event('visibilitychange'));
  page.window.dispatchEvent(new Event('offline'));
  expect(taken().events).toMatchObject([
    { type: 'page_visible', visible: false },
    { type: 'online', online: false },
  ]);
});

it('hears that the page is put to sleep, but not where it was left before', async () => {
  page.document.dispatchEvent(new Event('freeze'));
  page.document.dispatchEvent(new Event('resume'));
  page.window.dispatchEvent(new Event('pagehide'));
  page.document.dispatchEvent(new Event('freeze'));
  expect(taken().events).toMatchObject([
    { type: 'page_frozen', frozen: true },
    { type: 'page_frozen', frozen: false },
  ]);
});

it('never throws into the page, whatever a connection does', async () => {
  const connection = new FakeConnection();
  connection.refuses = true;
  connection.getConfiguration = connection.getTransceivers = () => {
    throw new Error('no');
  };
  sampler.follow([connection.asPeerConnection, {} as RTCPeerConnection]);
  await tick(2);
  connection.refuses = false;
  await tick(2);
  expect(taken().tracks).toHaveLength(4);
});

it('is silent once stopped', async () => {
  const connection = new FakeConnection();
  sampler.follow([connection.asPeerConnection]);
  await tick(2);
  taken();
  sampler.stop();
  connection.dispatchEvent(new Event('connectionstatechange'));
  page.window.dispatchEvent(new Event('offline'));
  await tick(3);
  expect(vi.getTimerCount()).toBe(0);
  expect(told(taken())).toEqual([]);
});
