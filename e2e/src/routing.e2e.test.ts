import { randomUUID } from 'node:crypto';
import { launchChromium, type RunningServer, startServer, until } from '@alongside/testkit';
import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, setUpAdministrator } from './api.ts';
import { choose } from './choose.ts';
import { type Complaints, EngineerScene } from './scenes.ts';

const INES = { name: 'Ines Engineer', email: 'ines@acme.test', role: 'engineer', password: randomUUID() };
const OTTO = { name: 'Otto Organiser', email: 'otto@acme.test', role: 'engineer', password: randomUUID() };
const TROUBLE = 'Everybody hears an echo since this morning';

/** From what somebody says they know to who helps: told in browsers, against the server as a newcomer starts it. */
describe('routing', () => {
  let server: RunningServer;
  let browser: Browser;
  let administrator: Person;
  let ines: EngineerScene;
  let otto: EngineerScene;
  let customer: Page;
  const complaints: Complaints = [];

  beforeAll(async () => {
    server = await startServer({ args: ['--empty'] });
    browser = await launchChromium();
    administrator = await setUpAdministrator(() => server.origin);
    for (const account of [INES, OTTO]) await administrator.request('POST', '/api/staff', account);
    ines = await EngineerScene.signIn(browser, `${server.origin}/console/`, INES, complaints);
    otto = await EngineerScene.signIn(browser, `${server.origin}/console/`, OTTO, complaints);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const widget = (): Promise<Frame> =>
    until('the widget’s frame', () =>
      customer.frames().find((frame) => /\/widget\//.test(frame.url()) && !frame.isDetached()),
    );

  async function openProfile(page: Page, name: string): Promise<void> {
    await page.getByRole('button', { name }).click();
    await page.getByRole('menuitem', { name: 'My profile' }).click();
    await page.getByRole('heading', { name: 'My profile', level: 1 }).waitFor();
  }

  const level = (page: Page, skill: string, word: string) =>
    choose(page.getByRole('group', { name: skill, exact: true }).getByRole('radio', { name: word }));

  it('an engineer says what they know, with a photo cut to a square, and sees the card customers will see', async () => {
    const { page } = ines;
    await openProfile(page, INES.name);
    await page.getByText('You have no profile yet').waitFor();
    const card = page.getByRole('complementary', { name: 'As customers see it' });
    await page.getByLabel('Title, English').fill('Audio engineer');
    await page.getByLabel('About you, English').fill('I hunt echo in halls.');
    await level(page, 'Echo', 'Is who the others ask');
    await level(page, 'Web browsers', 'Knows it');
    await card.getByText('Audio engineer').waitFor();
    expect(await card.getByRole('list', { name: 'Good at' }).getByRole('listitem').allTextContents()).toEqual([
      'Echo',
      'Web browsers',
    ]);

    await page.getByLabel('Choose a photo', { exact: true }).setInputFiles({
      name: 'holiday.png',
      mimeType: 'image/png',
      buffer: await widePicture(page),
    });
    const crop = page.getByRole('dialog', { name: 'Cut the photo' });
    const area = crop.getByRole('application');
    // The left end of the picture is red, its right end blue: the arrow key moves what is seen to the right.
    const middle = await colourIn(crop);
    for (let step = 0; step < 12; step += 1) await area.press('ArrowRight');
    const right = await colourIn(crop);
    expect(right.blue).toBeGreaterThan(middle.blue);
    await crop.getByRole('button', { name: 'Use this part' }).click();
    await card.locator('img').waitFor();
    await page.getByRole('button', { name: 'Save profile' }).click();
    await page.getByText('Profile saved').waitFor();
    await page.getByRole('switch', { name: 'Take new tickets' }).waitFor();
  });

  it('refuses a file that is no picture', async () => {
    const { page } = otto;
    await openProfile(page, OTTO.name);
    await page.getByLabel('Choose a photo', { exact: true }).setInputFiles({
      name: 'photo.png',
      mimeType: 'image/png',
      buffer: Buffer.from('not a picture'),
    });
    await page.getByText('This file is no picture the browser can read.').waitFor();
    await level(page, 'Echo', 'Knows it');
    await page.getByRole('button', { name: 'Save profile' }).click();
    await page.getByText('Profile saved').waitFor();
  });

  it('a ticket about an echo comes to who knows most about it, and says why', async () => {
    customer = await (await browser.newContext({ locale: 'en-GB' })).newPage();
    await customer.goto(`${server.origin}/demo/`);
    await customer.getByRole('button', { name: 'Get help', exact: true }).click();
    const frame = await widget();
    await frame.getByRole('textbox', { name: 'Describe what is wrong' }).fill(TROUBLE);
    await frame.getByRole('button', { name: 'Ask for help' }).click();
    await frame.getByRole('button', { name: 'Send', exact: true }).click();

    const { page } = ines;
    await page.getByRole('link', { name: /^Mine/ }).click();
    await ines.openTicket(TROUBLE);
    await page.getByText(/^Came to you: knows Echo/).waitFor();
    await page.getByRole('button', { name: 'Why' }).click();
    const why = page.getByRole('dialog', { name: 'Why it came to you' });
    await why.getByText('Knows Echo').waitFor();
    await why.getByRole('img', { name: 'Is who the others ask' }).waitFor();
    await why.getByText('Speaks English with the customer').waitFor();
    await page.keyboard.press('Escape');
  });

  it('the customer sees who answers: photo, title, what they are good at and speak', async () => {
    await ines.write('Good morning, I am listening in.');
    const frame = await widget();
    const message = frame.getByRole('article').filter({ hasText: 'I am listening in' });
    await message.getByText('Audio engineer').waitFor();
    await message.locator('img').waitFor();
    await message.getByRole('button', { name: INES.name }).click();
    const card = frame.getByRole('dialog', { name: `About ${INES.name}` });
    await card.getByText('I hunt echo in halls.').waitFor();
    expect(await card.getByRole('list', { name: 'Good at' }).getByRole('listitem').allTextContents()).toEqual([
      'Echo',
      'Web browsers',
    ]);
    await card.getByText('Speaks English').waitFor();
    const photo = card.locator('img');
    await until('the photo to be drawn', () =>
      photo.evaluate((image) => (image as HTMLImageElement).naturalWidth === (image as HTMLImageElement).naturalHeight),
    );
    // Keyboard: it closes and gives the focus back.
    await frame.page().keyboard.press('Escape');
    await card.waitFor({ state: 'detached' });
    await until('the focus to be back', () =>
      message.getByRole('button', { name: INES.name }).evaluate((button) => button === document.activeElement),
    );
  });

  it('handed back with a reason it goes to the next, who sees from whom and why', async () => {
    const { page } = ines;
    await page.getByRole('button', { name: 'Hand back' }).click();
    const dialog = page.getByRole('dialog', { name: 'Hand this ticket back?' });
    const submit = dialog.getByRole('button', { name: 'Hand back' });
    expect(await submit.isDisabled()).toBe(true);
    await dialog.getByLabel('Reason').fill('The hall belongs to Otto');
    await submit.click();
    await page.getByText(`Handed back. It is with ${OTTO.name} now.`).waitFor();
    await page.getByText(`Came to ${OTTO.name}:`).waitFor();

    await otto.page.getByRole('link', { name: /^Mine/ }).click();
    await otto.openTicket(TROUBLE);
    await otto.page.getByText(/^Came to you:/).waitFor();
    await otto.page.getByRole('button', { name: 'Why' }).click();
    await otto.page.getByText(`${INES.name} handed it back: “The hall belongs to Otto”`, { exact: true }).waitFor();
    await otto.page.keyboard.press('Escape');
    expect(await (await widget()).getByText('The hall belongs to Otto').count()).toBe(0);
  });

  it('whoever gives it by hand sees who fits, and what keeps the others from it', async () => {
    await openProfile(otto.page, OTTO.name);
    await otto.page.getByRole('switch', { name: 'Take new tickets' }).click();
    await otto.page.getByText(/^Away since/).waitFor();

    const { page } = ines;
    await page.getByRole('combobox', { name: /^Assigned to/ }).click();
    const fitsNot = page.getByRole('group', { name: 'Does not fit now' });
    await fitsNot.getByRole('option', { name: OTTO.name }).getByText('Away').waitFor();
    await fitsNot.getByRole('option', { name: INES.name }).getByText('Handed it back').waitFor();
    await page.getByRole('group', { name: 'Takes no part in routing' }).getByRole('option').waitFor();
    // They give it to themselves all the same: routing advises, people decide.
    await fitsNot.getByRole('option', { name: INES.name }).click();
    await page.getByText(`${INES.name} took this ticket`).waitFor();
    expect(await page.getByText(/^Came to/).count()).toBe(0);
  });

  it('printed nothing it should not have', () => {
    expect(complaints).toEqual([]);
  });
});

/** A wide picture that turns from red at its left to blue at its right. */
async function widePicture(page: Page): Promise<Buffer> {
  const bytes = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    canvas.width = 600;
    canvas.height = 200;
    const context = canvas.getContext('2d')!;
    const gradient = context.createLinearGradient(0, 0, 600, 0);
    gradient.addColorStop(0, '#f00');
    gradient.addColorStop(1, '#00f');
    context.fillStyle = gradient;
    context.fillRect(0, 0, 600, 200);
    const blob = await new Promise<Blob>((done) => canvas.toBlob((made) => done(made!)));
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  return Buffer.from(bytes);
}

/** What is in the middle of the part that will be shown. */
async function colourIn(crop: ReturnType<Page['getByRole']>): Promise<{ red: number; blue: number }> {
  return crop.locator('canvas').evaluate((element) => {
    const [red, , blue] = (element as HTMLCanvasElement).getContext('2d')!.getImageData(256, 256, 1, 1).data;
    return { red: red!, blue: blue! };
  });
}
