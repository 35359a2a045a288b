import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, it } from 'vitest';
import { loaderBuild } from '../../loader-build.ts';

const PROMISED_GZIP_BYTES = 10_000;

it('is one file under 10 kB gzip that loads nothing by itself', async () => {
  const made = await build(loaderBuild('dist', false));
  const [first] = Array.isArray(made) ? made : [made];
  if (!first || !('output' in first)) throw new Error('nothing was built');
  expect(first.output.map((file) => file.fileName)).toEqual(['loader.js']);
  const { code } = first.output[0];
  // A real build, not an emptied one.
  expect(code).toContain('Alongside');
  expect(gzipSync(code).byteLength).toBeLessThan(PROMISED_GZIP_BYTES);
  expect(code).not.toMatch(/\bimport\b|\bfetch\(|XMLHttpRequest|WebSocket|eval\(|innerHTML/);
});
