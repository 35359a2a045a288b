import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/portal/',
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // These know light-dark(): lowered for older ones, a dark island in a light page (the call) would stay light.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The page's policy forbids inline anything.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // livekit-client is one large module, loaded with the first call.
    chunkSizeWarningLimit: 900,
  },
});
