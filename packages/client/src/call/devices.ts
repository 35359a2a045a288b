import { readSetting, writeSetting } from '../persistence.ts';
import { createCell, type Store } from '../store.ts';
import type { DeviceChoice, DeviceKind, DeviceSnapshot } from './model.ts';

const SETTINGS: Record<DeviceKind, string> = { microphone: 'microphone', camera: 'camera', speaker: 'speaker' };

/** Chromium ends the process that opens cameras after five seconds in which nobody asked it anything. */
const AWAKE_MS = 3_000;

/** The devices of this machine and which of them the person wants; remembered in this browser. */
export type DeviceList = Store<DeviceSnapshot> & {
  refresh(): Promise<void>;
  /**
   * Until the returned function is called, the browser has at hand what it opens devices with; none is opened. A camera is
   * then there in 10 ms, and else takes 50 to 200 (Chromium 156, idle machine; several times that on a busy one).
   */
  keepAtHand(): () => void;
  /** What to open: the person's choice, also while another device has to stand in for it, else what was in use last. */
  wished(kind: DeviceKind): string | null;
  /** Remembers a choice. */
  remember(kind: DeviceKind, deviceId: string): void;
  /** What is really in use, which may not be what was wished. */
  setInUse(kind: DeviceKind, deviceId: string | null): void;
  close(): void;
};

/** Follows the devices of this machine. Labels stay empty until the person has allowed one. */
export function createDeviceList(): DeviceList {
  const wishes: Record<DeviceKind, string | null> = {
    microphone: readSetting(SETTINGS.microphone),
    camera: readSetting(SETTINGS.camera),
    speaker: readSetting(SETTINGS.speaker),
  };
  const cell = createCell<DeviceSnapshot>({
    microphones: [],
    cameras: [],
    speakers: [],
    microphoneId: wishes.microphone,
    cameraId: wishes.camera,
    speakerId: wishes.speaker,
  });
  // Absent on plain http.
  const media = typeof navigator === 'undefined' ? undefined : navigator.mediaDevices;

  async function refresh(): Promise<void> {
    const all = (await media?.enumerateDevices().catch(() => [])) ?? [];
    const next: DeviceSnapshot = {
      ...cell.getSnapshot(),
      microphones: listOf(all, 'audioinput'),
      cameras: listOf(all, 'videoinput'),
      // Elsewhere speakers are listed but cannot be chosen.
      speakers: canChooseSpeaker() ? listOf(all, 'audiooutput') : [],
    };
    if (JSON.stringify(next) !== JSON.stringify(cell.getSnapshot())) cell.set(next);
  }

  function setId(kind: DeviceKind, id: string | null): void {
    const field = `${kind}Id` as const;
    if (cell.getSnapshot()[field] !== id) cell.set({ ...cell.getSnapshot(), [field]: id });
  }

  const onChange = () => void refresh();
  media?.addEventListener?.('devicechange', onChange);
  return {
    subscribe: cell.subscribe,
    getSnapshot: cell.getSnapshot,
    refresh,
    keepAtHand() {
      void refresh();
      const timer = setInterval(refresh, AWAKE_MS);
      return () => clearInterval(timer);
    },
    wished: (kind) => wishes[kind] ?? cell.getSnapshot()[`${kind}Id`],
    remember(kind, deviceId) {
      wishes[kind] = deviceId;
      writeSetting(SETTINGS[kind], deviceId);
      setId(kind, deviceId);
    },
    setInUse: setId,
    close: () => media?.removeEventListener?.('devicechange', onChange),
  };
}

function listOf(all: readonly MediaDeviceInfo[], kind: MediaDeviceKind): DeviceChoice[] {
  // Before permission browsers give one device without id: there is nothing to choose yet.
  return all
    .filter((device) => device.kind === kind && device.deviceId !== '')
    .map((device) => ({ id: device.deviceId, label: device.label }));
}

function canChooseSpeaker(): boolean {
  return typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype;
}
