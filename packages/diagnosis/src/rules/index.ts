import { bandwidthLimited } from './bandwidth-limited.ts';
import { deviceInUse, deviceMissing, deviceUnsuitable, permissionDenied } from './capture-failed.ts';
import { choppyAudio } from './choppy-audio.ts';
import { highJitter } from './high-jitter.ts';
import { highRtt } from './high-rtt.ts';
import { iceFailed } from './ice-failed.ts';
import { lowFrameRate } from './low-frame-rate.ts';
import { packetLoss } from './packet-loss.ts';
import { processorLimited } from './processor-limited.ts';
import { relayTcp } from './relay-tcp.ts';
import type { Rule } from './rule.ts';
import { silentMicrophone } from './silent-microphone.ts';
import { transportStall } from './transport-stall.ts';
import { videoFreeze } from './video-freeze.ts';

/** Every rule, by what it concerns: network, connection, sound, picture, device. */
export const RULES: readonly Rule[] = [
  packetLoss,
  highRtt,
  highJitter,
  bandwidthLimited,
  relayTcp,
  transportStall,
  iceFailed,
  choppyAudio,
  silentMicrophone,
  videoFreeze,
  lowFrameRate,
  processorLimited,
  permissionDenied,
  deviceInUse,
  deviceMissing,
  deviceUnsuitable,
];
