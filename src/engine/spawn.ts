/** Starts the worker of the page. The package has its own way (embedding/packaged/spawn.ts). */

export function spawnWorker(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), {
    type: 'module',
    name: 'latent-inspector engine',
  });
}
