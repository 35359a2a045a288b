import react from '@vitejs/plugin-react';
import { build, defineConfig, type Plugin } from 'vite';
import { loaderBuild } from './loader-build.ts';

/** `loader.js` is a classic script and must be one file: built beside the frame, and made on request in development. */
function loader(): Plugin {
  let outDir = 'dist';
  return {
    name: 'alongside-loader',
    configResolved(config) {
      outDir = config.build.outDir;
    },
    async closeBundle() {
      await build(loaderBuild(outDir, true));
    },
    configureServer(server) {
      server.middlewares.use('/widget/loader.js', async (_request, response, next) => {
        try {
          const made = await build(loaderBuild(outDir, false));
          const [first] = Array.isArray(made) ? made : [made];
          const chunk = first && 'output' in first ? first.output[0] : null;
          response.setHeader('content-type', 'text/javascript; charset=utf-8');
          response.setHeader('cache-control', 'no-store');
          response.end(chunk?.code);
        } catch (thrown) {
          next(thrown);
        }
      });
    },
  };
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
