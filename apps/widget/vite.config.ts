import react from '@vitejs/plugin-react';
import { build, defineConfig, type Plugin, type ViteDevServer } from 'vite';
import { loaderBuild, watchBuild } from './loader-build.ts';

/** What runs in host pages, each one file: built beside the frame, and made on request in development. */
function loader(): Plugin {
  let outDir = 'dist';
  return {
    name: 'alongside-loader',
    configResolved(config) {
      outDir = config.build.outDir;
    },
    async closeBundle() {
      await build(loaderBuild(outDir, true));
      await build(watchBuild(outDir, true));
    },
    configureServer(server) {
      const builds = { '/widget/loader.js': loaderBuild, '/widget/watch.js': watchBuild };
      for (const [path, made] of Object.entries(builds)) serve(server, path, () => build(made(outDir, false)));
    },
  };
}

function serve(server: ViteDevServer, path: string, make: () => ReturnType<typeof build>): void {
  server.middlewares.use(path, async (_request, response, next) => {
    try {
      const made = await make();
      const [first] = Array.isArray(made) ? made : [made];
      const chunk = first && 'output' in first ? first.output[0] : null;
      response.setHeader('content-type', 'text/javascript; charset=utf-8');
      response.setHeader('cache-control', 'no-store');
      response.setHeader('access-control-allow-origin', '*');
      response.end(chunk?.code);
    } catch (thrown) {
      next(thrown);
    }
  });
}

export default defineConfig({
  base: '/widget/',
  root: import.meta.dirname,
  plugins: [react(), loader()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // These know light-dark(): lowered for older ones, a dark island in a light page (the call) would stay light.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The page's policy forbids inline anything: no data: scripts, no polyfill snippets.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // livekit-client is one large module, loaded with the first call.
    chunkSizeWarningLimit: 900,
  },
});
