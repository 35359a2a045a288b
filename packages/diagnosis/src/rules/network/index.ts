import type { Rule } from '../rule.ts';
import { bandwidthLimited } from './bandwidth-limited.ts';
import { highJitter } from './high-jitter.ts';
import { highRtt } from './high-rtt.ts';
import { packetLoss } from './packet-loss.ts';
import { relayTcp } from './relay-tcp.ts';
import { transportStall } from './transport-stall.ts';

/** What the way between two ends does to packets. */
export const networkRules: readonly Rule[] = [
  packetLoss,
  highRtt,
  highJitter,
  bandwidthLimited,
  relayTcp,
  transportStall,
];
