import { fileURLToPath } from 'node:url';
import type { InlineConfig } from 'vite';

const WATCH_ENTRY = fileURLToPath(new URL('src/watch/main.ts', import.meta.url));
const LOADER_ENTRY = fileURLToPath(new URL('src/loader/main.ts', import.meta.url));

/**
 * How the loader becomes one classic script.
 * @param write false keeps the result in memory
 */
export function loaderBuild(outDir: string, write: boolean): InlineConfig {
  return {
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir,
      write,
      emptyOutDir: false,
      target: 'es2022',
      copyPublicDir: false,
      lib: { entry: LOADER_ENTRY, formats: ['iife'], name: 'AlongsideLoader', fileName: () => 'loader.js' },
    },
  };
}

/**
 * How what measures calls of the host page becomes one module.
 * @param write false keeps the result in memory
 */
export function watchBuild(outDir: string, write: boolean): InlineConfig {
  const { build, ...config } = loaderBuild(outDir, write);
  const lib = { entry: WATCH_ENTRY, formats: ['es' as const], fileName: () => 'watch.js' };
  // A library's module keeps its blanks unless told otherwise; nobody builds upon this one.
  return { ...config, build: { ...build, lib, rolldownOptions: { output: { minify: true } } } };
}
