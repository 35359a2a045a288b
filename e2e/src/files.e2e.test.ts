import { createHash, randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileRef, TicketView } from '@alongside/contracts';
import { launchChromium, type RunningServer, startServer, until } from '@alongside/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Complaints, CustomerScene } from './scenes.ts';

const SIZE_BYTES = 2 * 2 ** 30;

describe('a file of 2 GB', { timeout: 500_000 }, () => {
  let server: RunningServer;
  let browser: Browser;
  beforeAll(async () => {
    server = await startServer();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('is resumed after a cut and a killed server, and arrives identical', async () => {
    const path = join(server.dataFolder, 'recording.bin');
    const sha256 = await writeLargeFile(path);
    const complaints: Complaints = [];
    const customer = await CustomerScene.open(browser, server.links.demo, complaints);
    await customer.ask('The recording of the broken show is attached.', /A nuisance/);
    const frame = await customer.frame();
    await frame.getByRole('textbox', { name: 'Message' }).waitFor();

    await frame.locator('input[type=file]').first().setInputFiles(path);
    const progress = frame.getByRole('progressbar', { name: /recording\.bin/ });
    const percent = async () => Number(await progress.getAttribute('aria-valuenow'));
    await until('a part to have arrived', async () => (await percent()) > 8);
    await customer.page.context().setOffline(true);
    await customer.page.context().setOffline(false);
    const afterCut = await percent();
    await until('it to go on after the cut', async () => (await percent()) > afterCut + 3, 60_000);
    await server.kill();
    await server.restart();
    const afterKill = await percent();
    expect(afterKill).toBeGreaterThan(5);
    await until('the upload to end', async () => (await progress.count()) === 0, 240_000);
    await frame.getByRole('textbox', { name: 'Message' }).fill('Here it is.');
    await frame.getByRole('button', { name: 'Send', exact: true }).click();

    const token = await until('the session’s token', () =>
      frame.evaluate(
        () =>
          Object.values(localStorage)
            .join(' ')
            .match(/[\w-]{40,}/)?.[0],
      ),
    );
    const request = async (url: string, body?: object) =>
      (
        await fetch(server.origin + url, {
          method: body ? 'POST' : 'GET',
          headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
          body: body && JSON.stringify(body),
        })
      ).json();
    const file = await until(
      'the message with the file',
      async () => {
        const { tickets } = (await request('/api/tickets')) as { tickets: { id: string }[] };
        const { view } = (await request(`/api/tickets/${tickets[0]!.id}`)) as { view: TicketView };
        return view.entries.flatMap((entry): FileRef[] => (entry.kind === 'message' ? entry.files : []))[0];
      },
      60_000,
    );
    expect(file).toMatchObject({ name: 'recording.bin', sizeBytes: SIZE_BYTES, sha256 });

    const { links } = (await request('/api/files/links', { ids: [file.id] })) as { links: { downloadUrl: string }[] };
    const download = await fetch(new URL(links[0]!.downloadUrl, server.origin));
    const hash = createHash('sha256');
    for await (const chunk of download.body!) hash.update(chunk);
    expect(hash.digest('hex')).toBe(sha256);
  });
});

/** @returns its SHA-256, hex */
async function writeLargeFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  const block = randomBytes(16 * 2 ** 20);
  for (let written = 0; written < SIZE_BYTES; written += block.length) {
    // No two blocks are equal, so that one put in another's place shows.
    block.writeDoubleBE(written, 0);
    hash.update(block);
    await file.write(block);
  }
  await file.close();
  return hash.digest('hex');
}
