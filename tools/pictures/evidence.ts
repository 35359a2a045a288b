import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createNetworkLab, findChromium, launchChromium, networkLabMissing, until } from '@alongside/testkit';
import { save } from './save.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const PORT = 7_740;
const WIDE = { width: 1440, height: 900 };
/** What one sees of the card before one scrolls. */
const HEAD_PX = 1_000;
const TALL = { width: 1440, height: 3_000 };
/** Clean, lossy, clean again: long enough for each to be seen. */
const CLEAN_MS = 30_000;
const LOSSY_MS = 40_000;
const AFTER_MS = 20_000;

/** The evidence card of a real call in which the customer's network loses packets for a while. */
export async function takeEvidence(): Promise<void> {
  const missing = await networkLabMissing();
  if (missing) return console.log(`The evidence card is left out: no network lab, ${missing}.`);
  const lab = await createNetworkLab(['server', 'engineer', 'customer']);
  const dataFolder = mkdtempSync(join(tmpdir(), 'pictures-'));
  const host = lab.address('server');
  const origin = `http://${host}:${PORT}`;
  const browserOn = (side: string) =>
    launchChromium({
      cameraFps: 20,
      executablePath: lab.launcher(side, findChromium()),
      args: [
        `--unsafely-treat-insecure-origin-as-secure=${origin}`,
        '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets',
      ],
    });
  const server = lab.spawn('server', process.execPath, [join(REPOSITORY, 'scripts/start.mjs')], {
    PORT: String(PORT),
    HOST: '0.0.0.0',
    ALONGSIDE_DATA: dataFolder,
    MEDIA_UDP_PORT: String(PORT + 1),
    MEDIA_TCP_PORT: String(PORT + 1),
    MEDIA_ADDRESSES: host,
    NO_COLOR: '1',
  });
  let printed = '';
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (chunk) => (printed += chunk));
  const link = (path: string) => printed.match(new RegExp(`https?://[^\\s/]+(/${path}/\\S*)`))?.[1];
  const [atEngineer, atCustomer] = [await browserOn('engineer'), await browserOn('customer')];
  try {
    await until('the links', () => link('console') && link('portal'), 120_000);
    const [engineer, customer] = await Promise.all(
      [atEngineer, atCustomer].map(async (browser) => {
        const context = await browser.newContext({ locale: 'en-GB', viewport: WIDE, deviceScaleFactor: 1.5 });
        await context.grantPermissions(['camera', 'microphone'], { origin });
        return context.newPage();
      }),
    );
    if (!engineer || !customer) return;
    await engineer.goto(origin + link('console'));
    await engineer.getByRole('navigation').first().waitFor();
    await customer.goto(origin + link('portal'));
    await customer.getByRole('navigation').first().waitFor();
    // By the page: playwright's own requests do not come from its host.
    const number = await customer.evaluate(
      async (ticket) => {
        const headers = { 'content-type': 'application/json', 'x-alongside': '1' };
        const reply = await fetch('/api/tickets', { method: 'POST', headers, body: JSON.stringify(ticket) });
        return ((await reply.json()) as { number: number }).number;
      },
      {
        id: randomUUID(),
        channel: 'portal',
        message: { id: randomUUID(), body: 'You see me stutter since I moved to the meeting room. What is it?' },
      },
    );
    await customer.goto(`${origin}/portal/tickets/${number}`);
    await customer.getByRole('log').click();
    await engineer.goto(`${origin}/console/views/all/${number}`);
    await engineer.getByRole('button', { name: 'Call', exact: true }).click();
    await engineer.getByRole('button', { name: 'Turn on camera' }).click();
    await engineer.getByRole('button', { name: 'Start call' }).click();
    await customer.getByRole('button', { name: 'With video', exact: true }).click();
    await customer.getByRole('button', { name: 'Share screen' }).waitFor();
    // Chromium's made-up microphones beep in step, which no two real ones do: it would be taken for an echo, rightly.
    await engineer.getByRole('button', { name: 'Mute microphone' }).click();
    await engineer.waitForTimeout(CLEAN_MS);
    await lab.impair('customer', 'up', { lossPercent: 12 });
    await engineer.waitForTimeout(LOSSY_MS);
    await lab.impair('customer', 'up', {});
    await engineer.waitForTimeout(AFTER_MS);
    await engineer.getByRole('button', { name: 'Leave or end' }).click();
    await engineer.getByRole('menuitem', { name: 'End for everyone' }).click();
    const card = engineer
      .getByRole('region')
      .filter({ has: engineer.getByRole('slider') })
      .last();
    await card.waitFor();
    // All of the card at once: nothing that stays while one scrolls lies on it.
    await engineer.setViewportSize(TALL);
    const box = (await card.boundingBox())!;
    const clip = { ...box, height: Math.min(box.height, HEAD_PX) };
    await save({ screenshot: (options) => engineer.screenshot({ ...options, clip }) }, 'evidence');
  } finally {
    await Promise.all([atEngineer.close(), atCustomer.close()]);
    const ended = new Promise((done) => server.once('exit', done));
    server.kill('SIGTERM');
    await ended;
    await lab.close();
    rmSync(dataFolder, { recursive: true, force: true });
  }
}
