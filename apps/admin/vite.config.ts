import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compression } from 'vite-plugin-compression2';

/** Where a development server finds the API: `MODELKEEP_SERVER=http://127.0.0.1:8080 pnpm exec vite`. */
const server = process.env['MODELKEEP_SERVER'] ?? 'http://127.0.0.1:8080';

export default defineConfig(({ command }) => ({
  // Built files find each other wherever the server puts them; the page's own place is its <base>.
  base: command === 'build' ? './' : '/-/',
  plugins: [
    react(),
    tailwindcss(),
    compression({ algorithms: ['gzip', 'brotliCompress'], threshold: 1024 }),
  ],
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 400,
  },
  server: { proxy: { '/-/api': { target: server } } },
}));
