import { SessionBuilder, StatsIngest } from '@alongside/diagnosis';
import { expect, test } from 'vitest';
import { RECEIVING, SENDING, summariseRoundTrip } from './round-trip-summary.ts';

/** Ten seconds of a picture that grows every two seconds, with a share of it lost on the way. */
function session(lossRatio: number) {
  const builder = new SessionBuilder('live');
  const sending = new StatsIngest(builder, SENDING, SENDING);
  const receiving = new StatsIngest(builder, RECEIVING, RECEIVING);
  let bytes = 0;
  let packets = 0;
  for (let second = 0; second <= 10; second++) {
    const common = { kind: 'video', ssrc: 1 };
    const pair = { id: 'P', type: 'candidate-pair', state: 'succeeded', nominated: true, currentRoundTripTime: 0.05 };
    const ways = [
      { id: 'L', type: 'local-candidate', candidateType: 'host', protocol: 'udp' },
      { id: 'R', type: 'remote-candidate', candidateType: 'host', protocol: 'udp' },
      { ...pair, localCandidateId: 'L', remoteCandidateId: 'R', bytesSent: bytes, bytesReceived: bytes },
    ];
    sending.report(second * 1_000, [
      ...ways,
      { id: 'O', type: 'outbound-rtp', ...common, bytesSent: bytes, packetsSent: packets },
    ]);
    receiving.report(second * 1_000, [
      ...ways,
      {
        ...{ id: 'I', type: 'inbound-rtp', ...common, jitter: 0.004 },
        bytesReceived: Math.round(bytes * (1 - lossRatio)),
        packetsReceived: Math.round(packets * (1 - lossRatio)),
        packetsLost: Math.round(packets * lossRatio),
      },
    ]);
    const bps = 500_000 * (1 + Math.floor(second / 2));
    bytes += bps / 8;
    packets += 100;
  }
  return builder.build();
}

test('the best two seconds are what a way carries; means of the rest', () => {
  const summary = summariseRoundTrip(session(0));
  expect(summary).toMatchObject({
    protocol: 'udp',
    relayed: false,
    measuredMs: expect.any(Number),
    rttMs: 50,
    lossRatio: 0,
    upBps: 2_500_000,
    downBps: 2_500_000,
    findings: [],
  });
  expect(summary.upSeriesBps.at(0)).toBe(500_000);
  expect(summary.upSeriesBps).toHaveLength(10);
});

test('loss is measured and found; that the way was filled on purpose is not', () => {
  const summary = summariseRoundTrip(session(0.2));
  expect(summary.lossRatio).toBeCloseTo(0.2, 1);
  expect(summary.downBps).toBeLessThan(summary.upBps!);
  expect(summary.findings.map(({ rule }) => rule)).toEqual(['packet-loss']);
});

test('nothing measured is nothing known', () => {
  expect(summariseRoundTrip(new SessionBuilder('live').build())).toMatchObject({
    upBps: null,
    rttMs: null,
    lossRatio: null,
    measuredMs: 0,
  });
});
