import { until } from '@alongside/testkit';
import type { Frame } from 'playwright-core';
import { expect, it } from 'vitest';
import { received, seesAndHears, showsMovingPicture } from './media.ts';
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
    await frame.getByRole('button', { name: 'With video' }).click();
    await turnCameraOn(page.mainFrame());
    await Promise.all([seesAndHears('the engineer', () => page), seesAndHears('the customer', () => frame)]);
    expect(await showsMovingPicture(page, '[data-person] video')).toBe(true);
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

async function turnCameraOn(frame: Frame): Promise<void> {
  const on = frame.getByRole('button', { name: 'Turn on camera' });
  const off = frame.getByRole('button', { name: 'Turn off camera' });
  await until('the camera’s button', async () => (await on.isVisible()) || (await off.isVisible()));
  if (await on.isVisible()) await on.click();
}
