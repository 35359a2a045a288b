import { until } from '@alongside/testkit';
import type { Frame, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { connections, devicesAskedFor, received, seesAndHears, showsMovingPicture } from './media.ts';
import type { CustomerScene, EngineerScene } from './scenes.ts';

/** Who is in the story; asked for when a step runs, since the steps are declared before anyone has come. */
export type Cast = { customer: () => CustomerScene; engineer: () => EngineerScene };

/** The call of the story, step by step; the same whichever media server carries it. Leaves both in the call. */
export function tellCall({ customer, engineer }: Cast): void {
  const widget = () => customer().frame();
  const timeline = () => engineer().page.getByRole('log');

  it('4 the engineer calls, it rings, they see and hear each other', async () => {
    const { page } = engineer();
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.getByRole('button', { name: 'Start call' }).click();
    const frame = await widget();
    const answer = frame.getByRole('button', { name: 'With video' });
    await answer.waitFor();
    // While it rings the page stands by: connected, but it gets and gives nothing, and has answered nothing.
    await until('the customer’s page to stand by', async () => (await connections(frame)).connected === 1);
    expect((await connections(frame)).sending).toBe(0);
    expect(await devicesAskedFor(frame)).toBe(0);
    expect(await received(frame)).toEqual({ framesDecoded: 0, audioEnergy: 0, samplesHeard: 0 });
    expect(await answer.isVisible()).toBe(true);
    const stoodWhenAsked = await watchFirstAsking(frame, 'With video');
    await answer.click();
    // Before anything is drawn anew: the drawing takes a weak machine longer than the question.
    expect(await stoodWhenAsked()).toBe(true);
    await turnCameraOn(page.mainFrame());
    await Promise.all([seesAndHears('the engineer', () => page), seesAndHears('the customer', () => frame)]);
    expect(await showsMovingPicture(page, '[data-person] video')).toBe(true);
    // On the connection that stood by, not on another.
    expect((await connections(frame)).made).toBe(1);
  });

  it('4 the customer shares the screen; the chat goes on beside it; both can mute', async () => {
    const frame = await widget();
    const { page } = engineer();
    await frame.getByRole('button', { name: 'Share screen' }).click();
    await page.getByText(/is sharing the screen/).waitFor();
    await customer().write('Do you see it?');
    await timeline().getByText('Do you see it?').waitFor();
    const mutedMark = page.getByRole('img', { name: /microphone off/ });
    await frame.getByRole('button', { name: 'Mute microphone' }).click();
    await mutedMark.first().waitFor();
    await frame.getByRole('button', { name: 'Turn on microphone' }).click();
    await mutedMark.waitFor({ state: 'detached' });
  });

  it('4 joining from a second window moves the call there, and back', async () => {
    const first = engineer().page;
    const second = await first.context().newPage();
    await second.goto(first.url());
    const moved = (page: Page) => page.getByRole('heading', { name: 'The call moved to another window' });
    await joinCall(second);
    await moved(first).waitFor();
    await seesAndHears('the engineer in the second window', () => second);
    await first.getByRole('button', { name: 'Use it here' }).click();
    await moved(second).waitFor();
    await second.close();
    await seesAndHears('the engineer back in the first window', () => first);
  });

  it('4 it comes back by itself after a reload', async () => {
    await customer().page.reload();
    await until('the customer to be back', async () => (await received(await widget())).framesDecoded > 0, 60_000);
    const frame = await widget();
    await Promise.all([
      seesAndHears('the customer after the reload', () => frame),
      seesAndHears('the engineer', () => engineer().page),
    ]);
  });
}

/** A customer says no: neither they nor their page were ever in the call. */
export function tellDeclinedCall({ customer, engineer }: Cast): void {
  it('4 a customer who declines leaves nothing behind', async () => {
    const { page } = engineer();
    const frame = await customer().frame();
    const asked = await devicesAskedFor(frame);
    const lastCall = async () => {
      const number = Number(new URL(page.url()).pathname.split('/').at(-1));
      const { view } = await page.evaluate(
        async (id) => (await fetch(`/api/tickets/${id}`, { headers: { 'x-alongside': 'staff' } })).json(),
        number,
      );
      return view.entries.findLast((one: { kind: string }) => one.kind === 'call')?.call;
    };
    // Twice: whoever was declined can call again.
    for (let time = 0; time < 2; time += 1) {
      await page.getByRole('button', { name: 'Call', exact: true }).click();
      await page.getByRole('button', { name: 'Start call' }).click();
      const decline = frame.getByRole('button', { name: 'Decline' });
      await decline.waitFor();
      await until('the customer’s page to stand by', async () => (await connections(frame)).connected === 1);
      // It rings before whoever calls has reached the room.
      await until('the engineer to be in the call', async () => (await lastCall())?.participants.length === 1);
      await decline.click();
      await until('the customer’s page to let go', async () => (await connections(frame)).connected === 0);
      await page.getByRole('status').getByText('The call was declined').waitFor();
      await page.getByRole('button', { name: 'Close', exact: true }).click();
    }
    expect(await devicesAskedFor(frame)).toBe(asked);
    expect(await lastCall()).toMatchObject({ state: 'declined', participants: [{ who: { kind: 'staff' } }] });
  });
}

/** Into the call that goes on: straight from its banner, or by way of the preview. */
export async function joinCall(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Join/ }).first().click();
  const joinNow = page.getByRole('button', { name: 'Join now' });
  await until('to be in the call', async () => {
    if (await joinNow.isVisible()) await joinNow.click();
    return page.getByRole('button', { name: 'Mute microphone' }).isVisible();
  });
}

/**
 * Watches whether a button was still on the page when the page asked for camera and microphone the first time.
 * @returns asks what was seen, waiting until the page has asked
 */
async function watchFirstAsking(frame: Frame, name: string): Promise<() => Promise<boolean>> {
  const seen = await frame.evaluateHandle((label) => {
    const { mediaDevices } = navigator;
    const open = mediaDevices.getUserMedia;
    const button = [...document.querySelectorAll('button')].find((one) => one.textContent?.includes(label));
    return {
      stood: new Promise<boolean>((told) => {
        mediaDevices.getUserMedia = (constraints) => {
          told(button?.isConnected ?? false);
          mediaDevices.getUserMedia = open;
          return open(constraints);
        };
      }),
    };
  }, name);
  return () => seen.evaluate(({ stood }) => stood);
}

async function turnCameraOn(frame: Frame): Promise<void> {
  const on = frame.getByRole('button', { name: 'Turn on camera' });
  const off = frame.getByRole('button', { name: 'Turn off camera' });
  await until('the camera’s button', async () => (await on.isVisible()) || (await off.isVisible()));
  if (await on.isVisible()) await on.click();
}
