import type { FaultClass } from '../fault.ts';
import { SIGNAL_PORT } from '../lab.ts';

/** Whether and how the two find each other. */
export const connectionFaults: readonly FaultClass[] = [
  {
    id: 'backup-dead',
    about: {
      en: 'one of two configured media addresses is an address where nobody is',
      'zh-CN': '配置的两个媒体地址中有一个无人应答',
    },
    expected: { rules: ['backup-unreachable'], who: 'faulty' },
    enter(options, { lab }) {
      options.urls.push(`ws://${lab.nobody}:${SIGNAL_PORT}`);
    },
  },
  {
    id: 'relay-unreachable',
    // A server that does not answer is asked again and again first.
    watchMs: 30_000,
    about: {
      en: 'media must go over a relay, and none of the configured STUN and TURN servers answers',
      'zh-CN': '媒体必须经中继，而配置的 STUN、TURN 服务器都不应答',
    },
    expected: { rules: ['ice-server-unreachable'], who: 'faulty' },
    enter(options, { lab }) {
      options.iceServers = [
        { urls: `stun:${lab.nobody}:3478` },
        { urls: [`turn:${lab.nobody}:3478`, `turn:${lab.nobody}:3478?transport=tcp`], username: 'u', credential: 'c' },
      ];
      options.relayOnly = true;
    },
    mayNotFlow: true,
  },
  {
    id: 'no-way',
    // As long as browsers try.
    watchMs: 30_000,
    about: {
      en: 'a firewall lets the signalling through and no media, by any way',
      'zh-CN': '防火墙只放行信令，媒体无路可走',
    },
    expected: { rules: ['ice-failed', 'relay-needed', 'host-only'], who: 'faulty' },
    async enter(_, { lab, faulty, afterwards }) {
      afterwards(() => lab.network.impair(faulty.seat.host, 'both', {}));
      await lab.network.impair(faulty.seat.host, 'both', { ports: [SIGNAL_PORT] });
    },
    mayNotFlow: true,
  },
  {
    id: 'signalling-lost',
    // The library notices a silent cut when pings stay unanswered.
    watchMs: 40_000,
    about: {
      en: 'the live connection to the media engine is cut, media goes on',
      'zh-CN': '与媒体引擎的实时连接被切断，媒体仍在继续',
    },
    expected: { rules: ['signalling-lost'], who: 'faulty' },
    async inject({ lab, faulty, afterwards }) {
      afterwards(() => lab.network.impair(faulty.seat.host, 'both', {}));
      await lab.network.impair(faulty.seat.host, 'both', { block: 'tcp' });
    },
  },
];
