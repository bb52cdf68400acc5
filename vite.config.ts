import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Threads in WebAssembly need cross-origin isolation; the page also runs, on one thread, without these headers. */
export const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

export default defineConfig({
  // Relative addresses, so that `dist/` works from any sub-path of any host.
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  server: { headers: ISOLATION_HEADERS },
  preview: { headers: ISOLATION_HEADERS },
  optimizeDeps: {
    // Loaded by the worker, where the development server finds them only at run time, and then reloads the page.
    include: [
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-backend-cpu',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js',
      '@tensorflow/tfjs-backend-webgl',
      '@tensorflow/tfjs-backend-webgpu',
      '@tensorflow/tfjs-backend-webgpu/dist/webgpu_program',
      'hash-wasm',
    ],
  },
  build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
});
