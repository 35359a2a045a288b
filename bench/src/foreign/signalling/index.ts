import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findChromium } from '@alongside/testkit';
import type { ForeignPart } from '../run.ts';
import { runVitest } from '../vitest-report.ts';

/** How livekit-client's signalling is tested by who makes it: a real browser, and a server that misbehaves on request. */
export const signallingPart: ForeignPart = {
  about:
    'the signalling tests that ship with livekit-client 2.23, on both paths, against a server that fails on request',
  async run(run) {
    await run.install({
      'livekit-client': '2.23.0',
      'livekit-server-sdk': '2.19.2',
      vitest: '4.1.10',
      '@vitest/browser-playwright': '4.1.10',
      playwright: '1.65.1',
    });
    // Out of node_modules, where vitest looks for nothing.
    const tested = join(run.folder, 'tested');
    const shipped = join(run.folder, 'node_modules/livekit-client');
    for (const part of ['src', 'package.json']) await cp(join(shipped, part), join(tested, part), { recursive: true });
    // As vitest.e2e.config.mts of its repository, with the browser that is here.
    await writeFile(
      join(tested, 'vitest.config.mjs'),
      `import { playwright } from '@vitest/browser-playwright';
export default {
  test: {
    include: ['src/**/*.e2e.test.ts'],
    globalSetup: ['./src/test/signalServerSetup.ts'],
    testTimeout: 20_000,
    fileParallelism: false,
    browser: {
      enabled: true,
      provider: playwright({ launchOptions: ${JSON.stringify({ executablePath: findChromium(), args: ['--no-sandbox'] })} }),
      headless: true,
      screenshotFailures: false,
      instances: [{ browser: 'chromium' }],
    },
  },
};
`,
    );
    await runVitest(run, [], { LK_TEST_SERVER_URL: await run.startEngine('--mock') });
  },
};
