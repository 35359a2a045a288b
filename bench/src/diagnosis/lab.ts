import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SampleBatch } from '@alongside/contracts';
import { createNetworkLab, findChromium, launchChromium, type NetworkLab, until } from '@alongside/testkit';
import type { Browser, Page } from 'playwright-core';
import { type EngineViews, readEngineViews } from './engine-view.ts';
import { callProgram } from './pages/call-page.ts';
import { bundleWatching } from './pages/watch-bundle.ts';
import { asNetwork } from './priorities.ts';

const KEYS = { key: 'devkey', secret: 'a secret of at least thirty-two characters' };
const SERVER = 'dx-server';
const ORIGIN = 'http://bench.test';
const MEDIA_PORT = 7_710;
export const SIGNAL_PORT = 80;
export const TURN_TLS_PORT = 443;

/** A person's host, and the browser that stays open on it. */
export type Seat = { host: string; browser: Browser };

/** Two people. */
export type Pair = { number: number; seats: [Seat, Seat] };

/** Our media engine and so many pairs of people, each on a host of their own with a link that can be made bad. */
export type Lab = {
  network: NetworkLab;
  keys: typeof KEYS;
  /** Of the media engine. */
  url: string;
  /** An address of the same network where nobody is. */
  nobody: string;
  pairs: Pair[];
  /** What the media engine sees of its rooms. */
  engine: EngineViews;
  /** What every page has in it, in this order. */
  programs: readonly string[];
  /** Another browser on a host, e.g. one whose camera is broken; whoever opens it closes it. */
  browser(host: string, args: string[]): Promise<Browser>;
  close(): Promise<void>;
};

/** @throws Error where no network lab can be had, or something does not start */
export async function openLab(pairCount: number): Promise<Lab> {
  const hosts = Array.from({ length: pairCount }, (_, index) => [`dx-a${index}`, `dx-b${index}`] as const);
  const network = await asNetwork(() => createNetworkLab([SERVER, ...hosts.flat()]));
  const folder = mkdtempSync(join(tmpdir(), 'bench-diagnosis-'));
  const browsers: Browser[] = [];
  const address = network.address(SERVER);
  const close = async () => {
    // One that has ended already must not keep the network and the media engine running.
    await Promise.allSettled(browsers.map((browser) => browser.close()));
    await network.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const browser = (host: string, args: string[]) =>
    launchChromium({
      cameraFps: 20,
      executablePath: network.launcher(host, findChromium()),
      args: [
        `--unsafely-treat-insecure-origin-as-secure=${ORIGIN}`,
        '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets',
        // Both people's browsers would tell how busy the one machine is that everything here runs on.
        '--disable-blink-features=ComputePressure',
        // The certificate of the TURN server is one nobody signed.
        '--ignore-certificate-errors',
        ...args,
      ],
    });
  try {
    const engine = await startEngine(network, address, folder);
    const seat = async (host: string): Promise<Seat> => {
      const opened = await browser(host, []);
      browsers.push(opened);
      return { host, browser: opened };
    };
    const pairs: Pair[] = [];
    for (const [number, [first, second]] of hosts.entries())
      pairs.push({ number, seats: [await seat(first), await seat(second)] });
    const client = createRequire(import.meta.url)
      .resolve('livekit-client')
      .replace(/[^/]+$/, 'livekit-client.umd.js');
    const programs = [await bundleWatching(), readFileSync(client, 'utf8'), `(${callProgram})()`];
    const nobody = address.replace(/\d+$/, '250');
    const url = `ws://${address}:${SIGNAL_PORT}`;
    return { network, keys: KEYS, url, nobody, pairs, engine, programs, browser, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startEngine(network: NetworkLab, host: string, folder: string): Promise<EngineViews> {
  const [certificateFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const files = ['-keyout', keyFile, '-out', certificateFile, '-subj', '/CN=turn.bench.test'];
  execFileSync('openssl', ['req', '-x509', ...subject, ...files], { stdio: 'ignore' });
  const options = {
    host,
    port: SIGNAL_PORT,
    keys: { [KEYS.key]: KEYS.secret },
    udpPort: MEDIA_PORT,
    tcpPort: MEDIA_PORT,
    announcedAddresses: [host],
    turn: { host, tlsPort: TURN_TLS_PORT, certificateFile, keyFile },
  };
  const program = join(import.meta.dirname, 'engine-process.ts');
  const engine = await asNetwork(async () =>
    network.spawn(SERVER, process.execPath, [program, JSON.stringify(options)]),
  );
  let printed = '';
  engine.stderr?.on('data', (chunk) => (printed += chunk));
  const probe = `fetch('http://${host}:${SIGNAL_PORT}/').then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))`;
  await until('the media engine to answer', () => {
    const asked = network.spawn(SERVER, process.execPath, ['-e', probe]);
    return new Promise<boolean>((done) => asked.once('exit', (code) => done(code === 0)));
  }).catch((error) => {
    throw new Error(`the media engine does not start: ${printed}`, { cause: error });
  });
  return readEngineViews(engine.stdout!);
}

/**
 * A page with the programs of a call in it, which tells what it measures.
 * @param options.before a script that runs before all others
 */
export async function openCallPage(
  lab: Lab,
  browser: Browser,
  { tell, before }: { tell(batch: SampleBatch): unknown; before: string | undefined },
): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.route(`${ORIGIN}/**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>bench</title><body></body>' }),
  );
  await page.exposeFunction('tell', tell);
  // Not by `evaluate`: that counts as a touch, after which a page may play sound.
  for (const content of [before ?? '', ...lab.programs]) await page.addInitScript({ content });
  await page.goto(`${ORIGIN}/`);
  return page;
}

/**
 * Evaluates as in a page that nobody has touched: playwright's own evaluation counts as a touch.
 * @throws Error what the expression throws
 */
export async function evaluateUntouched<T>(page: Page, expression: string): Promise<T> {
  const session = await page.context().newCDPSession(page);
  try {
    const answer = await session.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    const { exceptionDetails } = answer;
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return answer.result.value as T;
  } finally {
    await session.detach().catch(() => {});
  }
}

/** What playwright calls its own end of a page, as far as it is needed here. */
type Inside = {
  _connection: {
    toImpl(page: unknown): {
      delegate: {
        _mainFrameSession: { _client: { send(method: string, parameters: object): Promise<unknown> } };
      };
    };
  };
};

/**
 * From now on a page is in the background when another one is in front of it. Playwright keeps every page focused, by a
 * session of its own that nothing else reaches.
 */
export async function letGoOfFocus(page: Page): Promise<void> {
  const { delegate } = (page as unknown as Inside)._connection.toImpl(page);
  await delegate._mainFrameSession._client.send('Emulation.setFocusEmulationEnabled', { enabled: false });
}
