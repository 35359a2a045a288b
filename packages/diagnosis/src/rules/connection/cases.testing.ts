import { candidate, type RuleCase, seconds, type TestCall } from '../../testing.ts';

type TestEvent = NonNullable<TestCall['events']>[number];

const TURN = 'turn:turn.example.com:3478?transport=udp';
const STUN = 'stun:stun.example.com:3478';

const ice = (second: number, state: string): TestEvent => ({ type: 'ice_state', second, state });
const whole = (second: number, state: string): TestEvent => ({ type: 'connection_state', second, state });
const dtls = (second: number, state: string): TestEvent => ({ type: 'dtls_state', second, state });
const gathering = (second: number, state: string): TestEvent => ({ type: 'gathering_state', second, state });
const local = (second: number, type: 'host' | 'srflx' | 'relay', url: string | null = null): TestEvent => ({
  type: 'candidate',
  second,
  side: 'local',
  candidate: candidate({ type, url }),
});
const at = (side: 'local' | 'remote', type: 'relay' | 'srflx', address: string): TestEvent => ({
  type: 'candidate',
  second: 2,
  side,
  candidate: candidate({ type, address }),
});
const refused = (second: number, url: string, code: number, text = ''): TestEvent => ({
  type: 'candidate_error',
  second,
  url,
  code,
  text,
});
const tried = (second: number, address: string, role: string, outcome: string): TestEvent => ({
  type: 'server_tried',
  second,
  address,
  role,
  outcome,
  text: '',
});
const broken = (text: string, what = 'remote'): TestCall => ({
  events: [{ type: 'description_failed', second: 1, what, text }],
});
const NEVER = [ice(1, 'checking'), ice(20, 'failed')];

/** What a server hears of a person who pings every second until then: 28 s of a call. */
const silentFrom = (second: number, flows: (second: number) => boolean): TestCall => ({
  connection: seconds(28, { receivedBps: 90_000 }),
  others: [
    {
      peer: 'p',
      connection: seconds(28, null).map((_, at) => ({
        signalSilentMs: at <= second ? 300 : 300 + (at - second) * 1_000,
        receivedBps: flows(at) ? 90_000 : 0,
      })),
    },
  ],
});

/** Of each rule a call that has the fault, and one just short of it. */
export const connectionCases: readonly RuleCase[] = [
  ['ice-failed', { events: NEVER }, { events: [ice(1, 'checking'), ice(20, 'disconnected')] }],
  [
    'ice-failed',
    { events: [ice(1, 'checking'), gathering(17, 'complete')] },
    // Somebody who leaves sooner was not stuck.
    { events: [ice(1, 'checking'), ice(10, 'closed')] },
  ],
  [
    'ice-failed',
    { events: [ice(1, 'checking'), whole(16, 'closed')] },
    { events: [ice(1, 'checking'), whole(9, 'closed')] },
  ],
  ['ice-failed', { events: [whole(1, 'connecting'), whole(20, 'failed')] }, { events: [whole(1, 'connecting')] }],
  [
    'ice-failed',
    { events: [ice(1, 'checking'), ice(16, 'disconnected'), whole(16, 'failed')] },
    { events: [ice(1, 'checking'), ice(2, 'connected'), ice(16, 'disconnected'), whole(16, 'failed')] },
  ],
  [
    'no-candidates',
    { events: [gathering(0, 'gathering'), gathering(3, 'complete')] },
    { events: [gathering(0, 'gathering'), local(1, 'host'), gathering(3, 'complete')] },
  ],
  [
    'host-only',
    { events: [gathering(0, 'gathering'), local(0, 'host'), gathering(3, 'complete'), ...NEVER] },
    { events: [gathering(0, 'gathering'), local(0, 'host'), gathering(3, 'complete'), ice(4, 'connected')] },
  ],
  [
    'relay-needed',
    { iceServers: [STUN], events: [local(0, 'host'), local(1, 'srflx'), ...NEVER] },
    { iceServers: [STUN, TURN], events: [local(0, 'host'), local(1, 'srflx'), ...NEVER] },
  ],
  [
    'relay-needed',
    { iceServers: [STUN], events: [local(1, 'srflx'), at('remote', 'srflx', '198.51.100.9'), ...NEVER] },
    // Of another connection it is told what came from the other end; of this one nothing came.
    {
      iceServers: [STUN],
      events: [local(1, 'srflx'), { ...at('remote', 'srflx', '198.51.100.9'), connectionId: 'other' }, ...NEVER],
    },
  ],
  [
    'host-only',
    { events: [local(1, 'host'), at('remote', 'srflx', '198.51.100.9'), ...NEVER] },
    { events: [local(1, 'host'), { ...at('remote', 'srflx', '198.51.100.9'), connectionId: 'other' }, ...NEVER] },
  ],
  [
    'relay-needed',
    { iceServers: [STUN], transportPolicy: 'relay', events: [gathering(0, 'gathering'), gathering(1, 'complete')] },
    { iceServers: [STUN], transportPolicy: 'relay', events: [gathering(0, 'gathering')] },
  ],
  [
    'relay-private',
    { events: [at('local', 'relay', '10.0.0.80'), at('remote', 'srflx', '198.51.100.9'), ...NEVER] },
    { events: [at('local', 'relay', '203.0.113.5'), at('remote', 'srflx', '198.51.100.9'), ...NEVER] },
  ],
  [
    'relay-private',
    { events: [at('local', 'relay', 'fd12:3456::1'), at('remote', 'srflx', '2001:db8::1'), ...NEVER] },
    // Both may be of one network.
    { events: [at('local', 'relay', '10.0.0.80'), at('remote', 'srflx', '10.0.7.3'), ...NEVER] },
  ],
  [
    'ice-server-unreachable',
    { iceServers: [TURN], events: [refused(3, TURN, 701), ...NEVER] },
    // Told for the interface without a way; another one got its relay, and the address is written in another form.
    { iceServers: [TURN], events: [refused(3, TURN, 701), local(4, 'relay', 'turn:turn.example.com')] },
  ],
  [
    'ice-server-unreachable',
    { events: [refused(3, STUN, 701), local(4, 'host')] },
    { events: [refused(3, STUN, 701), local(4, 'srflx')] },
  ],
  [
    'ice-server-unreachable',
    { events: [refused(3, STUN, 701), local(4, 'srflx', 'stun:other.example.com')] },
    // The one that answered met an error as well: an interface has no way, and only the first to answer is named.
    {
      events: [
        refused(3, STUN, 701),
        refused(3, 'stun:other.example.com', 701),
        local(4, 'srflx', 'stun:other.example.com'),
      ],
    },
  ],
  [
    'ice-server-unreachable',
    // The program gave up before the browser did.
    { iceServers: [TURN], transportPolicy: 'relay', events: [gathering(0, 'gathering'), whole(15, 'closed')] },
    { iceServers: [TURN], transportPolicy: 'relay', events: [gathering(0, 'gathering'), whole(6, 'closed')] },
  ],
  [
    'ice-server-unreachable',
    { events: [refused(170, STUN, 701), { ...local(3, 'srflx', STUN), connectionId: 'other' }] },
    // It answered another connection at that time: an interface had no way.
    { events: [refused(40, STUN, 701), { ...local(3, 'srflx', STUN), connectionId: 'other' }] },
  ],
  ['turn-unauthorized', { events: [refused(3, TURN, 401)] }, { events: [refused(3, TURN, 701)] }],
  [
    'turn-unauthorized',
    { events: [refused(3, TURN, 401, 'Unauthorized')] },
    { events: [refused(3, TURN, 401), local(4, 'relay', TURN)] },
  ],
  ['turn-full', { events: [refused(3, TURN, 486)] }, { events: [refused(3, TURN, 487)] }],
  ['turn-refused', { events: [refused(3, TURN, 403)] }, { events: [refused(3, TURN, 508)] }],
  [
    'dtls-stuck',
    { events: [ice(1, 'connected'), dtls(1, 'connecting'), ice(12, 'closed')] },
    { events: [ice(1, 'connected'), dtls(1, 'connecting'), ice(9, 'closed')] },
  ],
  [
    'dtls-stuck',
    { events: [ice(1, 'connected'), whole(2, 'failed')] },
    { events: [ice(1, 'connected'), ice(2, 'failed'), whole(2, 'failed')] },
  ],
  [
    'fingerprint-mismatch',
    broken('Failed to set remote answer sdp: Called with SDP without DTLS fingerprint.'),
    broken('Failed to set remote answer sdp: Called in wrong state: stable'),
  ],
  [
    'fingerprint-mismatch',
    { logs: [{ second: 1, text: 'dtls: remote certificate fingerprint does not match' }] },
    { logs: [{ second: 1, text: 'dtls: remote certificate fingerprint accepted' }] },
  ],
  [
    'codec-mismatch',
    broken("Failed to set remote video description send parameters for m-section with mid='1'."),
    broken("The order of m-lines in answer doesn't match order in offer."),
  ],
  [
    'codec-mismatch',
    { events: [{ type: 'media_rejected', second: 1, kind: 'video' }] },
    {
      events: [{ type: 'media_rejected', second: 1, kind: 'video' }],
      tracks: [{ kind: 'video', rows: seconds(3, { bitrateBps: 100_000 }) }],
    },
  ],
  [
    'description-failed',
    broken("The order of m-lines in answer doesn't match order in offer."),
    broken('Failed to set remote video description send parameters.'),
  ],
  [
    'consent-lost',
    { events: [ice(1, 'connected'), ice(30, 'disconnected'), ice(45, 'failed')] },
    { events: [ice(1, 'connected'), ice(30, 'disconnected'), ice(35, 'connected')] },
  ],
  [
    'consent-lost',
    { events: [ice(1, 'connected'), ice(6, 'disconnected'), whole(16, 'failed')] },
    { events: [ice(1, 'connected'), ice(6, 'disconnected'), whole(16, 'closed')] },
  ],
  [
    'consent-lost',
    {
      connection: seconds(60, { rttMs: 40 }),
      events: [ice(1, 'connected'), ice(30, 'disconnected'), ice(45, 'failed')],
      others: [{ connection: seconds(60, { rttMs: 40 }) }],
    },
    // The other end's measurements end here: it left.
    {
      connection: seconds(60, { rttMs: 40 }),
      events: [ice(1, 'connected'), ice(30, 'disconnected'), ice(45, 'failed')],
      others: [{ connection: seconds(26, { rttMs: 40 }) }],
    },
  ],
  [
    'signalling-lost',
    {
      events: [
        { type: 'signalling', second: 10, state: 'reconnecting', text: '' },
        { type: 'signalling', second: 16, state: 'open', text: '' },
      ],
    },
    {
      events: [
        { type: 'signalling', second: 10, state: 'reconnecting', text: '' },
        { type: 'signalling', second: 14, state: 'open', text: '' },
      ],
    },
  ],
  [
    'signalling-lost',
    {
      connection: seconds(60, { receivedBps: 90_000 }),
      events: [{ type: 'signalling', second: 10, state: 'closed', text: '' }],
    },
    // Whoever leaves closes both.
    {
      connection: seconds(60, { receivedBps: 90_000 }),
      events: [{ type: 'signalling', second: 55, state: 'closed', text: '' }, whole(56, 'closed')],
    },
  ],
  // A server hears nothing more, and media go on; or they stopped as well, and came back first.
  ['signalling-lost', silentFrom(20, () => true), silentFrom(20, (second) => second < 20 || second > 25)],
  ['signalling-lost', silentFrom(20, () => true), silentFrom(22, () => true)],
  [
    'server-unreachable',
    {
      events: [
        tried(1, 'wss://a.example.com', 'primary', 'failed'),
        tried(3, 'wss://b.example.net', 'backup', 'connected'),
      ],
    },
    {
      events: [
        tried(1, 'wss://a.example.com', 'primary', 'failed'),
        tried(3, 'wss://a.example.com', 'primary', 'connected'),
      ],
    },
  ],
  [
    'backup-missing',
    { events: [tried(1, 'wss://a.example.com', 'primary', 'failed')] },
    { events: [tried(1, 'wss://a.example.com', 'primary', 'connected')] },
  ],
  [
    'backup-missing',
    { logs: [{ second: 1, text: 'config {"server":"wss://a.example.com","backupServers":[]}' }] },
    { logs: [{ second: 1, text: 'config {"servers":["wss://a.example.com","wss://b.example.net"]}' }] },
  ],
  [
    'backup-unreachable',
    {
      events: [
        tried(1, 'wss://a.example.com', 'primary', 'connected'),
        tried(3, 'wss://b.example.net', 'backup', 'failed'),
      ],
    },
    {
      events: [
        tried(1, 'wss://a.example.com', 'primary', 'failed'),
        tried(3, 'wss://b.example.net', 'backup', 'connected'),
      ],
    },
  ],
  [
    'backup-unreachable',
    {
      logs: [
        { second: 1, text: 'server urls: [wss://a.example.com/rtc, wss://b.example.net/rtc]' },
        { second: 5, text: 'connect to wss://b.example.net/rtc failed: ECONNREFUSED' },
      ],
    },
    {
      logs: [
        { second: 1, text: 'server urls: [wss://a.example.com/rtc, wss://b.example.net/rtc]' },
        { second: 5, text: 'connected to wss://b.example.net/rtc' },
      ],
    },
  ],
  [
    'backup-same-place',
    { logs: [{ second: 1, text: 'servers: ["wss://10.0.0.7:443/a", "wss://10.0.0.7:8443/b"]' }] },
    { logs: [{ second: 1, text: 'servers: ["wss://10.0.0.7:443/a", "wss://10.0.0.8:443/a"]' }] },
  ],
  [
    'backup-same-place',
    {
      events: [
        tried(1, 'wss://a.example.com', 'primary', 'failed'),
        tried(3, 'wss://b.example.com', 'backup', 'failed'),
      ],
    },
    // One owner's machines may stand in different cities.
    {
      events: [
        tried(1, 'wss://a.example.com', 'primary', 'failed'),
        tried(3, 'wss://b.example.com', 'backup', 'connected'),
      ],
    },
  ],
];
