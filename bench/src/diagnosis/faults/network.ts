import type { Impairment } from '@alongside/testkit';
import type { FaultClass, FaultyCall } from '../fault.ts';
import { SIGNAL_PORT, TURN_TLS_PORT } from '../lab.ts';

type Way = 'up' | 'down' | 'both';

/** Makes the faulty one's link bad until the call is over. */
async function impair({ lab, faulty, afterwards }: FaultyCall, way: Way, impairment: Impairment): Promise<void> {
  afterwards(() => lab.network.impair(faulty.seat.host, 'both', {}));
  await lab.network.impair(faulty.seat.host, way, impairment);
}

/** Of a minute or less the pattern may not be sure; the other one is wrong. */
const AT_RANDOM = { pattern: ['loss-random', 'loss-pattern-unknown'] };
const IN_BURSTS = { pattern: ['loss-bursts'] };
const NOT_SURE = { pattern: ['loss-pattern-unknown'] };

/** What the way between a person and the media engine can do to packets. */
export const networkFaults: readonly FaultClass[] = [
  {
    id: 'loss-up',
    about: { en: '6–25 % of what one sends is lost, at random', 'zh-CN': '发出的数据随机丢失 6–25%' },
    expected: { rules: ['packet-loss'], who: 'faulty', direction: 'send', facts: AT_RANDOM },
    inject: (call) => impair(call, 'up', { lossPercent: call.random.between(6, 25) }),
    mild: (call) => impair(call, 'up', { lossPercent: 1 }),
  },
  {
    id: 'loss-down',
    about: { en: '6–25 % of what one receives is lost, at random', 'zh-CN': '收到的数据随机丢失 6–25%' },
    expected: { rules: ['packet-loss'], who: 'faulty', direction: 'receive', facts: AT_RANDOM },
    inject: (call) => impair(call, 'down', { lossPercent: call.random.between(6, 25) }),
    mild: (call) => impair(call, 'down', { lossPercent: 1 }),
  },
  {
    id: 'loss-bursts',
    // Bursts are told from single losses by several samples.
    watchMs: 30_000,
    about: { en: '8–20 % lost in bursts of 8–20 packets, one way', 'zh-CN': '单向突发丢包 8–20%，每次连丢 8–20 个包' },
    expected: { rules: ['packet-loss'], who: 'faulty', facts: IN_BURSTS, undecided: NOT_SURE },
    inject: (call) =>
      impair(call, call.random.pick(['up', 'down']), {
        lossPercent: call.random.between(8, 20),
        burstPackets: call.random.between(8, 20),
      }),
  },
  {
    id: 'delay',
    about: { en: '200–450 ms more each way', 'zh-CN': '每个方向增加 200–450 ms 时延' },
    expected: { rules: ['high-rtt'], who: 'faulty' },
    inject: (call) => impair(call, 'both', { delayMs: call.random.between(200, 450) }),
    mild: (call) => impair(call, 'both', { delayMs: 60 }),
  },
  {
    id: 'jitter',
    about: { en: 'packets come up to 90–200 ms early or late', 'zh-CN': '数据包最多提前或推迟 90–200 ms 到达' },
    expected: { rules: ['high-jitter'], who: 'faulty' },
    inject(call) {
      const jitterMs = call.random.between(90, 200);
      return impair(call, call.random.pick(['up', 'down']), { delayMs: jitterMs, jitterMs });
    },
    mild: (call) => impair(call, 'down', { delayMs: 12, jitterMs: 8 }),
  },
  {
    id: 'rate-up',
    about: { en: 'only 90–160 kbit/s can be sent', 'zh-CN': '上行只有 90–160 kbit/s' },
    expected: { rules: ['bandwidth-limited', 'congestion'], who: 'faulty', direction: 'send' },
    inject: (call) => impair(call, 'up', { rateKbps: call.random.between(90, 160) }),
    mild: (call) => impair(call, 'up', { rateKbps: 2_000 }),
  },
  {
    id: 'rate-down',
    about: { en: 'only 90–160 kbit/s can be received', 'zh-CN': '下行只有 90–160 kbit/s' },
    expected: { rules: ['downlink-limited', 'congestion'], who: 'faulty', direction: 'receive' },
    inject: (call) => impair(call, 'down', { rateKbps: call.random.between(90, 160) }),
    mild: (call) => impair(call, 'down', { rateKbps: 2_000 }),
  },
  {
    id: 'udp-blocked',
    about: { en: 'a firewall lets no UDP through: media goes over TCP', 'zh-CN': '防火墙阻断 UDP，媒体改走 TCP' },
    expected: { rules: ['relay-tcp'], who: 'faulty', facts: { transport: ['TCP', 'TLS'] } },
    async enter(_, { lab, faulty, afterwards }) {
      afterwards(() => lab.network.impair(faulty.seat.host, 'both', {}));
      await lab.network.impair(faulty.seat.host, 'both', { block: 'udp' });
    },
  },
  {
    id: 'relay-tls',
    about: {
      en: 'a firewall lets only TCP 80 and 443 through: media goes over a relay in TLS',
      'zh-CN': '防火墙只放行 TCP 80 和 443，媒体经 TLS 中继',
    },
    expected: { rules: ['relay-tcp'], who: 'faulty', facts: { transport: ['TLS'] } },
    async enter(_, { lab, faulty, afterwards }) {
      afterwards(() => lab.network.impair(faulty.seat.host, 'both', {}));
      await lab.network.impair(faulty.seat.host, 'both', { ports: [SIGNAL_PORT, TURN_TLS_PORT] });
    },
  },
  {
    id: 'outage',
    about: { en: 'nothing passes for 5–8 s', 'zh-CN': '5–8 s 内什么也不通' },
    expected: { rules: ['transport-stall', 'consent-lost'], who: 'faulty' },
    async inject(call) {
      await impair(call, 'both', { lossPercent: 100 });
      const { lab, faulty, random, afterwards } = call;
      const over = setTimeout(() => lab.network.impair(faulty.seat.host, 'both', {}), random.between(5_000, 8_000));
      afterwards(() => clearTimeout(over));
    },
  },
];
