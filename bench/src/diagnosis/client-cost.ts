import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '@alongside/testkit';
import type { Browser, CDPSession } from 'playwright-core';

/** What watching a call costs the browser that does it. */
export type ClientCost = {
  /** Of one core, all of the browser's processes; means of the stretches. */
  withoutWatching: number;
  withWatching: number;
  /** The difference, of one core, and its standard error. */
  coreShare: number;
  coreShareError: number;
  /** The threads that have it: those whose difference is more than twice its own error. */
  threads: { name: string; coreShare: number; error: number }[];
  /** Bodies of the requests as they are sent, kbit/s. */
  bodiesKbps: number;
  /** With headers, TCP and acknowledgements left out, kbit/s. */
  requestsKbps: number;
  batches: number;
};

const WATCH_MODULE = fileURLToPath(new URL('../../../apps/widget/dist/watch.js', import.meta.url));

/** Both ends of a call of sound and picture, as a meeting in a customer's product has it. */
const PAGE = `<!doctype html><title>call</title><body><script type="module">
import { startWatchedCall } from '/watch.js';
const here = new RTCPeerConnection(), there = new RTCPeerConnection();
here.onicecandidate = ({ candidate }) => there.addIceCandidate(candidate).catch(() => {});
there.onicecandidate = ({ candidate }) => here.addIceCandidate(candidate).catch(() => {});
const own = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360, frameRate: 24 } });
for (const track of own.getTracks()) {
  here.addTrack(track, own);
  there.addTrack(track.clone(), own);
}
const screen = document.createElement('video');
screen.muted = true;
screen.autoplay = true;
document.body.append(screen);
here.ontrack = ({ streams }) => { screen.srcObject = streams[0]; };
await here.setLocalDescription();
await there.setRemoteDescription(here.localDescription);
await there.setLocalDescription();
await here.setRemoteDescription(there.localDescription);
const post = async (path, body, keepalive) => (await fetch(path, {
  method: 'POST', keepalive, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
})).json();
const transport = { start: () => post('/start', {}), send: (id, batch, { keepalive }) => post('/samples', batch, keepalive) };
let call = null;
window.watching = (on) => {
  if (on) call = startWatchedCall(here, transport, { label: 'cost' });
  else call?.stop();
};
window.ready = true;
</script>`;

/**
 * Measures the same call by turns with and without watching, in one browser, so that whatever else the machine does falls
 * on both. Thread by thread, by the scheduler's own account: a picture's encoder wavers by more in a minute than all of
 * watching costs, and has nothing to do with it. Linux only.
 * @param options.rounds of two stretches each; the first stretch is not counted
 */
export async function measureClientCost(options: { rounds: number; stretchMs: number }): Promise<ClientCost> {
  const watch = await readFile(WATCH_MODULE);
  const seen = { bodies: 0, requests: 0, batches: 0 };
  const server = createServer((request, response) => void answer(request, response, watch, seen));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let browser: Browser | null = null;
  try {
    browser = await launchChromium({ cameraFps: 20 });
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => (window as unknown as { ready?: boolean }).ready === true);
    // Somebody who is in a call has touched the page: only then is sound listened to.
    await page.mouse.click(10, 10);
    const cdp = await browser.newBrowserCDPSession();
    const rounds: Record<'with' | 'without', Map<string, number>>[] = [];
    let watchedMs = 0;
    await page.waitForTimeout(options.stretchMs);
    for (let round = 0; round < options.rounds; round++) {
      const measured = { with: new Map<string, number>(), without: new Map<string, number>() };
      for (const on of [false, true]) {
        await page.evaluate((now) => (window as unknown as { watching(on: boolean): void }).watching(now), on);
        // What it takes to begin is not what it costs to go on.
        await page.waitForTimeout(1_000);
        const before = await threadSeconds(cdp);
        const beganMs = performance.now();
        await page.waitForTimeout(options.stretchMs);
        const spanS = (performance.now() - beganMs) / 1_000;
        if (on) watchedMs += spanS * 1_000;
        for (const [name, seconds] of await threadSeconds(cdp))
          measured[on ? 'with' : 'without'].set(name, Math.max(0, seconds - (before.get(name) ?? 0)) / spanS);
      }
      rounds.push(measured);
    }
    await page.evaluate(() => (window as unknown as { watching(on: boolean): void }).watching(false));
    const names = [...new Set(rounds.flatMap((round) => [...round.with.keys(), ...round.without.keys()]))];
    const all = names.map((name) => {
      const differences = rounds.map((round) => (round.with.get(name) ?? 0) - (round.without.get(name) ?? 0));
      return { name, coreShare: mean(differences), error: errorOf(differences) };
    });
    const total = (which: 'with' | 'without') =>
      mean(rounds.map((round) => [...round[which].values()].reduce((sum, share) => sum + share, 0)));
    const threads = all
      .filter(({ coreShare, error }) => Math.abs(coreShare) > 2 * error && Math.abs(coreShare) > 0.0002)
      .sort((one, other) => other.coreShare - one.coreShare);
    const [withWatching, withoutWatching] = [total('with'), total('without')];
    return {
      withWatching,
      withoutWatching,
      coreShare: threads.reduce((sum, { coreShare }) => sum + coreShare, 0),
      coreShareError: Math.hypot(...threads.map(({ error }) => error)),
      threads,
      bodiesKbps: (seen.bodies * 8) / watchedMs,
      requestsKbps: (seen.requests * 8) / watchedMs,
      batches: seen.batches,
    };
  } finally {
    await browser?.close();
    server.close();
  }
}

/** Processor time of each kind of thread of the browser, seconds. */
async function threadSeconds(cdp: CDPSession): Promise<Map<string, number>> {
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  const seconds = new Map<string, number>();
  for (const { id, type } of processInfo) {
    try {
      for (const thread of readdirSync(`/proc/${id}/task`)) {
        const name = `${type} ${readFileSync(`/proc/${id}/task/${thread}/comm`, 'utf8').trim()}`;
        const ranNs = Number(readFileSync(`/proc/${id}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
        seconds.set(name, (seconds.get(name) ?? 0) + ranNs / 1e9);
      }
    } catch {
      // It has ended.
    }
  }
  return seconds;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  watch: Buffer,
  seen: { bodies: number; requests: number; batches: number },
): Promise<void> {
  if (request.method !== 'POST') {
    const isModule = request.url === '/watch.js';
    response.setHeader('content-type', isModule ? 'text/javascript' : 'text/html');
    response.end(isModule ? watch : PAGE);
    return;
  }
  let bytes = 0;
  for await (const chunk of request) bytes += (chunk as Buffer).length;
  seen.bodies += bytes;
  seen.requests += bytes + request.rawHeaders.reduce((sum, text) => sum + text.length + 2, 0);
  if (request.url === '/samples') seen.batches += 1;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ goOn: true, sendEveryMs: 10_000 }));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Standard error of a mean. */
function errorOf(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1) / values.length);
}

/** Prints what watching costs a browser. */
export async function benchClientCost(quick: boolean): Promise<void> {
  const cost = await measureClientCost({ rounds: quick ? 6 : 20, stretchMs: quick ? 6_000 : 12_000 });
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
  console.log('Watching a call of sound and picture in a browser');
  console.log(`  the call, unwatched      ${percent(cost.withoutWatching)} of one core`);
  console.log(`  the call, watched        ${percent(cost.withWatching)} of one core`);
  console.log(
    `  watching alone           ${percent(cost.coreShare)} of one core (± ${percent(cost.coreShareError)}; promised: under 1 %), in`,
  );
  for (const { name, coreShare } of cost.threads) console.log(`    ${name.padEnd(40)} ${percent(coreShare)}`);
  console.log(
    `  on the wire              ${cost.requestsKbps.toFixed(1)} kbit/s in ${cost.batches} batches (promised: under 10)`,
  );
}
