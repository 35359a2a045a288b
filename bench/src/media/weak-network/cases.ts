import type { Impairment } from '@alongside/testkit';

/** One kind of bad network, on the link of one of the two in both directions. */
export type WeakCase = {
  name: string;
  impairment: Omit<Impairment, 'delayMs'>;
  /** Nothing passes for so long in the middle of what is measured. */
  outageMs?: number;
  /** Measured once and for so long, to see whether it lasts. */
  measureMs?: number;
  /** Where it stands in the curves of loss: percent, and whether in bursts. */
  curve?: { lossPercent: number; bursty: boolean };
};

/** Mean length of a burst of losses, packets. */
const BURST_PACKETS = 3;

function loss(lossPercent: number, bursty: boolean): WeakCase {
  return {
    name: `${lossPercent} % loss, ${bursty ? 'bursty' : 'random'}`,
    impairment: { lossPercent, burstPackets: bursty ? BURST_PACKETS : 1 },
    curve: { lossPercent, bursty },
  };
}

const LOSSES = [5, 10, 20, 30, 50];

export const WEAK_CASES: readonly WeakCase[] = [
  { name: 'no loss', impairment: {}, curve: { lossPercent: 0, bursty: false } },
  ...LOSSES.map((percent) => loss(percent, false)),
  ...LOSSES.map((percent) => loss(percent, true)),
  { name: '300 kbit/s', impairment: { rateKbps: 300 } },
  { name: '1 Mbit/s', impairment: { rateKbps: 1_000 } },
  { name: '100 ms jitter', impairment: { jitterMs: 100 } },
  { name: '3 s outage', impairment: {}, outageMs: 3_000 },
  { name: '10 minutes at 50 % loss', impairment: { lossPercent: 50 }, measureMs: 600_000 },
];

/** What a quick run measures. */
export const QUICK_CASES: readonly WeakCase[] = [
  loss(30, false),
  { name: '300 kbit/s', impairment: { rateKbps: 300 } },
];
