import type { Rule } from '../rule.ts';
import { bandwidthLimited } from './bandwidth-limited.ts';
import { congestion } from './congestion.ts';
import { deviceOffline } from './device-offline.ts';
import { downlinkLimited } from './downlink-limited.ts';
import { highJitter } from './high-jitter.ts';
import { highRtt } from './high-rtt.ts';
import { iceRestarted } from './ice-restarted.ts';
import { networkChange } from './network-change.ts';
import { packetLoss } from './packet-loss.ts';
import { pathFlapping } from './path-flapping.ts';
import { relayTcp } from './relay-tcp.ts';
import { transportStall } from './transport-stall.ts';

/** What the way between two ends does to packets. */
export const networkRules: readonly Rule[] = [
  packetLoss,
  highRtt,
  highJitter,
  bandwidthLimited,
  downlinkLimited,
  congestion,
  relayTcp,
  transportStall,
  deviceOffline,
  pathFlapping,
  networkChange,
  iceRestarted,
];
