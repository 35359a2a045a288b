export { DEV_KEYS, type DevServer, type DevServerOptions, runDevServer, startDevServer } from './dev.ts';
export { DEV_PORT } from './dev-arguments.ts';
export { DEFAULT_LIMITS, type EngineLimits, type LogFields, type LogLevel } from './engine/messages.ts';
export { createMediaServer, type MediaServer, type MediaServerStats } from './front/media-server.ts';
export type { MediaServerOptions } from './front/media-server-options.ts';
export { EXPOSITION_TYPE } from './metrics/exposition.ts';
export type { ParticipantView, RoomView, StreamIn, StreamOut } from './metrics/room-view.ts';
export {
  MANIFEST_NAME,
  type RecordedTrack,
  type RecordingFailure,
  type RecordingManifest,
} from './recording/manifest.ts';
export { repairRecording, repairRecordings } from './recording/repair.ts';
export { createCertificate } from './transport/certificate.ts';
export { ControllingPeer } from './transport/controlling-peer.ts';
export type { TransportOptions } from './transport/open-transport.ts';
export {
  noPipeTraffic,
  type Pipe,
  type PipeFactory,
  type PipeFailure,
  type PipeHandlers,
  type PipeLocal,
  type PipeOptions,
  type PipePath,
  type PipeRemote,
  type PipeState,
  type PipeStats,
} from './transport/pipe.ts';
