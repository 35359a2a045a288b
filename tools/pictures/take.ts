/** Takes the pictures of the README from the running product. Run: node tools/pictures/take.ts */
import { launchChromium, startServer } from '@alongside/testkit';
import { takeCall } from './call.ts';
import { takeEvidence } from './evidence.ts';
import { takePromise } from './promise.ts';

const server = await startServer();
const browser = await launchChromium();
try {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    deviceScaleFactor: 1.5,
    locale: 'en-GB',
  });
  const engineer = await context.newPage();
  await engineer.goto(server.links.console);
  await engineer.getByRole('navigation').first().waitFor();
  await takePromise(server, engineer);
  await takeCall(server, browser, engineer);
} finally {
  await browser.close();
  await server.close();
}
await takeEvidence();
