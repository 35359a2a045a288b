import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildRtcp, parseRtcp, type RtcpPacket, RtpView, RtpWriter, Vp8Head } from '@alongside/rtp';
import { launchChromium, until } from '@alongside/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { candidateToSdp } from './ice-candidates.ts';
import { openTransport, type TransportOptions } from './open-transport.ts';
import type { Pipe, PipeFactory, PipeLocal, PipeOptions, PipeRemote, PipeState } from './pipe.ts';

type Browser = Awaited<ReturnType<typeof launchChromium>>;
type Page = Awaited<ReturnType<Browser['newPage']>>;

const ECHO_SSRC = 0x0ec40001;

let browser: Browser;
let server: Server;
let origin: string;
let factory: PipeFactory;
let pipe: Pipe;
let page: Page;

beforeAll(async () => {
  const script = readFileSync(new URL('./webrtc-pipe.page.js', import.meta.url), 'utf8');
  // getUserMedia wants a secure context, which loopback is and about:blank is not.
  server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>pipe</title><script>${script}</script>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

afterEach(async () => {
  await page?.close();
  await factory?.close();
});

async function open(options: Partial<TransportOptions> = {}, pipeOptions: PipeOptions = {}): Promise<void> {
  factory = await openTransport({ udpPort: 0, listenAddresses: ['127.0.0.1'], ...options });
  pipe = factory.create(pipeOptions);
  page = await browser.newPage();
  await page.goto(origin);
}

/** Runs an expression in the page. */
function inPage<T>(expression: string): Promise<T> {
  return page.evaluate(expression) as Promise<T>;
}

function offer(): Promise<string> {
  return inPage('publish()');
}

function answer(sdp: string): Promise<void> {
  return inPage(`answer(${JSON.stringify(sdp)})`);
}

function remoteOf(sdp: string): PipeRemote {
  const value = (name: string): string => new RegExp(`^a=${name}:(.*)$`, 'm').exec(sdp)![1]!.trim();
  const [algorithm = '', fingerprint = ''] = value('fingerprint').split(' ');
  return {
    iceUfrag: value('ice-ufrag'),
    icePwd: value('ice-pwd'),
    fingerprints: [{ algorithm, value: fingerprint }],
    setup: value('setup') as PipeRemote['setup'],
  };
}

/** The answer by hand: every section as offered with its direction turned, VP8 only, and an SSRC for what we send. */
function answerFor(offerSdp: string, local: PipeLocal, setup: string, fingerprint = local.fingerprint.value): string {
  const sections = offerSdp.split(/\r\n(?=m=)/).slice(1);
  const mids = sections.map((section) => /a=mid:(\S+)/.exec(section)![1]);
  const lines = [
    'v=0',
    'o=- 1 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${mids.join(' ')}`,
    'a=extmap-allow-mixed',
    'a=msid-semantic: WMS *',
  ];
  for (const section of sections) {
    const [head = ''] = section.split('\r\n');
    const kind = /^m=(\w+)/.exec(head)![1]!;
    const isData = kind === 'application';
    const payloadType = new RegExp(`a=rtpmap:(\\d+) ${kind === 'audio' ? 'opus' : 'VP8'}/`).exec(section)?.[1];
    lines.push(isData ? head : head.replace(/(m=\w+ \d+ \S+) .*/, `$1 ${payloadType}`), 'c=IN IP4 127.0.0.1');
    lines.push(`a=mid:${/a=mid:(\S+)/.exec(section)![1]}`);
    lines.push(`a=ice-ufrag:${local.iceUfrag}`, `a=ice-pwd:${local.icePwd}`);
    lines.push(`a=fingerprint:${local.fingerprint.algorithm} ${fingerprint}`, `a=setup:${setup}`);
    for (const candidate of local.candidates) lines.push(`a=${candidateToSdp(candidate)}`);
    lines.push('a=end-of-candidates');
    if (isData) {
      lines.push('a=sctp-port:5000', 'a=max-message-size:65535');
      continue;
    }
    lines.push(
      'a=rtcp-mux',
      'a=rtcp-rsize',
      `a=rtpmap:${payloadType} ${kind === 'audio' ? 'opus/48000/2' : 'VP8/90000'}`,
    );
    if (kind === 'video') lines.push(`a=rtcp-fb:${payloadType} nack pli`);
    if (section.includes('a=sendonly')) lines.push('a=recvonly');
    else lines.push('a=sendonly', 'a=msid:echo echo-video', `a=ssrc:${ECHO_SSRC} cname:echo`);
  }
  return `${lines.join('\r\n')}\r\n`;
}

function reportsEcho(report: RtcpPacket): boolean {
  return (report.type === 'sr' || report.type === 'rr') && report.reports.some(({ ssrc }) => ssrc === ECHO_SSRC);
}

async function connect(): Promise<string> {
  const sdp = await offer();
  const setup = pipe.accept(remoteOf(sdp));
  await answer(answerFor(sdp, pipe.local, setup));
  await until('connected', () => pipe.state === 'connected');
  return sdp;
}

for (const preferredSetup of ['passive', 'active'] as const) {
  describe(`Chromium and a pipe that is ${preferredSetup}`, () => {
    test('publishes audio and video that we decrypt, and decodes the video we send back', async () => {
      const view = new RtpView();
      const vp8 = new Vp8Head();
      const writer = new RtpWriter();
      let audioPackets = 0;
      let videoPackets = 0;
      let keyFrames = 0;
      let videoSsrc = 0;
      const reports: RtcpPacket[] = [];
      await open({}, { preferredSetup });
      const videoPayloadType = { value: -1 };
      pipe.handlers = {
        onRtp(packet) {
          expect(view.parse(packet)).toBe(true);
          if (view.payloadType !== videoPayloadType.value) {
            audioPackets++;
            return;
          }
          videoPackets++;
          videoSsrc = view.ssrc;
          if (vp8.parse(packet, view.headerLength, view.headerLength + view.payloadLength) && vp8.isKeyFrame)
            keyFrames++;
          writer.start(view.payloadType, view.marker, view.sequenceNumber, view.timestamp, ECHO_SSRC);
          writer.endHeader();
          writer.append(packet, view.headerLength, view.payloadLength);
          expect(pipe.sendRtp(writer.buffer, writer.length)).toBe(true);
        },
        onRtcp(packet) {
          for (const member of parseRtcp(packet) ?? []) {
            reports.push(member);
            if (member.type === 'pli') {
              pipe.sendRtcp(buildRtcp([{ type: 'pli', senderSsrc: ECHO_SSRC, mediaSsrc: videoSsrc }]));
            }
          }
        },
      };
      const sdp = await offer();
      videoPayloadType.value = Number(/a=rtpmap:(\d+) VP8\//.exec(sdp)![1]);
      const setup = pipe.accept(remoteOf(sdp));
      expect(setup).toBe(preferredSetup);
      await answer(answerFor(sdp, pipe.local, setup));
      await until('connected', () => pipe.state === 'connected');
      await until('packets of both', () => audioPackets > 20 && videoPackets > 20 && keyFrames > 0);
      await until('reports', () => reports.some(({ type }) => type === 'sr') && reports.some(reportsEcho));
      await until('our video decoded', async () => (await inPage<number>('framesDecoded()')) > 5);
      expect(pipe.stats.packetsRefused).toBe(0);
      expect(pipe.selectedPath).toMatchObject({ protocol: 'udp', localPort: factory.udpPort });
      await until('a round trip', () => (pipe.selectedPath?.rttMs ?? -1) >= 0);
    });

    test('opens its channels and carries data both ways, large messages included', async () => {
      const opened: string[] = [];
      const messages: [string, string | number][] = [];
      await open({}, { preferredSetup });
      pipe.handlers = {
        onDataChannel: (channel) => opened.push(`${channel.label} ${channel.ordered} ${channel.maxRetransmits}`),
        onDataMessage: (label, data, binary) => messages.push([label, binary ? data.length : data.toString()]),
      };
      await connect();
      await until('three channels', () => opened.length === 3);
      expect(opened.sort()).toEqual(['_data_track false 0', '_lossy false 0', '_reliable true undefined']);
      await inPage('sendSamples()');
      const reliable = () => messages.filter(([label]) => label === '_reliable').map(([, data]) => data);
      await until('all reliable messages', () => reliable().length === 3);
      expect(reliable()).toEqual(['héllo 并肩', 64_000, '']);
      await until('one that may be lost', async () => {
        if (messages.some(([label]) => label === '_lossy')) return true;
        return void (await inPage(`channels._lossy.send('again')`));
      });

      expect(pipe.sendData('_reliable', Buffer.alloc(65_535, 7))).toBe(true);
      expect(pipe.sendData('_reliable', 'back')).toBe(true);
      expect(pipe.sendData('_lossy', Buffer.alloc(100))).toBe(true);
      expect(pipe.sendData('_reliable', Buffer.alloc(65_536))).toBe(false);
      expect(pipe.sendData('_nothing', 'x')).toBe(false);
      const received = () => inPage<unknown[]>('received');
      await until('one back that may be lost', async () => {
        if ((await received()).includes(100)) return true;
        return void pipe.sendData('_lossy', Buffer.alloc(100));
      });
      const others = async () => (await received()).filter((item) => item !== 100);
      await until('all reliable messages back', async () => (await others()).length === 2);
      expect(await others()).toEqual([65_535, 'back']);
      await until('all acknowledged', () => pipe.dataBufferedAmount('_reliable') === 0);

      // Channels the server opens, as in dual-connection mode, and channels the browser closes.
      pipe.openDataChannel('_server', { ordered: false, maxRetransmits: 0 });
      await until('the channel', () => pipe.dataChannel('_server') !== undefined);
      expect(pipe.sendData('_server', 'down')).toBe(true);
      await until('data on it', async () => (await inPage<unknown[]>('received')).includes('_server: down'));
      const closed: string[] = [];
      pipe.handlers.onDataChannelClosed = (label) => closed.push(label);
      await inPage('channels._lossy.close()');
      await until('closed', () => closed.includes('_lossy'));
      expect(pipe.sendData('_lossy', 'x')).toBe(false);
    });

    test('goes on without a new DTLS handshake after an ICE restart', async () => {
      const states: PipeState[] = [];
      // A busy machine may look after the silence of a path before it reads what has arrived on it.
      const patient = { timeouts: { disconnectedMs: 25_000 } };
      await open(patient, { preferredSetup, handlers: { onState: (state) => states.push(state) } });
      await connect();
      const ufragBefore = pipe.local.iceUfrag;
      const portBefore = pipe.selectedPath!.remotePort;
      const restartOffer = await inPage<string>('restart()');
      const local = pipe.restart(remoteOf(restartOffer));
      expect(local.iceUfrag).not.toBe(ufragBefore);
      expect(local.setup).toBe(preferredSetup);
      await answer(answerFor(restartOffer, local, local.setup));
      // Packets come from a new port: the browser has gathered anew.
      await until('a new path, for both ends', async () => {
        const port = await inPage<number>('localPort()');
        return port !== portBefore && pipe.selectedPath!.remotePort === port;
      });
      const packets = pipe.stats.packetsReceived;
      await until('media on it', () => pipe.stats.packetsReceived > packets + 20);
      await until('the browser agrees', async () => (await inPage('pc.connectionState')) === 'connected');
      expect(states).toEqual(['connecting', 'connected']);
      expect(pipe.stats.packetsRefused).toBe(0);
    });

    test('refuses a browser whose certificate is not the announced one', async () => {
      const failures: unknown[] = [];
      await open({}, { preferredSetup, handlers: { onState: (state, failure) => failures.push([state, failure]) } });
      const sdp = await offer();
      const remote = remoteOf(sdp);
      const wrong = remote.fingerprints[0]!.value.replace(/^../, (pair) => (pair === '00' ? '01' : '00'));
      const setup = pipe.accept({ ...remote, fingerprints: [{ algorithm: 'sha-256', value: wrong }] });
      await answer(answerFor(sdp, pipe.local, setup));
      await until('failed', () => pipe.state === 'failed');
      expect(failures.at(-1)).toEqual(['failed', 'fingerprint-mismatch']);
      expect(pipe.stats.packetsReceived).toBe(0);
      expect(pipe.sendRtp(Buffer.alloc(20, 0x80))).toBe(false);
    });
  });
}

test('a browser refuses us when our certificate is not the announced one', async () => {
  await open();
  const sdp = await offer();
  const setup = pipe.accept(remoteOf(sdp));
  const { fingerprint } = pipe.local;
  const wrong = fingerprint.value.replace(/^../, (pair) => (pair === '00' ? '01' : '00'));
  await answer(answerFor(sdp, pipe.local, setup, wrong));
  await until('refused', async () => (await inPage('pc.connectionState')) === 'failed');
  expect(pipe.stats.packetsReceived).toBe(0);
  expect(pipe.state).not.toBe('connected');
});

test('a browser connects by ICE-TCP alone where UDP is blocked', async () => {
  await open({ tcpPort: 0 }, { protocols: ['tcp'] });
  expect(pipe.local.candidates.map((candidate) => candidate.protocol)).toEqual(['tcp']);
  await connect();
  expect(pipe.selectedPath!.protocol).toBe('tcp');
  await until('media', () => pipe.stats.packetsReceived > 50);
});

test('a pipe whose browser is gone says so', async () => {
  const states: unknown[] = [];
  await open({ timeouts: { disconnectedMs: 4_000, failedMs: 5_000 } });
  pipe.handlers = { onState: (state, failure) => states.push([state, failure]) };
  await connect();
  // A page that vanishes sends nothing more, not even an alert.
  await page.goto('about:blank');
  await until('failed', () => pipe.state === 'failed');
  expect(states.at(-1)).toEqual(['failed', expect.stringMatching(/consent-timeout|transport-closed/)]);
});
