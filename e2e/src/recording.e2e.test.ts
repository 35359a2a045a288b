import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium, type RunningServer, startServer, until } from '@alongside/testkit';
import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seesAndHears } from './media.ts';
import { type Complaints, CustomerScene, EngineerScene } from './scenes.ts';

const hasFfmpeg = spawnSync('ffprobe', ['-version']).status === 0;
if (!hasFfmpeg) console.warn('ffmpeg is not installed: what is in the files is seen by the browser only');

/** Two people in a call: asked, agreed, marked, stopped, watched. */
describe('a call is recorded with everybody’s consent', () => {
  let server: RunningServer;
  let browser: Browser;
  let customer: CustomerScene;
  let engineer: EngineerScene;
  const complaints: Complaints = [];

  beforeAll(async () => {
    server = await startServer();
    browser = await launchChromium();
    customer = await CustomerScene.open(browser, server.links.demo, complaints);
    await customer.ask('The preview stutters.', /Badly disturbed/);
    engineer = await EngineerScene.open(browser, server.links.console, complaints);
    await engineer.openTicket('The preview stutters');
    await engineer.page.getByRole('button', { name: 'Call', exact: true }).click();
    await engineer.page.getByRole('button', { name: 'Start call' }).click();
    const frame = await customer.frame();
    await frame.getByRole('button', { name: 'With video' }).click();
    await seesAndHears('the engineer', () => engineer.page);
    const camera = engineer.page.getByRole('button', { name: 'Turn on camera' });
    if (await camera.isVisible()) await camera.click();
    await seesAndHears('the customer', () => frame);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const mark = (target: Page | Frame) => target.getByRole('button', { name: 'This call is being recorded' });

  it('nothing is recorded before the customer agrees; then everybody sees the mark', async () => {
    const { page } = engineer;
    const frame = await customer.frame();
    await page.getByRole('button', { name: 'Record the call' }).click();
    await frame.getByText('would like to record this call').waitFor();
    await page.getByText(/Recording begins when .* has agreed/).waitFor();
    expect(await mark(page).count()).toBe(0);
    expect(recordingsOnDisk(server)).toEqual([]);
    await frame.getByRole('button', { name: 'Agree', exact: true }).click();
    await Promise.all([mark(page).waitFor(), mark(frame).waitFor()]);
    await until('four tracks to be written', () => filesOf(server).length === 4);
    await mark(frame).click();
    await frame.getByText(/Recorded since .*started by/).waitFor();
    await frame.getByText(/^Agreed: .+, .+/).waitFor();
    await page.keyboard.press('Escape');
  });

  it('the customer withdraws; it stops for everybody, and the call goes on', async () => {
    await until('four seconds to be recorded', () => {
      const long = tracksOf(server).filter(({ durationMs }) => durationMs > 4_000);
      return long.length === 4;
    });
    const frame = await customer.frame();
    await frame.getByRole('button', { name: 'Withdraw my consent' }).click();
    await engineer.page.getByText(/withdrew their consent/).waitFor();
    await Promise.all([mark(engineer.page).waitFor({ state: 'detached' }), mark(frame).waitFor({ state: 'detached' })]);
    await seesAndHears('the engineer', () => engineer.page);
  });

  it('afterwards it is in the timeline of both, plays in step, and every track holds sound or a moving picture', async () => {
    const { page } = engineer;
    const log = page.getByRole('log');
    await log.getByText(/agreed: .+, .+ · ended when .+ withdrew/).waitFor();
    await (await customer.frame()).getByRole('button', { name: 'Leave call' }).click();
    await page.getByRole('button', { name: 'Leave call' }).click();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await log.getByRole('button', { name: 'Play', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Recording of the call' });
    await dialog.getByRole('button', { name: 'Play', exact: true }).click();
    const played = () =>
      dialog.evaluate((element) =>
        [...element.querySelectorAll<HTMLMediaElement>('video, audio')].map((media) => ({
          at: media.currentTime,
          isVideo: media instanceof HTMLVideoElement,
          frames: media instanceof HTMLVideoElement ? media.getVideoPlaybackQuality().totalVideoFrames : 0,
        })),
      );
    await until('all four tracks to play', async () => {
      const all = await played();
      return all.length === 4 && all.every(({ at, isVideo, frames }) => at > 1 && (!isVideo || frames > 5));
    });
    // On the recording's clock all are at the same moment.
    const starts = tracksOf(server).map(({ startMs }) => startMs / 1_000);
    // A decoder that waits for its turn is behind for a moment; the player brings it back.
    await until('all to be in step', async () => {
      const at = (await played()).map((track, index) => track.at + starts[index]!);
      return Math.max(...at) - Math.min(...at) < 0.5;
    });
    for (const path of filesOf(server)) if (hasFfmpeg) expect(isAlive(path), path).toBe(true);

    if (hasFfmpeg) {
      await dialog.getByRole('button', { name: 'Prepare the download' }).click();
      const link = dialog.getByRole('link', { name: /^Download/ });
      // A whole video is encoded, beside other tests.
      await link.waitFor({ timeout: 120_000 });
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
      expect(isAlive(await download.path())).toBe(true);
    }
  });

  it('a lead deletes it: the files are gone, the record stays; nothing complained', async () => {
    const { page } = engineer;
    const dialog = page.getByRole('dialog', { name: 'Recording of the call' });
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete the recording' }).click();
    await page
      .getByRole('log')
      .getByText(/Recording deleted by/)
      .waitFor();
    expect(recordingsOnDisk(server)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

function recordingsOnDisk(server: RunningServer): string[] {
  return readdirSync(join(server.dataFolder, 'recordings'));
}

function filesOf(server: RunningServer): string[] {
  return recordingsOnDisk(server).flatMap((id) =>
    readdirSync(join(server.dataFolder, 'recordings', id))
      .filter((name) => /\.(ogg|webm|mkv)$/.test(name))
      .map((name) => join(server.dataFolder, 'recordings', id, name)),
  );
}

function tracksOf(server: RunningServer): { startMs: number; durationMs: number }[] {
  const [id] = recordingsOnDisk(server);
  return JSON.parse(readFileSync(join(server.dataFolder, 'recordings', id!, 'recording.json'), 'utf8')).tracks;
}

/** Whether a file holds a picture that moves, or sound that is not silence; of both, if it has both. */
function isAlive(path: string): boolean {
  const probe = (...args: string[]) =>
    execFileSync('ffprobe', ['-v', 'error', ...args, '-of', 'csv=p=0', path]).toString();
  const kinds = probe('-show_entries', 'stream=codec_type').trim().split('\n');
  const output = (...args: string[]) => execFileSync('ffmpeg', ['-v', 'error', '-i', path, ...args]);
  return kinds.every((kind) => {
    if (kind.startsWith('video')) {
      const hashes = output('-map', '0:v', '-vf', 'fps=5', '-f', 'framemd5', '-').toString().split('\n');
      return new Set(hashes.filter((line) => /^\d/.test(line)).map((line) => line.split(',').at(-1))).size > 5;
    }
    const samples = output('-map', '0:a', '-f', 's16le', '-ac', '1', '-ar', '8000', '-');
    let peak = 0;
    for (let at = 0; at + 1 < samples.length; at += 2) peak = Math.max(peak, Math.abs(samples.readInt16LE(at)));
    return peak > 1_000;
  });
}
