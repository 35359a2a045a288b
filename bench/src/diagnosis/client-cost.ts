import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '@alongside/testkit';
import type { Browser, CDPSession } from 'playwright-core';

/** What watching a call costs the browser that does it. */
export type ClientCost = {
  /** Processor time of all of the browser's processes per second of the call, seconds; medians of the stretches. */
  withoutWatching: number;
  withWatching: number;
  /** Of one core: the difference. */
  coreShare: number;
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
 * on both.
 * @param options.rounds of two stretches each; the first stretch is not counted
 */
export async function measureClientCost(options: { rounds: number; stretchMs: number }): Promise<ClientCost> {
  const watch = await readFile(WATCH_MODULE);
  const seen = { bodies: 0, requests: 0, batches: 0 };
  const server = createServer((request, response) => void answer(request, response, watch, seen));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let browser: Browser | null = null;
  try {
    browser = await launchChromium();
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => (window as unknown as { ready?: boolean }).ready === true);
    // Somebody who is in a call has touched the page: only then is sound listened to.
    await page.mouse.click(10, 10);
    const cdp = await browser.newBrowserCDPSession();
    const shares: Record<'with' | 'without', number[]> = { with: [], without: [] };
    let watchedMs = 0;
    await page.waitForTimeout(options.stretchMs);
    for (let round = 0; round < options.rounds; round++)
      for (const on of [false, true]) {
        await page.evaluate((now) => (window as unknown as { watching(on: boolean): void }).watching(now), on);
        const began = { cpu: await processorSeconds(cdp), ms: performance.now() };
        await page.waitForTimeout(options.stretchMs);
        const ms = performance.now() - began.ms;
        if (on) watchedMs += ms;
        shares[on ? 'with' : 'without'].push(((await processorSeconds(cdp)) - began.cpu) / (ms / 1_000));
      }
    await page.evaluate(() => (window as unknown as { watching(on: boolean): void }).watching(false));
    const [withWatching, withoutWatching] = [median(shares.with), median(shares.without)];
    return {
      withWatching,
      withoutWatching,
      coreShare: withWatching - withoutWatching,
      bodiesKbps: (seen.bodies * 8) / watchedMs,
      requestsKbps: (seen.requests * 8) / watchedMs,
      batches: seen.batches,
    };
  } finally {
    await browser?.close();
    server.close();
  }
}

/** Processor time all processes of the browser have used, seconds. */
async function processorSeconds(cdp: CDPSession): Promise<number> {
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
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

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Prints what watching costs a browser. */
export async function benchClientCost(quick: boolean): Promise<void> {
  const cost = await measureClientCost({ rounds: quick ? 2 : 6, stretchMs: quick ? 15_000 : 48_000 });
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
  console.log('Watching a call of sound and picture in a browser');
  console.log(`  the call, unwatched      ${percent(cost.withoutWatching)} of one core`);
  console.log(`  the call, watched        ${percent(cost.withWatching)} of one core`);
  console.log(`  watching alone           ${percent(cost.coreShare)} of one core (promised: under 1 %)`);
  console.log(
    `  on the wire              ${cost.requestsKbps.toFixed(1)} kbit/s in ${cost.batches} batches (promised: under 10)`,
  );
}
