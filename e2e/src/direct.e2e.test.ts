import { launchChromium, type RunningServer, startServer, until } from '@alongside/testkit';
import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinCall } from './call-steps.ts';
import { seesAndHears, showsMovingPicture } from './media.ts';
import { type Complaints, CustomerScene, EngineerScene } from './scenes.ts';

const DIRECT = /^Direct: sound and picture go straight/;

/** Two people alone in a call, past the media server and back. */
describe('the direct path', { timeout: 600_000 }, () => {
  let server: RunningServer;
  let browser: Browser;
  let customer: CustomerScene;
  let engineer: EngineerScene;
  let second: EngineerScene;
  const complaints: Complaints = [];

  beforeAll(async () => {
    server = await startServer({ env: { MEDIA_DIRECT: 'true' } });
    browser = await launchChromium();
    customer = await CustomerScene.open(browser, server.links.demo, complaints);
    await customer.ask('The picture lags behind.', /Badly disturbed/);
    engineer = await EngineerScene.open(browser, server.links.console, complaints);
    await engineer.openTicket('The picture lags behind');
    await engineer.page.getByRole('button', { name: 'Call', exact: true }).click();
    await engineer.page.getByRole('button', { name: 'Start call' }).click();
    await (await customer.frame()).getByRole('button', { name: 'With video' }).click();
    const camera = engineer.page.getByRole('button', { name: 'Turn on camera' });
    await engineer.page.getByRole('button', { name: /Turn (on|off) camera/ }).waitFor();
    if (await camera.isVisible()) await camera.click();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const marks = async () =>
    [engineer.page, await customer.frame()].map((target) => target.getByRole('img', { name: DIRECT }));
  const both = async (): Promise<(Page | Frame)[]> => [engineer.page, await customer.frame()];

  const sent = async () => (await Promise.all((await both()).map(sentToServer))).reduce((sum, one) => sum + one, 0);

  /** A path that stalls because the machine does is left, and tried again after a minute. */
  async function areDirect(): Promise<void> {
    await until(
      'nothing to go to the server while both see and hear each other',
      async () => {
        for (const mark of await marks()) if (!(await mark.isVisible())) return false;
        const before = await sent();
        await seeAndHear();
        return (await sent()) === before;
      },
      400_000,
    );
  }

  async function seeAndHear(): Promise<void> {
    await Promise.all(
      (await both()).map((target, index) => seesAndHears(index === 0 ? 'the engineer' : 'the customer', () => target)),
    );
    for (const target of await both()) expect(await showsMovingPicture(target, '[data-person] video')).toBe(true);
  }

  it('two alone go direct by themselves: they see and hear each other, and nothing goes to the server', async () => {
    await areDirect();
  });

  it('a screen that is shared goes direct as well, and a microphone that was off is heard again', async () => {
    const frame = await customer.frame();
    await frame.getByRole('button', { name: 'Share screen' }).click();
    await engineer.page.getByText(/is sharing the screen/).waitFor();
    await areDirect();
    await frame.getByRole('button', { name: 'Mute microphone' }).click();
    await engineer.page
      .getByRole('img', { name: /microphone off/ })
      .first()
      .waitFor();
    await frame.getByRole('button', { name: 'Turn on microphone' }).click();
    await seesAndHears('the engineer', () => engineer.page);
    await frame.getByRole('button', { name: 'Stop sharing' }).first().click();
    await engineer.page.getByText(/is sharing the screen/).waitFor({ state: 'detached' });
  });

  it('when a third joins all three are served by the server, and no picture is loaded anew', async () => {
    for (const target of await both()) await countReloads(target);
    second = await EngineerScene.another(browser, server.origin, engineer, complaints);
    await second.openTicket('The picture lags behind');
    await joinCall(second.page);
    await Promise.all((await marks()).map((mark) => mark.waitFor({ state: 'detached' })));
    await seesAndHears('the third', () => second.page);
    await seeAndHear();
    for (const target of await both()) expect(await reloads(target)).toBe(0);
  });

  it('alone again they go direct, until a recording is asked for', async () => {
    await second.page.getByRole('button', { name: 'Leave call' }).click();
    await areDirect();
    await engineer.page.getByRole('button', { name: 'Record the call' }).click();
    await Promise.all((await marks()).map((mark) => mark.waitFor({ state: 'detached' })));
    await (await customer.frame()).getByRole('button', { name: 'Agree', exact: true }).click();
    const before = await sent();
    await seeAndHear();
    expect(await sent()).toBeGreaterThan(before);
    expect(complaints).toEqual([]);
  });
});

/**
 * Packets of sound and pictures a page has sent to the media server so far. Padding is neither: with it browsers measure,
 * every few seconds, what a connection would carry.
 */
async function sentToServer(target: Page | Frame): Promise<number> {
  return target.evaluate(async () => {
    const peers = (window as unknown as { peersOfThisPage: RTCPeerConnection[] }).peersOfThisPage;
    let sum = 0;
    for (const peer of peers) {
      // A direct path has no data channels.
      if (peer.connectionState !== 'connected' || !peer.sctp) continue;
      for (const stat of (await peer.getStats()).values())
        if (stat.type === 'outbound-rtp') sum += (stat.kind === 'video' ? stat.framesSent : stat.packetsSent) ?? 0;
    }
    return sum;
  });
}

/** From now on every video element of the page that loses its picture is counted. */
async function countReloads(target: Page | Frame): Promise<void> {
  await target.evaluate(() => {
    const counted = window as unknown as { reloadsOfThisPage: number };
    counted.reloadsOfThisPage = 0;
    const count = () => {
      counted.reloadsOfThisPage += 1;
    };
    for (const video of document.querySelectorAll('[data-person] video'))
      for (const type of ['emptied', 'ended', 'pause']) video.addEventListener(type, count);
  });
}

async function reloads(target: Page | Frame): Promise<number> {
  return target.evaluate(() => (window as unknown as { reloadsOfThisPage: number }).reloadsOfThisPage);
}
