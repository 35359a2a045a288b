import { audioCall, candidate, type RuleCase, seconds, type TestCall, videoCall } from '../../testing.ts';

/** Of each rule a call that has the fault, and one just short of it. */
export const networkCases: readonly RuleCase[] = [
  ['packet-loss', videoCall(seconds(20, { lossRatio: 0.05 })), videoCall(seconds(20, { lossRatio: 0.029 }))],
  [
    'packet-loss',
    audioCall(seconds(20, { remoteLossRatio: 0.05 }), 'send'),
    audioCall(seconds(20, { remoteLossRatio: 0.029 }), 'send'),
  ],
  [
    'packet-loss',
    // A server that reports what is missing after repair asks for the rest again.
    videoCall(seconds(20, { remoteLossRatio: 0, retransmittedRatio: 0.06, packets: 30 }), 'send'),
    videoCall(seconds(20, { remoteLossRatio: 0, retransmittedRatio: 0.029, packets: 30 }), 'send'),
  ],
  [
    'packet-loss',
    videoCall(seconds(6, { remoteLossRatio: 0, retransmittedRatio: 0.06, packets: 30 }), 'send'),
    // A handful of packets.
    videoCall(seconds(4, { remoteLossRatio: 0, retransmittedRatio: 0.06, packets: 30 }), 'send'),
  ],
  [
    'packet-loss',
    { peer: 'p1', ...videoCall(seconds(20, { remoteLossRatio: 0.06, packets: 30 }), 'send') },
    // A server sends again what had never come to it.
    { peer: 'p1', ...videoCall(seconds(20, { remoteLossRatio: 0, retransmittedRatio: 0.2, packets: 30 }), 'send') },
  ],
  [
    'packet-loss',
    // Bursts leave good samples between bad ones.
    videoCall(every(4, { lossRatio: 0.3, packets: 100 }, { lossRatio: 0, packets: 100 })),
    videoCall([...seconds(10, { lossRatio: 0 }), { lossRatio: 0.4 }, ...seconds(10, { lossRatio: 0 })]),
  ],
  [
    'packet-loss',
    audioCall(seconds(20, { lossRatio: 0.3, packets: 35, concealedRatio: 0, silentConcealedRatio: 0 })),
    // More numbers than Opus has packets, and nothing is missing: padding that a server dropped.
    audioCall(seconds(20, { lossRatio: 0.3, packets: 49, concealedRatio: 0, silentConcealedRatio: 0 })),
  ],
  ['high-rtt', { connection: seconds(20, { rttMs: 400 }) }, { connection: seconds(20, { rttMs: 299 }) }],
  ['high-jitter', audioCall(seconds(20, { jitterMs: 80 })), audioCall(seconds(20, { jitterMs: 29 }))],
  // In bunches.
  [
    'high-jitter',
    audioCall(seconds(20, { jitterMs: 22, bufferMs: 130, packets: 50 })),
    audioCall(seconds(20, { jitterMs: 22, bufferMs: 95, packets: 50 })),
  ],
  [
    'bandwidth-limited',
    videoCall(seconds(20, { bandwidthLimitedRatio: 0.9 }), 'send'),
    // Every call begins with a climb.
    videoCall([...seconds(5, { bandwidthLimitedRatio: 1 }), ...seconds(20, { bandwidthLimitedRatio: 0 })], 'send'),
  ],
  // The program's own cap is told as the line's.
  ['bandwidth-limited', estimated(() => 2_000_000, 1_500_000), estimated(() => 2_000_000, 700_000)],
  // Next to nothing is sent: a source that brings a picture a second fills no way.
  ['bandwidth-limited', estimated(() => 300_000, 150_000), estimated(() => 300_000, 20_000)],
  ['bandwidth-limited', estimated(() => 200_000), estimated((second) => 200_000 * 1.05 ** second)],
  [
    'transport-stall',
    { connection: [...seconds(5, { receivedBps: 9_000 }), ...seconds(9, { receivedBps: 0 })], tracks: [{ rows: [] }] },
    {
      connection: [...seconds(5, { receivedBps: 9_000 }), ...seconds(3, { receivedBps: 0 }), { receivedBps: 9_000 }],
      tracks: [{ rows: [] }],
    },
  ],
  [
    'transport-stall',
    stalled({ checksSent: 1, checksAnswered: 0 }),
    // Checks are answered: the way is open, and nobody sends.
    stalled({ checksSent: 1, checksAnswered: 1 }),
  ],
  // Where no checks are told: on hold nobody sends either.
  ['transport-stall', sending(stalled({ sentBps: 9_000 })), stalled({ sentBps: 0 })],
  // Who only watches sends reports, also while everybody is muted.
  ['transport-stall', lost(stalled({ sentBps: 2_000 }), 11), stalled({ sentBps: 2_000 })],
  ['transport-stall', lost(stalled({ sentBps: 2_000 }), 11), lost(stalled({ sentBps: 2_000 }), 90)],
  [
    'relay-tcp',
    { events: [{ type: 'pair_selected', second: 1, local: candidate({ relayProtocol: 'tls' }), remote: candidate() }] },
    { events: [{ type: 'pair_selected', second: 1, local: candidate({ relayProtocol: 'udp' }), remote: candidate() }] },
  ],
  [
    'downlink-limited',
    shrunk({ heightPx: 180, bitrateBps: 120_000, lossRatio: 0.04 }),
    // As small, but the way is good: the window on the screen is small.
    shrunk({ heightPx: 180, bitrateBps: 120_000, lossRatio: 0 }),
  ],
  [
    'congestion',
    queued({ rttMs: 260, sentBps: 300_000 }),
    // The way got longer; the estimate falls for it, but what is sent does not.
    queued({ rttMs: 260, sentBps: 900_000, availableOutgoingBps: 1_000_000 }),
  ],
  [
    'congestion',
    queued({ rttMs: 260, sentBps: 300_000 }),
    // A rate that falls without a queue is no congestion.
    queued({ rttMs: 110, sentBps: 300_000 }, 0),
  ],
  [
    'congestion',
    queued({ rttMs: 260, sentBps: 300_000 }),
    // Nor is one that falls where the round trip is longer and stays as it is: that is a longer way.
    queued({ rttMs: 260, sentBps: 300_000 }, 10),
  ],
  [
    'congestion',
    queued({ rttMs: 260, sentBps: 10_000 }, 60, 70_000),
    // A voice that pauses: its codec sends next to nothing then.
    queued({ rttMs: 260, sentBps: 10_000 }, 60, 50_000),
  ],
  [
    'congestion',
    heldBack(queued({ rttMs: 260, sentBps: 300_000 }, 60, 900_000, 8), 0.3),
    // What a call tries out at first is more than its pictures want (a recorded call with jitter).
    heldBack(queued({ rttMs: 260, sentBps: 300_000 }, 60, 900_000, 8), 0),
  ],
  [
    'congestion',
    // Later there is nothing to be tried out any more.
    heldBack(queued({ rttMs: 260, sentBps: 300_000 }, 60, 900_000, 14), 0),
    heldBack(queued({ rttMs: 260, sentBps: 700_000 }, 60, 900_000, 14), 0),
  ],
  [
    'congestion',
    uneven([159, 167, 115, 187, 120, 129, 185, 120], [315, 377, 222, 408, 236, 242, 405, 230]),
    // The rate just before the way got uneven says nothing of what goes with what (a recorded call with jitter).
    uneven([159, 167, 155, 127, 120, 169, 163], [315, 277, 234, 308, 266, 272, 305]),
  ],
  [
    'downlink-limited',
    shrunk({ heightPx: 720, framesPerSecond: 3, bitrateBps: 40_000, lossRatio: 0.04 }),
    shrunk({ heightPx: 720, framesPerSecond: 24, bitrateBps: 400_000, lossRatio: 0.04 }),
  ],
  ['downlink-limited', forwarded(0), forwarded(1)],
  // The server leaves out the redundancy of the sound where the way is full; of a hidden picture it leaves the sound alone.
  ['downlink-limited', withheld(40_000), withheld(85_000)],
  ['path-flapping', { events: pairs([20, 30, 40]) }, { events: pairs([20, 30, 140]) }],
  [
    'network-change',
    { events: [pair(0, { networkType: 'wifi' }), pair(30, { networkType: 'cellular' })] },
    // While a connection is made, one pair after the other is tried.
    { events: [pair(0, { networkType: 'wifi' }), pair(4, { networkType: 'ethernet' })] },
  ],
  [
    'network-change',
    { events: [pair(0, { type: 'host', address: '10.0.0.2' }), pair(30, { type: 'host', address: '10.9.0.7' })] },
    { events: [pair(0, { type: 'relay', address: '10.0.0.2' }), pair(30, { type: 'relay', address: '10.9.0.7' })] },
  ],
  [
    'ice-restarted',
    {
      events: [
        { type: 'ice_state', second: 1, state: 'connected' },
        { type: 'ice_state', second: 20, state: 'disconnected' },
        { type: 'ice_restarted', second: 23 },
        { type: 'ice_state', second: 25, state: 'connected' },
      ],
    },
    {
      events: [
        { type: 'ice_restarted', second: 0 },
        { type: 'ice_state', second: 1, state: 'connected' },
      ],
    },
  ],
  [
    'device-offline',
    {
      events: [
        { type: 'online', second: 10, online: false },
        { type: 'online', second: 18, online: true },
      ],
    },
    { events: [{ type: 'online', second: 18, online: true }] },
  ],
];

/** A connection that brings nothing for ten seconds. */
function stalled(checks: Record<string, number>): TestCall {
  const connection = [...seconds(5, { receivedBps: 9_000 }), ...seconds(10, { receivedBps: 0, ...checks })];
  return { connection, tracks: [{ rows: [] }] };
}

/** The same with a microphone that is sent. */
function sending(call: TestCall): TestCall {
  const microphone = { kind: 'audio' as const, direction: 'send' as const, rows: seconds(15, { packets: 50 }) };
  return { ...call, tracks: [...call.tracks!, microphone] };
}

/** The same, and ICE says that it has no answer any more. */
function lost(call: TestCall, second: number): TestCall {
  return { ...call, events: [{ type: 'ice_state', second, state: 'disconnected' }] };
}

/** A picture held back, and what the sender believes the way takes. */
function estimated(bpsAt: (second: number) => number, sentBps: number | null = null): TestCall {
  return {
    ...videoCall(seconds(20, { bandwidthLimitedRatio: 1 }), 'send'),
    connection: Array.from({ length: 20 }, (_, second) => ({ availableOutgoingBps: bpsAt(second), sentBps })),
  };
}

function every<T>(nth: number, bad: T, good: T, count = 40): T[] {
  return Array.from({ length: count }, (_, index) => (index % nth === 0 ? bad : good));
}

function pair(second: number, local: Parameters<typeof candidate>[0]): NonNullable<TestCall['events']>[number] {
  return { type: 'pair_selected', second, local: candidate(local), remote: candidate() };
}

/** A connection that stands from the first second, and changes its way at others. */
function pairs(atSeconds: number[]): TestCall['events'] {
  return [0, ...atSeconds].map((second, index) => pair(second, { port: index }));
}

/** A picture sent 720 high, and what is received of it. */
function shrunk(row: Record<string, number>): TestCall {
  return {
    ...videoCall(seconds(30, row)),
    others: [videoCall(seconds(30, { heightPx: 720, framesPerSecond: 25, active: 1 }), 'send')],
  };
}

/** A picture that stops coming, and how large the packets of the sound are from then on. */
function withheld(soundBps: number): TestCall {
  const sound = (bitrateBps: number) => seconds(15, { bitrateBps, packets: 50 });
  const picture = (framesPerSecond: number) => seconds(15, { heightPx: 720, framesPerSecond });
  return {
    tracks: [
      { rows: [...picture(25), ...picture(0)] },
      { kind: 'audio', source: 'microphone', rows: [...sound(90_000), ...sound(soundBps)] },
    ],
    others: [videoCall(seconds(30, { heightPx: 720, framesPerSecond: 25, active: 1 }), 'send')],
  };
}

/** What a server forwards to somebody who shows its second resolution. */
function forwarded(layer: number): TestCall {
  const rows = seconds(30, { forwardedLayer: layer, wantedLayer: 1 });
  return { others: [{ peer: 'p', ...videoCall(rows, 'send') }] };
}

/** A good connection that changes for half a minute. */
function queued(
  row: { rttMs: number; sentBps: number; availableOutgoingBps?: number },
  wavesMs = 60,
  usualBps = 900_000,
  afterSeconds = 60,
): TestCall {
  const usual = { rttMs: 60, sentBps: usualBps, availableOutgoingBps: 2_000_000 };
  const waiting = seconds(30, row).map((one, index) => ({
    ...one,
    rttMs: row.rttMs + ((index % 4) / 3 - 0.5) * wavesMs,
  }));
  return { connection: [...seconds(afterSeconds, usual), ...waiting, ...seconds(30, usual)] };
}

/** The same with a picture, and how much of the time the rate holds it back. */
function heldBack(call: TestCall, bandwidthLimitedRatio: number): TestCall {
  return { ...call, ...videoCall(seconds(120, { bandwidthLimitedRatio }), 'send') };
}

/** Round trips that get long, told every two seconds with what was sent, in kbit/s. */
function uneven(rttsMs: readonly number[], rates: readonly number[]): TestCall {
  const usual = [263, 301, 199].map((rate) => ({ rttMs: 3, sentBps: rate * 1_000 }));
  const long = rttsMs.map((rttMs, index) => ({ rttMs, sentBps: rates[index]! * 1_000 }));
  return { connection: [...usual, ...long].flatMap((row) => [row, null]) };
}
