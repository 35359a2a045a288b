import { audioCall, candidate, type RuleCase, seconds, videoCall } from '../../testing.ts';

/** Of each rule a call that has the fault, and one just short of it. */
export const networkCases: readonly RuleCase[] = [
  ['packet-loss', videoCall(seconds(20, { lossRatio: 0.05 })), videoCall(seconds(20, { lossRatio: 0.029 }))],
  [
    'packet-loss',
    audioCall(seconds(20, { remoteLossRatio: 0.05 }), 'send'),
    audioCall(seconds(20, { remoteLossRatio: 0.029 }), 'send'),
  ],
  ['high-rtt', { connection: seconds(20, { rttMs: 400 }) }, { connection: seconds(20, { rttMs: 299 }) }],
  ['high-jitter', audioCall(seconds(20, { jitterMs: 80 })), audioCall(seconds(20, { jitterMs: 49 }))],
  [
    'bandwidth-limited',
    videoCall(seconds(20, { bandwidthLimitedRatio: 0.9 }), 'send'),
    // Every call begins with a climb.
    videoCall([...seconds(7, { bandwidthLimitedRatio: 1 }), ...seconds(20, { bandwidthLimitedRatio: 0 })], 'send'),
  ],
  [
    'transport-stall',
    { connection: [...seconds(5, { receivedBps: 9_000 }), ...seconds(9, { receivedBps: 0 })], tracks: [{ rows: [] }] },
    {
      connection: [...seconds(5, { receivedBps: 9_000 }), ...seconds(3, { receivedBps: 0 }), { receivedBps: 9_000 }],
      tracks: [{ rows: [] }],
    },
  ],
  [
    'relay-tcp',
    { events: [{ type: 'pair_selected', second: 1, local: candidate({ relayProtocol: 'tls' }), remote: candidate() }] },
    { events: [{ type: 'pair_selected', second: 1, local: candidate({ relayProtocol: 'udp' }), remote: candidate() }] },
  ],
];
