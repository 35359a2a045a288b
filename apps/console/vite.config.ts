import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env.ALONGSIDE_SERVER ?? 'http://127.0.0.1:7700';

export default defineConfig({
  base: '/console/',
  plugins: [react()],
  // The policy allows neither inline scripts nor data: scripts; small assets stay files of their own.
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Older targets would have light-dark() rewritten into variables that are decided once at the root; the call's
    // stage is dark inside a light page.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
  },
  server: {
    proxy: {
      '/api': { target: server, ws: true },
      '/files': server,
      '/rtc': { target: server, ws: true },
    },
  },
});
