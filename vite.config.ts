import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { ALIAS } from './scripts/alias.mjs';
import { browserOnly } from './scripts/site/browserOnly.ts';
import { offlineWorker } from './scripts/site/offline.ts';
import { policyMeta } from './scripts/site/policy.ts';
import { ISOLATION_HEADERS } from './src/common/isolation.ts';
import { PAGE_POLICY } from './src/pagePolicy/text.ts';

/** Threads in WebAssembly need cross-origin isolation; the page also runs, on one thread, without these headers. */
export { ISOLATION_HEADERS };

/** What the page's element loads as soon as it runs: the browser then fetches it beside the element, not after it. */
const LIVE_PART = '/src/element/live.ts';

/** Names the living part, and what that imports, in the head of the built page. */
function preloadLivePart(): Plugin {
  return {
    name: 'preload-live-part',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        // Other pages may be built with this configuration.
        if (!html.includes('<latent-inspector')) return [];
        const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
        const live = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(LIVE_PART));
        if (!live) throw new Error(`There is no chunk of ${LIVE_PART}.`);
        const wanted = new Set([live.fileName]);
        // A set is walked to what is added on the way.
        for (const file of wanted) {
          const chunk = chunks.find(({ fileName }) => fileName === file);
          for (const imported of chunk?.imports ?? []) wanted.add(imported);
        }
        // The page's own script, which has been named already, may be among them.
        const named = new Set(
          chunks.filter(({ isEntry }) => isEntry).flatMap((entry) => [entry.fileName, ...entry.imports]),
        );
        return [...wanted]
          .filter((file) => !named.has(file))
          .map((file) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `./${file}` },
            injectTo: 'head' as const,
          }));
      },
    },
  };
}

/**
 * Keeps the worker's entry free of code that its lazy chunks share: they would import the entry, and WebKit evaluates the entry
 * of a module worker a second time when it is imported, so that two engines answer one page. Only a plugin reaches this option
 * in the worker's build.
 */
function strictWorkerEntry(): Plugin {
  return {
    name: 'strict-worker-entry',
    options: (options) => ({ ...options, preserveEntrySignatures: 'strict' }),
  };
}

export default defineConfig({
  // Relative addresses, so that `dist/` works from any sub-path of any host.
  base: './',
  resolve: { alias: ALIAS },
  plugins: [react(), browserOnly(), preloadLivePart(), policyMeta(), offlineWorker()],
  worker: { format: 'es', plugins: () => [browserOnly(), strictWorkerEntry()] },
  server: { headers: ISOLATION_HEADERS },
  preview: { headers: { ...ISOLATION_HEADERS, 'Content-Security-Policy': PAGE_POLICY } },
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
      'idb-keyval',
      'valibot',
    ],
  },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 2000,
    // How long plugins take says something of the machine only.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
