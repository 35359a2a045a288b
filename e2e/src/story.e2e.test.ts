import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium, type RunningServer, startServer } from '@alongside/testkit';
import type { Browser, Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinCall, tellCall, tellDeclinedCall } from './call-steps.ts';
import { choose } from './choose.ts';
import { devicesAskedFor, seesAndHears } from './media.ts';
import { type Complaints, CustomerScene, EngineerScene } from './scenes.ts';

const TROUBLE = 'The preview stutters every two seconds and the show starts in ten minutes.';

/** One story, told in order; each step stands on the ones before. */
describe('a customer and an engineer look at the same problem', () => {
  let server: RunningServer;
  let browser: Browser;
  let customer: CustomerScene;
  let engineer: EngineerScene;
  let second: EngineerScene;
  const complaints: Complaints = [];
  let number = 0;

  beforeAll(async () => {
    server = await startServer({ fresh: true });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const widget = () => customer.frame();
  const timelineOfEngineer = () => engineer.page.getByRole('log');

  it('1 starts by one command and prints three links that work', async () => {
    expect((await fetch(`${server.origin}/healthz`)).status).toBe(200);
    expect(server.links.demo && server.links.portal && server.links.console).toBeTruthy();
    engineer = await EngineerScene.open(browser, server.links.console, complaints);
    const portal = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
    await portal.goto(server.links.portal);
    await portal.getByRole('heading', { level: 1 }).first().waitFor();
    await portal.context().close();
  });

  it('2 the customer asks for help from inside the page and sees what is sent along', async () => {
    customer = await CustomerScene.open(browser, server.links.demo, complaints);
    const { sentAlong } = await customer.ask(TROUBLE, /Badly disturbed/);
    for (const fact of ['Chromium', 'Time zone', 'App version', '8.4.2', '/demo/']) expect(sentAlong).toContain(fact);
    const heading = (await widget()).getByText(/No\. \d+/);
    await heading.waitFor();
    number = Number(((await heading.textContent()) ?? '').match(/\d+/)![0]);
  });

  it('3 the console shows it at once; they write, and each sees what the other does', async () => {
    await engineer.openTicket('The preview stutters');
    await expect.poll(() => engineer.page.getByText(`#${number}`).count()).toBeGreaterThan(0);
    await expect.poll(() => engineer.page.getByText('8.4.2').count()).toBeGreaterThan(0);
    await engineer.page.getByRole('textbox', { name: 'Message' }).pressSequentially('I am with you', { delay: 20 });
    await (await widget())
      .getByText(/is writing/)
      .first()
      .waitFor();
    await engineer.write('I am with you. Since when is it like this?');
    await (await widget()).getByText('Since when is it like this?').waitFor();
    await timelineOfEngineer().getByRole('img', { name: 'Read' }).last().waitFor();
    await customer.write('Since the update this morning.');
    await timelineOfEngineer().getByText('Since the update this morning.').waitFor();
    await engineer.page
      .getByRole('radio', { name: 'Internal note' })
      .or(engineer.page.getByRole('button', { name: 'Internal note' }))
      .first()
      .click();
    await engineer.page.getByRole('textbox', { name: 'Internal note' }).fill('Looks like the encoder change.');
    await engineer.page.getByRole('button', { name: 'Add note', exact: true }).click();
    await timelineOfEngineer().getByText('Looks like the encoder change.').waitFor();
    expect(await (await widget()).getByText('encoder change').count()).toBe(0);
  });

  it('3 images are pasted and logs dropped, and arrive to the byte', async () => {
    const log = Buffer.from(Array.from({ length: 4_000 }, (_, line) => `${line} encoder: frame dropped\n`).join(''));
    const path = join(server.dataFolder, 'encoder.log');
    writeFileSync(path, log);
    const frame = await widget();
    await frame.locator('input[type=file]').first().setInputFiles(path);
    await pasteImage(frame);
    await customer.write('The log and a picture.');
    await timelineOfEngineer().getByText('The log and a picture.').waitFor();
    await timelineOfEngineer()
      .getByRole('img', { name: /image|picture/i })
      .first()
      .waitFor();
    const [download] = await Promise.all([
      engineer.page.waitForEvent('download'),
      timelineOfEngineer()
        .getByRole('link', { name: /encoder\.log/ })
        .first()
        .click(),
    ]);
    expect(sha256(await streamOf(await download.createReadStream()))).toBe(sha256(log));
  });

  tellCall({ customer: () => customer, engineer: () => engineer });

  it('4 a second engineer joins by one click', async () => {
    second = await EngineerScene.another(browser, server.origin, engineer, complaints);
    await second.openTicket('The preview stutters');
    await joinCall(second.page);
    await seesAndHears('the second engineer', () => second.page);
  });

  it('4 it comes back by itself after ten seconds without network', async () => {
    const frame = await widget();
    await server.freeze(10_000);
    await Promise.all([
      seesAndHears('the customer after the cut', () => frame, 60_000),
      seesAndHears('the engineer after the cut', () => engineer.page, 60_000),
    ]);
  });

  it('6 it survives SIGKILL in the middle of the call: nothing acknowledged is missing or doubled', async () => {
    await customer.write('Written just before the lights went out.');
    await timelineOfEngineer().getByText('Written just before the lights went out.').waitFor();
    const frame = await widget();
    const asked = await Promise.all([devicesAskedFor(frame), devicesAskedFor(engineer.page)]);
    await server.kill();
    await customer.write('Written in the dark.');
    await frame.getByText('Written in the dark.').waitFor();
    await server.restart();
    await timelineOfEngineer().getByText('Written in the dark.').waitFor();
    expect(await timelineOfEngineer().getByText('Written in the dark.').count()).toBe(1);
    expect(await timelineOfEngineer().getByText('Written just before the lights went out.').count()).toBe(1);
    await Promise.all([
      seesAndHears('the customer after the restart', () => frame, 120_000),
      seesAndHears('the engineer after the restart', () => engineer.page, 120_000),
    ]);
    // What was open went on: no camera's light goes out because a server was started again.
    expect(await Promise.all([devicesAskedFor(frame), devicesAskedFor(engineer.page)])).toEqual(asked);
  });

  it('5 the call ends; the timeline holds who, how long, how good', async () => {
    await engineer.page.getByRole('button', { name: 'Leave or end' }).click();
    await engineer.page.getByRole('menuitem', { name: 'End for everyone' }).click();
    await timelineOfEngineer().getByRole('button', { name: 'Call again' }).waitFor();
    const view = await engineer.page.evaluate(
      async (id) => (await fetch(`/api/tickets/${id}`, { headers: { 'x-alongside': 'staff' } })).json(),
      number,
    );
    const { call } = view.view.entries.find((one: { kind: string }) => one.kind === 'call');
    expect(call.state).toBe('ended');
    expect(call.participants).toHaveLength(3);
    for (const participant of call.participants) expect(participant.leftAt).not.toBeNull();
    expect(
      call.participants.some(
        (participant: { quality: { score: number | null } | null }) => (participant.quality?.score ?? 0) >= 1,
      ),
    ).toBe(true);
  });

  tellDeclinedCall({ customer: () => customer, engineer: () => engineer });

  it('5 the engineer solves, the customer confirms and rates', async () => {
    await engineer.page.getByRole('button', { name: 'Solve', exact: true }).click();
    const frame = await widget();
    await frame.getByRole('button', { name: 'Yes, it is solved' }).click();
    await choose(frame.getByRole('radio', { name: /Excellent/ }));
    await frame.getByRole('button', { name: 'Send rating' }).click();
    await timelineOfEngineer()
      .getByText(/rated the help/)
      .waitFor();
  });

  it('and no page complained about anything', () => {
    expect(complaints).toEqual([]);
  });
});

async function pasteImage(frame: Frame): Promise<void> {
  await frame.getByRole('textbox', { name: 'Message' }).focus();
  await frame.evaluate(async () => {
    const canvas = document.createElement('canvas');
    canvas.width = 320;
    canvas.height = 200;
    const context = canvas.getContext('2d')!;
    context.fillStyle = 'tomato';
    context.fillRect(0, 0, 320, 200);
    const blob = await new Promise<Blob>((done) => canvas.toBlob((made) => done(made!), 'image/png'));
    const data = new DataTransfer();
    data.items.add(new File([blob], 'image.png', { type: 'image/png' }));
    document.activeElement!.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
  });
}

async function streamOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
