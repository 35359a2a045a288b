import { join } from 'node:path';
import { build } from 'vite';

/** The page's watching as one script. @throws Error when it cannot be built */
export async function bundleWatching(): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: true,
      lib: { entry: join(import.meta.dirname, 'watch-page.ts'), formats: ['iife'], name: 'watching' },
    },
  });
  const [first] = Array.isArray(made) ? made : [made];
  if (!first || !('output' in first)) throw new Error('the watching of pages was not built');
  return first.output[0].code;
}
