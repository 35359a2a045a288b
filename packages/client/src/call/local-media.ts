import type {
  AudioCaptureOptions,
  LocalAudioTrack,
  LocalTrack,
  LocalVideoTrack,
  Room,
  VideoCaptureOptions,
} from 'livekit-client';
import { thisBrowser } from '../browser.ts';
import { createCell, type Store } from '../store.ts';
import { explainDeviceError } from './device-problem.ts';
import type { DeviceList } from './devices.ts';
import { keepOpen } from './keep-open.ts';
import type { LiveKit } from './livekit.ts';
import type { DeviceKind, MediaSwitch, VideoHandle } from './model.ts';
import type { Placeholders } from './placeholders.ts';
import { videoHandle } from './video-handle.ts';

export type LocalMediaSnapshot = {
  microphone: MediaSwitch;
  camera: MediaSwitch;
  screen: MediaSwitch;
  cameraVideo: VideoHandle | null;
  screenVideo: VideoHandle | null;
  /** What to measure the level of; null while the microphone is off. */
  microphoneTrack: MediaStreamTrack | null;
};

/**
 * One's own microphone, camera and screen. They outlive the room they are published in: what the preview opened enters the
 * call, and what a cut room held enters the next one, a shared screen too, which could not be asked for again.
 */
export type LocalMedia = Store<LocalMediaSnapshot> & {
  setMicrophone(on: boolean): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  /** Both at once, so that the browser asks once. */
  open(wants: { microphone: boolean; camera: boolean }): Promise<void>;
  setScreen(on: boolean): Promise<void>;
  chooseDevice(kind: Exclude<DeviceKind, 'speaker'>, deviceId: string): Promise<void>;
  /** From now on everything is published there; null takes nothing back (the room is gone). */
  publishTo(room: Room | null): Promise<void>;
  /** Places held for microphone and camera in the room they will be published in first. */
  adopt(placeholders: Placeholders): void;
  stop(): void;
};

type Slot = 'microphone' | 'camera' | 'screen';

const OFF: MediaSwitch = { state: 'off', problem: null };
const ON: MediaSwitch = { state: 'on', problem: null };

/**
 * @param lk the loaded library
 * @param onFailure told of each device that could not be had
 */
export function createLocalMedia(
  lk: LiveKit,
  devices: DeviceList,
  onFailure: (slot: 'microphone' | 'camera' | 'screen', thrown: unknown) => void = () => {},
): LocalMedia {
  const cell = createCell<LocalMediaSnapshot>({
    microphone: OFF,
    camera: OFF,
    screen: OFF,
    cameraVideo: null,
    screenVideo: null,
    microphoneTrack: null,
  });
  let microphone: LocalAudioTrack | null = null;
  let camera: LocalVideoTrack | null = null;
  let screen: LocalTrack[] = [];
  let room: Room | null = null;
  let places: Placeholders | null = null;
  let stopped = false;
  const queues: Record<Slot, Promise<void>> = {
    microphone: Promise.resolve(),
    camera: Promise.resolve(),
    screen: Promise.resolve(),
  };

  function patch(change: Partial<LocalMediaSnapshot>): void {
    if (!stopped) cell.set({ ...cell.getSnapshot(), ...change });
  }

  /** One after another per device: pressing a button twice quickly must not open a device twice. */
  function queued(slot: Slot, work: () => Promise<void>): Promise<void> {
    queues[slot] = queues[slot].then(work, work);
    return queues[slot];
  }

  function failed(slot: Slot, thrown: unknown): void {
    const problem = explainDeviceError(thrown, slot, thisBrowser(), window.isSecureContext);
    patch({ [slot]: { state: 'off', problem } });
    onFailure(slot, thrown);
  }

  function audioOptions(): AudioCaptureOptions {
    const microphoneId = devices.wished('microphone');
    return {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      // A wish, not a condition: an unplugged headset must not keep anyone out of a call.
      ...(microphoneId ? { deviceId: { ideal: microphoneId } } : {}),
    };
  }

  function videoOptions(): VideoCaptureOptions {
    const cameraId = devices.wished('camera');
    return {
      resolution: lk.VideoPresets.h720.resolution,
      ...(cameraId ? { deviceId: { ideal: cameraId } } : { facingMode: 'user' }),
    };
  }

  const isPublished = (track: LocalTrack) =>
    room?.localParticipant.getTrackPublications().some((publication) => publication.track === track) ?? false;

  /** Cut for good, or being mended. What it is given then holds up its device, and is stopped when it waits too long. */
  const isAway = ({ state }: Room) =>
    state === lk.ConnectionState.Disconnected ||
    state === lk.ConnectionState.Reconnecting ||
    state === lk.ConnectionState.SignalReconnecting;

  async function publish(track: LocalTrack): Promise<void> {
    // Once mended it asks for what is on, and so does the next one.
    if (!room || isPublished(track) || isAway(room)) return;
    // A room that is just being cut refuses; the next one gets it.
    await room.localParticipant.publishTrack(track).catch(() => {});
  }

  /** Unplugged or withdrawn outside of a room. In one the library opens another device, or mutes what it cannot. */
  async function lose(slot: 'microphone' | 'camera', track: LocalTrack): Promise<void> {
    if (stopped || isPublished(track) || track.mediaStreamTrack.readyState !== 'ended') return;
    if (cell.getSnapshot()[slot].state === 'off') return;
    // Only what is muted is opened again by turning it on.
    await track.mute().catch(() => {});
    gone(slot);
  }

  /** Muted in a room: by the library where it could open no other device, and then nobody else says so. */
  function muted(slot: 'microphone' | 'camera', track: LocalTrack): void {
    // Turning it off by hand ends a camera too, but then it counts as off already.
    if (track.mediaStreamTrack.readyState === 'ended' && cell.getSnapshot()[slot].state !== 'off') gone(slot);
  }

  function gone(slot: 'microphone' | 'camera'): void {
    const { name: browser, platform } = thisBrowser();
    patch({
      [slot]: { state: 'off', problem: { reason: 'gone', kind: slot, browser, platform } },
      ...(slot === 'camera' ? { cameraVideo: null } : { microphoneTrack: null }),
    });
    void devices.refresh();
  }

  /** Which device a track is of, which is another one where the library had to open another. */
  function tellDevice(kind: 'microphone' | 'camera', track: LocalAudioTrack | LocalVideoTrack): void {
    void track.getDeviceId(false).then((id) => devices.setInUse(kind, id ?? null));
  }

  const placedMicrophone = async (device: LocalAudioTrack) => (places ? places.fillMicrophone(device) : device);
  const placedCamera = async (device: LocalVideoTrack) => (places ? places.fillCamera(device) : device);

  async function takeMicrophone(track: LocalAudioTrack): Promise<void> {
    if (stopped) {
      track.stop();
      return;
    }
    microphone = track;
    keepOpen(track);
    track.on(lk.TrackEvent.Restarted, () => {
      if (cell.getSnapshot().microphone.state === 'on') patch({ microphoneTrack: track.mediaStreamTrack });
      tellDevice('microphone', track);
    });
    track.on(lk.TrackEvent.Muted, () => muted('microphone', track));
    track.on(lk.TrackEvent.Ended, () => void queued('microphone', () => lose('microphone', track)));
    patch({ microphone: ON, microphoneTrack: track.mediaStreamTrack });
    tellDevice('microphone', track);
    void devices.refresh();
    await publish(track);
  }

  async function takeCamera(track: LocalVideoTrack): Promise<void> {
    if (stopped) {
      track.stop();
      return;
    }
    camera = track;
    keepOpen(track);
    track.on(lk.TrackEvent.Restarted, () => tellDevice('camera', track));
    track.on(lk.TrackEvent.Muted, () => muted('camera', track));
    track.on(lk.TrackEvent.Ended, () => void queued('camera', () => lose('camera', track)));
    patch({ camera: ON, cameraVideo: videoHandle(track, true) });
    tellDevice('camera', track);
    void devices.refresh();
    await publish(track);
  }

  async function turnMicrophone(on: boolean): Promise<void> {
    try {
      if (on && !microphone) {
        patch({ microphone: { state: 'starting', problem: null } });
        await takeMicrophone(await placedMicrophone(await lk.createLocalAudioTrack(audioOptions())));
      } else if (microphone) {
        await (on ? microphone.unmute() : microphone.mute());
        patch({ microphone: on ? ON : OFF, microphoneTrack: on ? microphone.mediaStreamTrack : null });
        if (on) await publish(microphone);
      } else {
        patch({ microphone: OFF });
      }
    } catch (thrown) {
      failed('microphone', thrown);
    }
  }

  async function turnCamera(on: boolean): Promise<void> {
    try {
      if (on && !camera) {
        patch({ camera: { state: 'starting', problem: null } });
        await takeCamera(await placedCamera(await lk.createLocalVideoTrack(videoOptions())));
      } else if (camera) {
        // Off before it is muted: what ends while it counts as on was lost.
        patch(on ? { camera: { state: 'starting', problem: null } } : { camera: OFF, cameraVideo: null });
        // Muting lets go of the camera, so that its light goes out; unmuting opens it again.
        await (on ? camera.unmute() : camera.mute());
        patch({ camera: on ? ON : OFF, cameraVideo: on ? videoHandle(camera, true) : null });
        if (on) await publish(camera);
      } else {
        patch({ camera: OFF });
      }
    } catch (thrown) {
      failed('camera', thrown);
    }
  }

  async function openBoth(): Promise<void> {
    // What was being opened meanwhile stays the one.
    if (microphone || camera) {
      await Promise.all([turnMicrophone(true), turnCamera(true)]);
      return;
    }
    patch({ microphone: { state: 'starting', problem: null }, camera: { state: 'starting', problem: null } });
    try {
      const tracks = await lk.createLocalTracks({ audio: audioOptions(), video: videoOptions() });
      // Both are sent before either is shown: drawing the screen anew takes longer than all else that is done here.
      const taken = await Promise.all(
        tracks.map(async (track) => {
          if (track.kind === lk.Track.Kind.Audio) {
            const voice = await placedMicrophone(track as LocalAudioTrack);
            return () => takeMicrophone(voice);
          }
          const picture = await placedCamera(track as LocalVideoTrack);
          return () => takeCamera(picture);
        }),
      );
      await Promise.all(taken.map((take) => take()));
    } catch {
      // Together they fail when either does: a person without a camera still has a voice.
      await Promise.all([turnMicrophone(true), turnCamera(true)]);
    }
  }

  async function openScreen(): Promise<void> {
    patch({ screen: { state: 'starting', problem: null } });
    try {
      const tracks = await lk.createLocalScreenTracks({
        audio: true,
        resolution: lk.ScreenSharePresets.h1080fps15.resolution,
        contentHint: 'detail',
        selfBrowserSurface: 'include',
        surfaceSwitching: 'include',
        systemAudio: 'include',
      });
      if (stopped) {
        for (const track of tracks) track.stop();
        return;
      }
      screen = tracks;
      const video = tracks.find((track) => track.kind === lk.Track.Kind.Video);
      // The browser's own "stop sharing" bar.
      video?.mediaStreamTrack.addEventListener('ended', () => void queued('screen', closeScreen), { once: true });
      patch({ screen: ON, screenVideo: video ? videoHandle(video, false) : null });
      await Promise.all(tracks.map(publish));
    } catch (thrown) {
      failed('screen', thrown);
    }
  }

  async function closeScreen(): Promise<void> {
    const tracks = screen;
    screen = [];
    patch({ screen: OFF, screenVideo: null });
    // At once: the room's answer may wait until its connection is mended.
    for (const track of tracks) track.stop();
    await Promise.all(tracks.map((track) => room?.localParticipant.unpublishTrack(track, true).catch(() => {})));
  }

  const all = () => [microphone, camera, ...screen].filter((track) => track !== null);

  return {
    subscribe: cell.subscribe,
    getSnapshot: cell.getSnapshot,
    setMicrophone: (on) => queued('microphone', () => turnMicrophone(on)),
    setCamera: (on) => queued('camera', () => turnCamera(on)),
    async open(wants) {
      if (wants.microphone && wants.camera && !microphone && !camera) {
        const before = queues.camera;
        // Where nothing is being opened it waits for no turn: what a press asks for comes before what it has drawn.
        const isOpening = cell.getSnapshot().camera.state === 'starting';
        const both = queued('microphone', isOpening ? () => before.then(openBoth, openBoth) : openBoth);
        await queued('camera', () => both);
        return;
      }
      await Promise.all([
        queued('microphone', () => turnMicrophone(wants.microphone)),
        queued('camera', () => turnCamera(wants.camera)),
      ]);
    },
    setScreen(on) {
      // The browser is asking already: after a no it must not ask again.
      if (on && cell.getSnapshot().screen.state === 'starting') return queues.screen;
      return queued('screen', () => (on ? (screen.length > 0 ? Promise.resolve() : openScreen()) : closeScreen()));
    },
    chooseDevice(kind, deviceId) {
      devices.remember(kind, deviceId);
      return queued(kind, async () => {
        const track = kind === 'microphone' ? microphone : camera;
        if (!track) return;
        try {
          // One that is off takes the new device when it is turned on.
          await track.setDeviceId({ exact: deviceId }).finally(() => {
            // A wish from now on: what is unplugged must not keep another one from being opened.
            track.constraints.deviceId = { ideal: deviceId };
          });
          const { state } = cell.getSnapshot().microphone;
          if (kind === 'microphone' && state === 'on') patch({ microphoneTrack: track.mediaStreamTrack });
        } catch (thrown) {
          // The old device was let go before the new one refused; only what is muted is opened again by turning it on.
          await track.mute().catch(() => {});
          patch(kind === 'camera' ? { cameraVideo: null } : { microphoneTrack: null });
          failed(kind, thrown);
        }
      });
    },
    async publishTo(next) {
      room = next;
      const { microphone: voice, camera: picture } = cell.getSnapshot();
      const on = [
        ...(microphone && voice.state === 'on' ? [microphone] : []),
        ...(camera && picture.state === 'on' ? [camera] : []),
        ...screen,
      ];
      // Together: each waits for the server's answer, and one answer serves all.
      await Promise.all(on.map(publish));
    },
    adopt(placeholders) {
      places = placeholders;
    },
    stop() {
      stopped = true;
      for (const track of all()) track.stop();
      microphone = null;
      camera = null;
      screen = [];
      room = null;
    },
  };
}
