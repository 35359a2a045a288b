import type { Call, CallQuality, MediaAddressFailure, MediaAddressReport, Role } from '@alongside/contracts';
import type { BrowserName, PlatformName } from '../browser.ts';
import type { Store } from '../store.ts';

/**
 * idle → preview → joining → ringing → live ⇄ reconnecting → ended | failed.
 * `ringing` is the caller waiting for an answer (already in the room); a rung person is `idle` until they join.
 */
export type CallPhase = 'idle' | 'preview' | 'joining' | 'ringing' | 'live' | 'reconnecting' | 'ended' | 'failed';

export type DeviceKind = 'microphone' | 'camera' | 'speaker';

/**
 * Why a device does not work: `blocked` by the person or the page's policy in this browser · `system-blocked` by the operating
 * system's privacy settings · `no-device` · `gone` while it was open (unplugged, or withdrawn) · `in-use` by another program · `insecure-context` (not https) · `unsupported` ·
 * `cancelled` (the person closed the screen picker) · `unknown`.
 */
export type DeviceProblemReason =
  | 'blocked'
  | 'system-blocked'
  | 'no-device'
  | 'gone'
  | 'in-use'
  | 'insecure-context'
  | 'unsupported'
  | 'cancelled'
  | 'unknown';

export type DeviceProblem = {
  reason: DeviceProblemReason;
  kind: 'microphone' | 'camera' | 'screen';
  browser: BrowserName;
  platform: PlatformName;
};

export type DeviceChoice = { id: string; label: string };

/** A switch of the controls bar. */
export type MediaSwitch = { state: 'off' | 'starting' | 'on'; problem: DeviceProblem | null };

/** What a video element shows. `attach` returns how to let go. */
export type VideoHandle = {
  /** Changes when the track is another one. */
  key: string;
  /** Shows one's own camera mirrored. */
  mirrored: boolean;
  attach(element: HTMLVideoElement): () => void;
};

export type CallParticipantModel = {
  /** The actor's id; the same person in two windows has two entries. */
  key: string;
  personId: string;
  name: string;
  role: Role | null;
  isMe: boolean;
  speaking: boolean;
  microphoneOn: boolean;
  camera: VideoHandle | null;
  screen: VideoHandle | null;
  network: NetworkGrade;
};

/** `lost` = nothing arrives now. */
export type NetworkGrade = 'unknown' | 'good' | 'fair' | 'poor' | 'lost';

export type CallFailureReason =
  | 'refused'
  | 'media-unreachable'
  | 'media-unavailable'
  | 'removed'
  | 'elsewhere'
  /** The call is recorded: to enter it is to agree, and `retry` says so. */
  | 'recorded'
  | 'unsupported';

/** `message` is the server's, in the person's language, when it was the server that refused. */
export type CallFailure = {
  reason: CallFailureReason;
  message: string | null;
  canRetry: boolean;
  /** How each address of the media server failed; a moment later also as our server sees them. */
  addresses: readonly (MediaAddressFailure | MediaAddressReport)[];
};

export type CallSnapshot = {
  phase: CallPhase;
  ticketId: string | null;
  callId: string | null;
  /** As the server last told. */
  call: Call | null;
  /** Since when both sides are in it (ms since 1970, this machine's clock); null before. */
  liveSince: number | null;
  /** How it ended, in `ended`. */
  outcome: Call['state'] | 'left' | null;
  failure: CallFailure | null;
  microphone: MediaSwitch;
  camera: MediaSwitch;
  screen: MediaSwitch;
  /** Whether this browser can share a screen at all (phones cannot). */
  canShareScreen: boolean;
  /** One first. */
  participants: readonly CallParticipantModel[];
  /** The browser holds sound back until the person presses something: show a button that calls `startAudio`. */
  needsGesture: boolean;
  network: NetworkGrade;
  /** The two see and hear each other past the media server. */
  isDirect: boolean;
  quality: CallQuality | null;
};

export type DeviceSnapshot = {
  microphones: readonly DeviceChoice[];
  cameras: readonly DeviceChoice[];
  /** Empty where the browser cannot choose. */
  speakers: readonly DeviceChoice[];
  microphoneId: string | null;
  cameraId: string | null;
  speakerId: string | null;
};

/** What the preview before joining shows. */
export type PreviewSnapshot = {
  microphone: MediaSwitch;
  camera: MediaSwitch;
  video: VideoHandle | null;
};

/** What is wanted on when a call is entered. */
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
  close(): void;
};
