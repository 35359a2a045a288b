import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ForeignPart, KEYS } from '../run.ts';
import { runVitest } from '../vitest-report.ts';

/** What `@livekit/rtc-node` is tested with by who makes it; the tests are in its package. */
export const nativeClientPart: ForeignPart = {
  about: 'the end-to-end tests that ship with @livekit/rtc-node 1.1: sound, data, streams, RPC, leaving, coming back',
  async run(run) {
    await run.install({ '@livekit/rtc-node': '1.1.0', 'livekit-server-sdk': '2.19.2', vitest: '4.1.0' });
    // Out of node_modules, where vitest looks for nothing.
    const tested = join(run.folder, 'tested');
    await cp(join(run.folder, 'node_modules/@livekit/rtc-node/src'), join(tested, 'src'), { recursive: true });
    await writeFile(
      join(tested, 'vitest.config.mjs'),
      `export default { test: { include: ['src/tests/e2e*.test.ts'] } };\n`,
    );
    const url = await run.startEngine();
    const names = ['e2e.test.ts', ...(run.quick ? [] : ['e2e_data_streams.test.ts'])];
    await runVitest(
      run,
      names.map((name) => `src/tests/${name}`),
      { LIVEKIT_URL: url, LIVEKIT_API_KEY: KEYS.key, LIVEKIT_API_SECRET: KEYS.secret },
    );
  },
};
