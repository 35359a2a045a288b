import type { ConnectionField, DeviceField, TrackField } from '../model/fields.ts';

/*
 * The smallest step of each measure on the wire: 10 to the power of minus so many digits. Every measure has a line here,
 * or it would never leave the browser: the compiler asks for it.
 */

/** Digits kept of what is measured of a connection. */
export const CONNECTION_DIGITS: Readonly<Record<ConnectionField, number>> = {
  rttMs: 1,
  availableOutgoingBps: 0,
  availableIncomingBps: 0,
  sentBps: 0,
  receivedBps: 0,
  checksSent: 0,
  checksAnswered: 0,
  signalSilentMs: 0,
};

/** Digits kept of what is measured of a stream. */
export const TRACK_DIGITS: Readonly<Record<TrackField, number>> = {
  bitrateBps: 0,
  packets: 0,
  lossRatio: 4,
  jitterMs: 1,
  bufferMs: 0,
  concealedRatio: 4,
  silentConcealedRatio: 4,
  soundTimeRatio: 4,
  playoutGlitchRatio: 4,
  stretchedRatio: 4,
  squeezedRatio: 4,
  audioLevel: 5,
  noiseFloor: 5,
  clippedRatio: 4,
  echoCorrelation: 3,
  echoDelayMs: 0,
  echoConfidence: 2,
  framesPerSecond: 1,
  sourceFramesPerSecond: 1,
  framesDropped: 0,
  framesReceived: 0,
  keyFrames: 0,
  freezeMs: 0,
  widthPx: 0,
  heightPx: 0,
  sourceWidthPx: 0,
  sourceHeightPx: 0,
  lumaMean: 3,
  lumaChange: 5,
  powerEfficient: 0,
  decodeMs: 1,
  encodeMs: 1,
  nacks: 0,
  plis: 0,
  firs: 0,
  playoutOffsetMs: 0,
  soundLeadMs: 0,
  remoteClockOffsetMs: 0,
  retransmittedRatio: 4,
  targetBps: 0,
  processorLimitedRatio: 2,
  bandwidthLimitedRatio: 2,
  remoteLossRatio: 4,
  remoteJitterMs: 1,
  remoteRttMs: 1,
  echoReturnLossDb: 1,
  forwardedLayer: 0,
  wantedLayer: 0,
  active: 0,
};

/** Digits kept of what is measured of a device. */
export const DEVICE_DIGITS: Readonly<Record<DeviceField, number>> = {
  processorPressure: 0,
  usedMemoryBytes: 0,
  memoryLimitBytes: 0,
  visible: 0,
  batteryRatio: 2,
  charging: 0,
};

/** Whether something is named as a measure of findings and lanes is. */
export function isMeasure(name: string): boolean {
  return [
    CONNECTION_DIGITS,
    TRACK_DIGITS,
    DEVICE_DIGITS,
    { durationMs: 0, count: 0, usedMemoryRatio: 0, receivedShareRatio: 0 },
  ].some((all) => Object.hasOwn(all, name));
}
