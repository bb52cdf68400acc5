/**
 * Takes the place of src/engine/spawn.ts in the package. A bundler knows the expression `new Worker(new URL(...))` and builds
 * the worker anew; without a bundler it is the file beside the package's chunks.
 *
 * A browser starts no worker from another origin, as a content delivery network is. There a worker of the page's own origin,
 * a line of text, imports it: modules may come from anywhere that allows it (CORS), and find their own files from there.
 */
// Not written into `new URL` below: a bundler would copy the file a second time.
const script: string = import.meta.url;

export function spawnWorker(): Worker {
  const address = new URL('../worker.js', script);
  const foreign = /^https?:$/.test(address.protocol) && address.origin !== location.origin;
  return foreign
    ? importingWorker(address)
    : new Worker(new URL(/* @vite-ignore */ '../worker.js', import.meta.url), {
        type: 'module',
        name: 'latent-inspector engine',
      });
}

function importingWorker(address: URL): Worker {
  const source = new Blob([`import ${JSON.stringify(address.href)};`], { type: 'text/javascript' });
  const own = URL.createObjectURL(source);
  try {
    return new Worker(own, { type: 'module', name: 'latent-inspector engine' });
  } finally {
    // The worker has its address already; a URL that is not taken back keeps the blob for as long as the page lives.
    setTimeout(() => URL.revokeObjectURL(own), 60_000);
  }
}
