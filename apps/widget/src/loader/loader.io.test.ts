import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, it } from 'vitest';
import { loaderBuild, watchBuild } from '../../loader-build.ts';

const PROMISED_GZIP_BYTES = 10_000;
const PROMISED_WATCH_GZIP_BYTES = 20_000;

it('is one file under 10 kB gzip that loads nothing by itself', async () => {
  const made = await build(loaderBuild('dist', false));
  const [first] = Array.isArray(made) ? made : [made];
  if (!first || !('output' in first)) throw new Error('nothing was built');
  expect(first.output.map((file) => file.fileName)).toEqual(['loader.js']);
  const { code } = first.output[0];
  // A real build, not an emptied one.
  expect(code).toContain('Alongside');
  expect(gzipSync(code).byteLength).toBeLessThan(PROMISED_GZIP_BYTES);
  expect(code).not.toMatch(/\bfetch\(|XMLHttpRequest|WebSocket|eval\(|innerHTML/);
  // Only what measures a call of the page, when there is one.
  expect(code.match(/\bimport\b.*?\)/g)).toEqual([expect.stringContaining('watch.js')]);
});

it('measures calls with one more file, which is loaded with the first of them', async () => {
  const made = await build(watchBuild('dist', false));
  const [first] = Array.isArray(made) ? made : [made];
  if (!first || !('output' in first)) throw new Error('nothing was built');
  expect(first.output.map((file) => file.fileName)).toEqual(['watch.js']);
  const { code } = first.output[0];
  expect(code).toContain('getStats');
  expect(gzipSync(code).byteLength).toBeLessThan(PROMISED_WATCH_GZIP_BYTES);
});
