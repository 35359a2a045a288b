import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findLiveKitServer, type Impairment, networkLabMissing, until } from '@alongside/testkit';
import type { Page } from 'playwright-core';
import { percentile } from '../../figures.ts';
import { inNetworks, type Network, type Side } from '../../networks.ts';
import { developmentToken } from '../../token.ts';
import type { MediaPart, MediaRun, ServerName } from '../run.ts';
import { type Joined, pageProgram } from './page.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../../..');
const KEYS = { key: 'devkey', secret: 'a secret of at least thirty-two characters' };
const ROUND_TRIP_MS = 40;
const SIGNAL_PORT = 80;
const TURN_TLS_PORT = 443;
const MEDIA_PORT = 7_710;

/** What the joining person's network lets through. */
const FIREWALLS = [
  { name: 'nothing blocked', impairment: {} },
  { name: 'UDP blocked', impairment: { block: 'udp' } },
  { name: 'only TCP 80 and 443', impairment: { ports: [SIGNAL_PORT, TURN_TLS_PORT] } },
] satisfies { name: string; impairment: Omit<Impairment, 'delayMs'> }[];

type Certificate = { certificateFile: string; keyFile: string };
type Starter = { name: ServerName; start(network: Network, certificate: Certificate): Promise<void> };

/**
 * How long it takes until a person behind a firewall is in a call, and sees the picture of somebody who is in it already:
 * over UDP, over ICE-TCP where UDP is blocked, and over TURN/TLS where only the ports of the web are open. Unmodified
 * livekit-client in Chromium, a round trip of 40 ms.
 */
export const paths: MediaPart = {
  about: 'time until a call is up and shows a picture through firewalls: UDP, ICE-TCP, TURN over TLS',
  async run(run) {
    const missing = await networkLabMissing();
    if (missing) {
      console.log(`The paths are left out: no network lab, ${missing}.`);
      return;
    }
    const folder = mkdtempSync(join(tmpdir(), 'paths-'));
    try {
      await measure(run, makeCertificate(folder));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function measure(run: MediaRun, certificate: Certificate): Promise<void> {
  const figures = new Map<string, Partial<Record<ServerName, Joined[]>>>(FIREWALLS.map(({ name }) => [name, {}]));
  // One after the other: both want the ports of the web.
  for (const starter of starters()) {
    await inNetworks([ROUND_TRIP_MS], async (network) => {
      await starter.start(network, certificate);
      for (const { name } of FIREWALLS) figures.get(name)![starter.name] = [];
      const sitting = await openPage(network, 'callee');
      const joining = await openPage(network, 'caller');
      for (let round = 0; round < run.rounds; round++) {
        for (const { name, impairment } of FIREWALLS) {
          await network.impair('caller', impairment);
          const joined = await joinOnce(network, sitting, joining, `${name} ${round}`).catch((error) => {
            console.log(`FAILED: ${name}, ${starter.name}:`, error);
            return null;
          });
          if (joined) figures.get(name)![starter.name]!.push(joined);
          await network.impair('caller', {});
        }
      }
    });
  }
  for (const [name, byServer] of figures) {
    for (const metric of ['connectedMs', 'firstPictureMs'] as const) {
      const medians = Object.entries(byServer).map(([server, all]) => {
        const values = all.map((joined) => joined[metric]);
        return [server, values.length === 0 ? null : percentile(values, 0.5)];
      });
      run.report({ case: name, metric, ...Object.fromEntries(medians), why: 'Janus has no door for livekit-client.' });
    }
    for (const [server, all] of Object.entries(byServer))
      console.log(`${name}, ${server}: ${[...new Set(all.map(({ path }) => path))].join(', ') || 'never'}`);
  }
}

async function joinOnce(network: Network, sitting: Page, joining: Page, room: string): Promise<Joined> {
  const url = `ws://${network.host}:${SIGNAL_PORT}`;
  const enter = async (page: Page, identity: string, waits: boolean) =>
    page.evaluate(([address, token, until]) => window.paths.join(address, token, until), [
      url,
      await developmentToken(KEYS, room, identity),
      waits,
    ] as const);
  try {
    await enter(sitting, 'sitting', false);
    return await enter(joining, 'joining', true);
  } finally {
    await Promise.all([sitting, joining].map((page) => page.evaluate(() => window.paths.leave())));
  }
}

function starters(): Starter[] {
  const program = findLiveKitServer();
  if (!program) console.log('No livekit-server on this machine: ours is measured alone.');
  return [{ name: 'alongside', start: startOurs }, ...(program ? [liveKit(program)] : [])];
}

async function startOurs(network: Network, { certificateFile, keyFile }: Certificate): Promise<void> {
  const { host } = network;
  await startAndWait(network, process.execPath, [
    join(REPOSITORY, 'bench/src/media/engine-process.ts'),
    JSON.stringify({
      host,
      port: SIGNAL_PORT,
      keys: { [KEYS.key]: KEYS.secret },
      udpPort: MEDIA_PORT,
      tcpPort: MEDIA_PORT,
      announcedAddresses: [host],
      turn: { host, tlsPort: TURN_TLS_PORT, certificateFile, keyFile },
    }),
  ]);
}

function liveKit(program: string): Starter {
  return {
    name: 'livekit',
    async start(network, { certificateFile, keyFile }) {
      const { host } = network;
      const rtc = `udp_port: ${MEDIA_PORT}, tcp_port: ${MEDIA_PORT}, node_ip: ${host}, use_external_ip: false`;
      const turn = `enabled: true, domain: ${host}, tls_port: ${TURN_TLS_PORT}, cert_file: '${certificateFile}'`;
      const config = [
        `port: ${SIGNAL_PORT}`,
        `bind_addresses: ['${host}']`,
        `keys: { ${KEYS.key}: '${KEYS.secret}' }`,
        `rtc: { ${rtc} }`,
        `turn: { ${turn}, key_file: '${keyFile}', allow_restricted_peer_cidrs: ['10.99.0.0/24'] }`,
        'logging: { level: error }',
      ];
      await startAndWait(network, program, ['--config-body', config.join('\n')]);
    },
  };
}

async function startAndWait(network: Network, command: string, args: string[]): Promise<void> {
  const started = network.start(command, args);
  await until('the media server to answer', () => network.answers(SIGNAL_PORT, '/')).catch((error) => {
    throw new Error(`it does not start: ${started.printed()}`, { cause: error });
  });
}

async function openPage(network: Network, side: Side): Promise<Page> {
  const origin = 'http://bench.test';
  // The certificate of the TURN server is one nobody signed.
  const browser = await network.browser(side, [origin], ['--ignore-certificate-errors']);
  const page = await (await browser.newContext()).newPage();
  const client = createRequire(import.meta.url)
    .resolve('livekit-client')
    .replace(/[^/]+$/, 'livekit-client.umd.js');
  await page.route(`${origin}/**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>bench</title><body></body>' }),
  );
  await page.goto(`${origin}/`);
  await page.addScriptTag({ content: readFileSync(client, 'utf8') });
  await page.evaluate(pageProgram);
  return page;
}

function makeCertificate(folder: string): Certificate {
  const [certificateFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const files = ['-keyout', keyFile, '-out', certificateFile, '-subj', '/CN=turn.bench.test'];
  execFileSync('openssl', ['req', '-x509', ...subject, ...files], { stdio: 'ignore' });
  return { certificateFile, keyFile };
}
