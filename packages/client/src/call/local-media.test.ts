import { type AudioCaptureOptions, ConnectionState, type Room } from 'livekit-client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createDeviceList, type DeviceList } from './devices.ts';
import type { LiveKit } from './livekit.ts';
import { createLocalMedia } from './local-media.ts';
import type { MediaSwitch } from './model.ts';

beforeEach(() => void vi.stubGlobal('window', { isSecureContext: true }));
afterEach(() => void vi.unstubAllGlobals());

const devices = {
  wished: () => null,
  remember() {},
  setInUse() {},
  async refresh() {},
} as unknown as DeviceList;

/** A microphone as the library has it: once muted and ended it is opened again by unmuting, and only then. */
function createTrack() {
  const listeners = new Map<string, () => void>();
  let isMuted = false;
  const track = {
    mediaStreamTrack: { readyState: 'live' },
    /** No device can be switched to. */
    isStuck: false,
    on(event: string, listener: () => void) {
      listeners.set(event, listener);
    },
    async mute() {
      if (isMuted) return;
      isMuted = true;
      listeners.get('muted')?.();
    },
    /** The device is pulled out, or the person takes the permission back. */
    unplug() {
      track.mediaStreamTrack.readyState = 'ended';
      listeners.get('ended')?.();
    },
    async unmute() {
      if (!isMuted) return;
      isMuted = false;
      track.mediaStreamTrack = { readyState: 'live' };
    },
    deviceId: undefined as string | undefined,
    getDeviceId: async () => track.deviceId,
    /** Opened anew by the library. */
    restarted: () => listeners.get('restarted')?.(),
    async restartTrack() {},
    constraints: {} as MediaTrackConstraints,
    async setDeviceId(deviceId: ConstrainDOMString) {
      track.constraints.deviceId = deviceId;
      if (!track.isStuck) return;
      track.mediaStreamTrack.readyState = 'ended';
      throw Object.assign(new Error('Could not start audio source'), { name: 'NotReadableError' });
    },
  };
  return track;
}

function createMicrophone() {
  const track = createTrack();
  const lk = {
    ConnectionState,
    TrackEvent: { Muted: 'muted', Restarted: 'restarted', Ended: 'ended' },
    createLocalAudioTrack: async () => track,
  };
  return { media: createLocalMedia(lk as unknown as LiveKit, devices), track };
}

async function openMicrophone() {
  const { media, track } = createMicrophone();
  await media.setMicrophone(true);
  return { media, track };
}

it('a microphone that was unplugged is shown as off, and turning it on opens one again', async () => {
  const { media, track } = await openMicrophone();
  expect(media.getSnapshot().microphone.state).toBe('on');
  track.mediaStreamTrack.readyState = 'ended';
  await track.mute();
  // In a call the library mutes it, and tells nobody else.
  expect(media.getSnapshot()).toMatchObject({
    microphone: { state: 'off', problem: { reason: 'gone', kind: 'microphone' } },
    microphoneTrack: null,
  });
  await media.setMicrophone(true);
  expect(media.getSnapshot().microphoneTrack?.readyState).toBe('live');
});

it('a microphone that goes before one entered is shown as gone, and turning it on opens one again', async () => {
  const { media, track } = await openMicrophone();
  track.unplug();
  await vi.waitFor(() => expect(media.getSnapshot().microphone.state).toBe('off'));
  expect(media.getSnapshot()).toMatchObject({ microphone: { problem: { reason: 'gone', kind: 'microphone' } } });
  expect(media.getSnapshot().microphoneTrack).toBeNull();
  await media.setMicrophone(true);
  expect(media.getSnapshot()).toMatchObject({
    microphone: { state: 'on', problem: null },
    microphoneTrack: { readyState: 'live' },
  });
});

it('a microphone that goes in a call is the library’s to replace', async () => {
  const { media, track } = await openMicrophone();
  const localParticipant = { getTrackPublications: () => [{ track }], publishTrack: async () => {} };
  await media.publishTo({ localParticipant } as unknown as Room);
  const mute = vi.spyOn(track, 'mute');
  track.unplug();
  // Waits for what the unplugging began.
  await media.setMicrophone(true);
  expect(mute).not.toHaveBeenCalled();
  expect(media.getSnapshot().microphone).toEqual({ state: 'on', problem: null });
});

it.each([ConnectionState.Disconnected, ConnectionState.Reconnecting, ConnectionState.SignalReconnecting])(
  'a microphone turned on while the room is %s waits for it',
  async (away) => {
    const { media, track } = createMicrophone();
    const sent: unknown[] = [];
    const localParticipant = { getTrackPublications: () => [], publishTrack: async (one: unknown) => sent.push(one) };
    const room = { state: away, localParticipant };
    await media.publishTo(room as unknown as Room);
    await media.setMicrophone(true);
    expect(media.getSnapshot().microphone.state).toBe('on');
    expect(sent).toEqual([]);
    room.state = ConnectionState.Connected;
    await media.publishTo(room as unknown as Room);
    expect(sent).toEqual([track]);
  },
);

it('a microphone that cannot be switched to leaves none that says it is on', async () => {
  const { media, track } = await openMicrophone();
  track.isStuck = true;
  await media.chooseDevice('microphone', 'other');
  const { microphone, microphoneTrack } = media.getSnapshot();
  expect([microphone.state, microphone.problem?.reason, microphoneTrack]).toEqual(['off', 'in-use', null]);
  await media.setMicrophone(true);
  expect(media.getSnapshot()).toMatchObject({ microphone: { state: 'on' }, microphoneTrack: { readyState: 'live' } });
});

it.each([false, true])(
  'a microphone chosen by hand is a wish when it is opened anew (refused: %s)',
  async (isStuck) => {
    const { media, track } = await openMicrophone();
    track.isStuck = isStuck;
    await media.chooseDevice('microphone', 'other');
    // As a condition it would keep any other from being opened once it is unplugged.
    expect(track.constraints.deviceId).toEqual({ ideal: 'other' });
  },
);

it('a microphone is opened as it was wished, whatever stood in for it in the call before', async () => {
  const opened: unknown[] = [];
  const lk = {
    async createLocalAudioTrack({ deviceId }: AudioCaptureOptions) {
      opened.push(deviceId);
      throw new Error('none');
    },
  };
  const list = createDeviceList();
  list.remember('microphone', 'headset');
  list.setInUse('microphone', 'built-in');
  await createLocalMedia(lk as unknown as LiveKit, list).setMicrophone(true);
  expect(opened).toEqual([{ ideal: 'headset' }]);
  expect(list.getSnapshot().microphoneId).toBe('built-in');
});

it.each(['microphone', 'camera'] as const)(
  'a %s the library opened in another’s stead is the one in use',
  async (kind) => {
    const track = createTrack();
    const list = createDeviceList();
    const lk = {
      TrackEvent: { Muted: 'muted', Restarted: 'restarted', Ended: 'ended' },
      VideoPresets: { h720: { resolution: {} } },
      createLocalAudioTrack: async () => track,
      createLocalVideoTrack: async () => track,
    };
    const media = createLocalMedia(lk as unknown as LiveKit, list);
    track.deviceId = 'headset';
    await (kind === 'microphone' ? media.setMicrophone(true) : media.setCamera(true));
    await vi.waitUntil(() => list.getSnapshot()[`${kind}Id`] === 'headset');
    track.deviceId = 'built-in';
    track.restarted();
    await vi.waitUntil(() => list.getSnapshot()[`${kind}Id`] === 'built-in');
  },
);

it.each(['microphone', 'camera'] as const)(
  'a %s that is still being opened is not opened again when both are wanted',
  async (first) => {
    const opened: string[] = [];
    const asked = Promise.withResolvers<void>();
    const open = (what: string) => async () => {
      opened.push(what);
      if (what === first) await asked.promise;
      return createTrack();
    };
    const lk = {
      TrackEvent: { Muted: 'muted', Restarted: 'restarted', Ended: 'ended' },
      VideoPresets: { h720: { resolution: {} } },
      createLocalAudioTrack: open('microphone'),
      createLocalVideoTrack: open('camera'),
      createLocalTracks: open('both'),
    };
    const media = createLocalMedia(lk as unknown as LiveKit, devices);
    void (first === 'microphone' ? media.setMicrophone(true) : media.setCamera(true));
    await vi.waitUntil(() => opened.length === 1);
    const both = media.open({ microphone: true, camera: true });
    asked.resolve();
    await both;
    expect(opened.sort()).toEqual(['camera', 'microphone']);
    expect(media.getSnapshot()).toMatchObject({ microphone: { state: 'on' }, camera: { state: 'on' } });
  },
);

it('a camera turned off by hand ends and is not gone; one that is lost in a call is', async () => {
  const track = createTrack();
  const mute = track.mute;
  // The library ends a camera it mutes, so that its light goes out.
  track.mute = async () => {
    track.mediaStreamTrack.readyState = 'ended';
    await mute();
  };
  const lk = {
    TrackEvent: { Muted: 'muted', Ended: 'ended' },
    VideoPresets: { h720: { resolution: {} } },
    createLocalVideoTrack: async () => track,
  };
  const media = createLocalMedia(lk as unknown as LiveKit, devices);
  await media.setCamera(true);
  const seen: MediaSwitch[] = [];
  media.subscribe(() => seen.push(media.getSnapshot().camera));
  await media.setCamera(false);
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.every(({ state, problem }) => state === 'off' && problem === null)).toBe(true);
  await media.setCamera(true);
  await track.mute();
  expect(media.getSnapshot()).toMatchObject({ camera: { state: 'off', problem: { reason: 'gone', kind: 'camera' } } });
  expect(media.getSnapshot().cameraVideo).toBeNull();
});

it('a screen one stops sharing falls silent at once, whatever becomes of the room', async () => {
  const stopped: string[] = [];
  const createScreenTrack = (kind: string) => ({
    kind,
    mediaStreamTrack: new EventTarget(),
    stop: () => void stopped.push(kind),
  });
  const lk = {
    ConnectionState,
    ScreenSharePresets: { h1080fps15: { resolution: {} } },
    Track: { Kind: { Video: 'video' } },
    createLocalScreenTracks: async () => [createScreenTrack('video'), createScreenTrack('audio')],
  };
  const media = createLocalMedia(lk as unknown as LiveKit, devices);
  const unpublishing = Promise.withResolvers<void>();
  const localParticipant = {
    getTrackPublications: () => [],
    publishTrack: async () => {},
    unpublishTrack: () => unpublishing.promise,
  };
  await media.publishTo({ state: ConnectionState.Connected, localParticipant } as unknown as Room);
  await media.setScreen(true);
  const off = media.setScreen(false);
  await vi.waitFor(() => expect(media.getSnapshot().screen.state).toBe('off'));
  expect(stopped).toEqual(['video', 'audio']);
  unpublishing.resolve();
  await off;
});

it('a second press while the browser asks which screen to share does not make it ask again', async () => {
  const answer = Promise.withResolvers<never>();
  let asked = 0;
  const lk = {
    ScreenSharePresets: { h1080fps15: { resolution: {} } },
    createLocalScreenTracks() {
      asked += 1;
      return answer.promise;
    },
  };
  const media = createLocalMedia(lk as unknown as LiveKit, devices);
  void media.setScreen(true);
  await vi.waitFor(() => expect(media.getSnapshot().screen.state).toBe('starting'));
  const second = media.setScreen(true);
  answer.reject(Object.assign(new Error('Permission denied'), { name: 'NotAllowedError' }));
  await second;
  expect(media.getSnapshot().screen.state).toBe('off');
  expect(asked).toBe(1);
  // Asked anew later, it asks.
  await media.setScreen(true);
  expect(asked).toBe(2);
});
