import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { launchChromium, until } from '@alongside/testkit';
import { developmentToken } from '../../token.ts';
import { type ForeignPart, type ForeignRun, KEYS } from '../run.ts';

type Browser = Awaited<ReturnType<typeof launchChromium>>;
type Page = Awaited<ReturnType<Browser['newPage']>>;

/** Published versions that only know two peer connections, and the present one. */
const VERSIONS = ['1.15.13', '2.9.9', '2.15.16'];
const PRESENT = '2.23.0';
const TIMEOUT_MS = 30_000;

/** Applications are updated late: what was published years ago still has to have its calls. */
export const olderClientsPart: ForeignPart = {
  about: `livekit-client ${VERSIONS.join(', ')} in calls with ${PRESENT}: sound, picture, data, and coming back`,
  async run(run) {
    const all = [...VERSIONS, PRESENT];
    await run.install(Object.fromEntries(all.map((version) => [aliasOf(version), `npm:livekit-client@${version}`])));
    const url = await run.startEngine();
    const web = await serve(run, all);
    const browser = await launchChromium();
    try {
      for (const version of VERSIONS) await call(run, browser, web.origin, url, version);
    } finally {
      await browser.close();
      web.close();
    }
  },
};

const aliasOf = (version: string): string => `livekit-client-${version}`;

/** One page for each version, with page.js beside it. */
async function serve(run: ForeignRun, versions: readonly string[]): Promise<{ origin: string; close(): void }> {
  const files = new Map<string, string>();
  files.set('/page.js', await readFile(join(import.meta.dirname, 'page.js'), 'utf8'));
  for (const version of versions) {
    const bundle = join(run.folder, 'node_modules', aliasOf(version), 'dist/livekit-client.umd.js');
    files.set(`/${version}/livekit-client.js`, await readFile(bundle, 'utf8'));
    files.set(
      `/${version}/`,
      '<!doctype html><body><script src="livekit-client.js"></script><script src="/page.js"></script>',
    );
  }
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    response.setHeader('content-type', request.url?.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8');
    response.statusCode = file === undefined ? 404 : 200;
    response.end(file);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function call(run: ForeignRun, browser: Browser, origin: string, url: string, version: string): Promise<void> {
  const pages: Page[] = [];
  const enter = async (identity: string, of: string): Promise<Page> => {
    const page = await browser.newPage();
    pages.push(page);
    await page.goto(`${origin}/${of}/`);
    const token = await developmentToken(KEYS, `older ${version}`, identity);
    await page.evaluate(`enter(${JSON.stringify(url)}, ${JSON.stringify(token)})`);
    return page;
  };
  const step = async (what: string, look: () => Promise<unknown>): Promise<void> => {
    const why = await until(what, look, TIMEOUT_MS).then(
      () => undefined,
      (error: Error) => error.message,
    );
    run.report(`${version}: ${what}`, why === undefined ? 'passed' : 'failed', why);
  };
  try {
    const [older, present] = [await enter('older', version), await enter('present', PRESENT)];
    const movesFor = (page: Page) => async (): Promise<boolean> => {
      const before = (await page.evaluate('received()')) as { frames: number; sound: number };
      await new Promise((resolve) => setTimeout(resolve, 500));
      const after = (await page.evaluate('received()')) as { frames: number; sound: number };
      return after.frames > before.frames + 2 && after.sound > before.sound;
    };
    await step('sees and hears the present one', movesFor(older));
    await step('is seen and heard by it', movesFor(present));
    await older.evaluate(`say('from the older')`);
    await present.evaluate(`say('from the present')`);
    await step('data passes to it', async () => (await older.evaluate('heard[0]')) === 'from the present');
    await step('data passes from it', async () => (await present.evaluate('heard[0]')) === 'from the older');
    for (const scenario of ['signal-reconnect', 'full-reconnect', 'node-failure']) {
      await older.evaluate(`(events.length = 0, room.simulateScenario('${scenario}').then(() => true))`);
      await step(`${scenario}: comes back`, () => older.evaluate(`events.includes('reconnected')`));
      await step(`${scenario}: sees and hears again`, movesFor(older));
      await step(`${scenario}: is seen and heard again`, movesFor(present));
    }
  } catch (error) {
    run.report(`${version}: joins`, 'failed', error instanceof Error ? error.message : String(error));
  } finally {
    await Promise.all(pages.map((page) => page.close()));
  }
}
