import { type CallPage, launchChromium, seesMoving, track, until } from '@alongside/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { devToken, serveCallPage } from './call-testing.ts';
import { type DevServer, startDevServer } from './dev.ts';

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof launchChromium>>['newPage']>>;

let browser: Awaited<ReturnType<typeof launchChromium>>;
let web: Awaited<ReturnType<typeof serveCallPage>>;
let sfu: DevServer;
let pages: Page[] = [];

beforeAll(async () => {
  web = await serveCallPage();
  browser = await launchChromium();
  sfu = await startDevServer({ port: 0, host: '127.0.0.1', tcpPort: 0 });
});

afterAll(async () => {
  await browser?.close();
  await sfu?.close();
  web?.close();
});

afterEach(async () => {
  await Promise.all(pages.map((page) => page.close()));
  pages = [];
});

async function join(room: string, identity: string, options: object): Promise<Page> {
  const page = await browser.newPage();
  pages.push(page);
  await page.goto(web.origin);
  const token = await devToken(room, identity);
  await page.evaluate(`join(${JSON.stringify(sfu.url)}, ${JSON.stringify(token)}, ${JSON.stringify(options)})`);
  return page;
}

/** A camera of 640 × 360, which browsers send in two resolutions and up to three frame rates. */
const publishCamera = (page: Page, videoCodec: string): Promise<unknown> =>
  page.evaluate(`call.room.localParticipant.setCameraEnabled(
    true, { resolution: { width: 640, height: 360, frameRate: 20 } },
    // A busy machine may make fewer pictures, not smaller ones.
    { videoCodec: '${videoCodec}', degradationPreference: 'maintain-resolution' }).then(() => true)`);

/** How the subscriber shows the picture; adaptive stream tells the server. */
const show = (page: Page, css: string): Promise<unknown> =>
  page.evaluate(`for (const video of document.querySelectorAll('video')) video.style.cssText = ${JSON.stringify(css)}`);

/** Waits until new frames of this width are decoded. */
async function seesWidth(page: CallPage, width: number): Promise<void> {
  await until(`a picture ${width} wide`, async () => (await track(page, 'a', 'camera'))?.frameWidth === width);
  await seesMoving(page, 'a');
}

/** Codec and state of each encoding the publisher sends, as its browser's statistics say. */
const sending = (page: Page): Promise<string[]> =>
  page.evaluate(`(async () => {
    const sending = [];
    for (const { sender } of call.room.engine.pcManager.publisher._pc.getTransceivers()) {
      if (sender.track?.kind !== 'video') continue;
      const reports = [...(await sender.getStats()).values()];
      for (const report of reports.filter(({ type }) => type === 'outbound-rtp')) {
        const codec = reports.find(({ id }) => id === report.codecId);
        if (report.active) sending.push(codec?.mimeType);
      }
    }
    return sending;
  })()`) as Promise<string[]>;

/** A publisher and a subscriber who shows its picture small, large and small again while frames keep moving. */
async function changeSizes(codec: string, mimeType: string): Promise<{ a: Page; b: Page }> {
  const a = await join(codec, 'a', { dynacast: true });
  await publishCamera(a, codec);
  const b = await join(codec, 'b', { adaptiveStream: true });
  await seesMoving(b, 'a');
  await show(b, 'width: 640px; height: 360px');
  await seesWidth(b, 640);
  await show(b, 'width: 160px; height: 90px');
  await seesWidth(b, 320);
  await show(b, 'width: 640px; height: 360px');
  await seesWidth(b, 640);
  expect(new Set(await sending(a))).toEqual(new Set([mimeType]));
  return { a, b };
}

test('SFU-21: AV1 layers follow what a browser shows', async () => {
  await changeSizes('av1', 'video/AV1');
});

test('SFU-21, SFU-22: VP9 layers follow what a browser shows, and what nobody shows its publisher does not send', async () => {
  const { a, b } = await changeSizes('vp9', 'video/VP9');
  await show(b, 'display: none');
  await until('nothing is sent', async () => (await sending(a)).length === 0);
  await show(b, 'width: 640px; height: 360px');
  await seesWidth(b, 640);
});
