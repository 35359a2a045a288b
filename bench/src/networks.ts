import { type ChildProcess, spawn } from 'node:child_process';
import {
  createNetworkLab,
  findChromium,
  type Impairment,
  launchChromium,
  type NetworkLab,
  networkLabMissing,
  until,
} from '@alongside/testkit';
import type { Browser } from 'playwright-core';

/** A server and two people, joined by a network with a round trip of its own between each of them and the server. */
export type Network = {
  roundTripMs: number;
  /** The server's address as everybody sees it. */
  host: string;
  /** Starts a program on the server's host; it ends with the network. */
  start(command: string, args: string[], env?: Record<string, string>): Started;
  /** Whether it answers there, asked on the server's host. @param path of the address, e.g. `/healthz` */
  answers(port: number, path: string): Promise<boolean>;
  /** Whether anything takes connections there, asked on the server's host: for what does not speak HTTP. */
  listens(port: number): Promise<boolean>;
  /** A browser on a person's host; it ends with the network. @param origins to be treated as secure @param args more switches */
  browser(side: Side, origins: string[], args?: string[]): Promise<Browser>;
  /**
   * Makes a person's link bad in both directions, on top of the round trip, in place of what was set before.
   * @throws Error on loopback, which cannot be made bad
   */
  impair(side: Side, impairment: Omit<Impairment, 'delayMs'>): Promise<void>;
};
export type Side = 'caller' | 'callee';
type Started = { printed(): string; ended: Promise<void> };

/**
 * Does the work once per round trip: 0 is this machine's loopback, the others are emulated between hosts in network
 * namespaces, half of the delay on the server's link and half on the person's. Where no lab can be had it says so.
 */
export async function inNetworks(roundTripsMs: number[], work: (network: Network) => Promise<void>): Promise<void> {
  const missing = await networkLabMissing();
  for (const roundTripMs of roundTripsMs) {
    if (roundTripMs > 0 && missing) {
      console.log(`Round trip ${roundTripMs} ms is left out: no network lab, ${missing}.`);
      continue;
    }
    const lab = roundTripMs > 0 ? await createNetworkLab(['server', 'caller', 'callee']) : null;
    const children: ChildProcess[] = [];
    const browsers: Browser[] = [];
    try {
      for (const host of ['server', 'caller', 'callee']) await lab?.impair(host, 'both', { delayMs: roundTripMs / 4 });
      await work(networkOf(lab, roundTripMs, children, browsers));
    } finally {
      for (const browser of browsers) await browser.close();
      await Promise.all(children.map(end));
      await lab?.close();
    }
  }
}

function networkOf(
  lab: NetworkLab | null,
  roundTripMs: number,
  children: ChildProcess[],
  browsers: Browser[],
): Network {
  const host = lab?.address('server') ?? '127.0.0.1';
  function run(command: string, args: string[], env: Record<string, string> = {}): ChildProcess {
    if (lab) return lab.spawn('server', command, args, env);
    return spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  }
  /** Whether a line of JavaScript ends well on the server's host. */
  async function probe(line: string): Promise<boolean> {
    const child = run(process.execPath, ['-e', line]);
    return (await new Promise((done) => child.once('exit', done))) === 0;
  }
  return {
    roundTripMs,
    host,
    start(command, args, env) {
      const child = run(command, args, env);
      let printed = '';
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (printed += chunk));
      children.push(child);
      const ended = new Promise<void>((done) => child.once('exit', () => done()));
      return { printed: () => printed, ended };
    },
    answers: (port, path) =>
      probe(`fetch('http://${host}:${port}${path}').then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))`),
    listens: (port) =>
      probe(`net.connect(${port},'${host}').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))`),
    async browser(side, origins, args = []) {
      const browser = await launchChromium({
        cameraFps: 20,
        executablePath: lab?.launcher(side, findChromium()),
        // Without the second switch Chromium asks before a page from nowhere may reach a local address.
        args: [
          `--unsafely-treat-insecure-origin-as-secure=${origins.join(',')}`,
          '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets',
          ...args,
        ],
      });
      browsers.push(browser);
      return browser;
    },
    async impair(side, impairment) {
      if (!lab) throw new Error('loopback cannot be made bad');
      await lab.impair(side, 'both', { delayMs: roundTripMs / 4, ...impairment });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  // In good order: an embedded database is a process of its own.
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(patience);
}

/** The real livekit-server on the server's host. @param webhookUrl where it reports to */
export async function startLiveKit(
  network: Network,
  program: string,
  port: number,
  keys: { key: string; secret: string },
  webhookUrl?: string,
): Promise<void> {
  const { host } = network;
  const started = network.start(program, [
    '--config-body',
    [
      `port: ${port}`,
      `bind_addresses: ['${host}']`,
      `keys: { ${keys.key}: '${keys.secret}' }`,
      `rtc: { udp_port: ${port + 2}, tcp_port: ${port + 1}, node_ip: ${host}, use_external_ip: false, enable_loopback_candidate: ${host === '127.0.0.1'} }`,
      'logging: { level: error }',
      ...(webhookUrl ? [`webhook: { api_key: ${keys.key}, urls: ['${webhookUrl}'] }`] : []),
    ].join('\n'),
  ]);
  await until('livekit-server to answer', () => network.answers(port, '/')).catch((error) => {
    throw new Error(`livekit-server does not start: ${started.printed()}`, { cause: error });
  });
}
