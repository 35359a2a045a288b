import type { Store } from '../store.ts';
import type { CallSnapshot, DeviceKind, DeviceSnapshot, PreviewSnapshot } from './model.ts';

export type MediaChoice = { microphone: boolean; camera: boolean };

/** The one call of a page. livekit-client is loaded when it is first needed. */
export type CallController = Store<CallSnapshot> & {
  readonly devices: Store<DeviceSnapshot>;
  /** Only moves while `phase` is 'preview'. */
  readonly preview: Store<PreviewSnapshot>;
  /** Level of one's microphone, 0–1, a few times a second, in the preview and in the call. */
  readonly level: Store<number>;
  /** Devices are shown and tried before entering. `callId` null = will start a new call in this ticket. */
  openPreview(ticketId: string, callId: string | null, wants: MediaChoice): Promise<void>;
  setPreview(media: Partial<MediaChoice>): void;
  closePreview(): void;
  /** From the preview: starts or joins with what was chosen there. */
  enter(): Promise<void>;
  /** Rings the other side. */
  start(ticketId: string, media: MediaChoice): Promise<void>;
  /** Answers, joins, or comes back. */
  join(ticketId: string, callId: string, media: MediaChoice): Promise<void>;
  decline(callId: string): Promise<void>;
  leave(): Promise<void>;
  /** Staff: ends it for everybody. */
  end(): Promise<void>;
  /** After `failed`: tries to enter the same call again. */
  retry(): Promise<void>;
  /** From `ended` or `failed` back to `idle`. */
  dismiss(): void;
  setMicrophone(on: boolean): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  setScreen(on: boolean): Promise<void>;
  chooseDevice(kind: DeviceKind, deviceId: string): Promise<void>;
  refreshDevices(): Promise<void>;
  /** Call from a click when `needsGesture`. */
  startAudio(): Promise<void>;
  /** The call this tab was in before a reload, if it still goes on: rejoined by itself at creation of the client. */
  close(): void;
};
