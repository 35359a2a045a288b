import { type RunningServer, until } from '@alongside/testkit';
import { type Browser, type Page, save } from './save.ts';

const HALF = { width: 1180, height: 860 };

/** The customer's page with the widget beside the console, in a call with the customer's screen shared. */
export async function takeCall(server: RunningServer, browser: Browser, engineer: Page): Promise<void> {
  const customer = await (
    await browser.newContext({ viewport: HALF, deviceScaleFactor: 1.5, locale: 'en-GB' })
  ).newPage();
  await engineer.goto(`${server.origin}/console/views/queue`);
  await customer.goto(server.links.demo);
  await customer.getByRole('button', { name: 'Get help', exact: true }).waitFor();

  // The fake screen of a headless browser is a test pattern; what the customer shares here is their real page.
  const page = (await customer.screenshot()).toString('base64');
  await customer.getByRole('button', { name: 'Get help', exact: true }).click();
  const frame = await until('the widget', () => customer.frames().find((one) => /\/widget\//.test(one.url())));
  await frame.evaluate(async (picture) => {
    const image = new Image();
    image.src = `data:image/png;base64,${picture}`;
    await image.decode();
    navigator.mediaDevices.getDisplayMedia = async () => {
      const canvas = document.createElement('canvas');
      canvas.width = image.width;
      canvas.height = image.height;
      const paint = () => canvas.getContext('2d')!.drawImage(image, 0, 0);
      setInterval(paint, 100);
      return canvas.captureStream(10);
    };
  }, page);

  await frame
    .getByRole('textbox', { name: 'Describe what is wrong' })
    .fill('The preview stutters every two seconds. We go live in twelve minutes!');
  await frame.getByRole('button', { name: 'Ask for help' }).click();
  await frame.getByRole('radio', { name: /Badly disturbed/ }).check({ force: true });
  await frame.getByRole('button', { name: 'Send', exact: true }).click();
  await engineer.getByText('The preview stutters every two').first().click();
  await write(engineer, 'I am with you. Let us look at it together, I am calling you now.');
  await frame.getByText('I am calling you now').waitFor();
  await engineer.getByRole('button', { name: 'Call', exact: true }).click();
  await engineer.getByRole('button', { name: 'Start call' }).click();
  await frame.getByRole('button', { name: 'Accept', exact: true }).click();
  await frame.getByRole('button', { name: 'Share screen' }).click();
  await engineer.getByText(/is sharing the screen/).waitFor();
  await write(frame, 'There: the graph drops whenever the crowd camera is on programme.');
  await engineer.getByRole('log').getByText('the graph drops').waitFor();
  await write(engineer, 'I see it. Camera 3 sends 60 frames a second to an encoder set to 30.');
  await frame.getByText('an encoder set to 30').first().waitFor();
  await engineer.waitForTimeout(1_500);

  const [left, right] = await Promise.all([customer.screenshot(), engineer.screenshot()]);
  const sheet = await (
    await browser.newContext({ viewport: { width: 2169, height: 790 }, deviceScaleFactor: 1 })
  ).newPage();
  const source = (picture: Buffer) => `data:image/png;base64,${picture.toString('base64')}`;
  await sheet.setContent(
    `<style>body{margin:0;background:#e9e2d6;display:flex;gap:28px;padding:32px;align-items:flex-start}img{height:726px;border-radius:12px;box-shadow:0 10px 34px #0004}</style><img src="${source(left)}"><img src="${source(right)}">`,
  );
  await save(sheet, 'side-by-side');
}

/** A page or a frame: where a message is written. */
type Desk = {
  getByRole(
    role: 'textbox' | 'button',
    options: { name: string; exact?: boolean },
  ): { fill(text: string): Promise<void>; click(): Promise<void> };
};

async function write(where: Desk, text: string): Promise<void> {
  await where.getByRole('textbox', { name: 'Message' }).fill(text);
  await where.getByRole('button', { name: 'Send', exact: true }).click();
}
