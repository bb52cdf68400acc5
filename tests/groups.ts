/** The groups that test files belong to, where their folder alone does not say it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * The processors that a run of the tests in Chromium computes on: the computer's own (plain JavaScript, WebAssembly), or graphics
 * (WebGL, WebGPU).
 */
export type Device = 'processor' | 'graphics';

declare module 'vitest' {
  interface ProvidedContext {
    /** `onBackends` makes tests for the backends of this one alone. */
    device: Device;
  }
}

/** Folders whose tests run inside Chromium. */
const IN_CHROMIUM = ['kernels', 'golden', 'experiments', 'inpage', 'bench'];

/** Files whose tests all need WebGPU, though they say so in another way than by `onBackends`. */
const ON_WEBGPU = ['tests/bench/webgpu.test.ts'];

/** Files with tests for a device: by the backends that they name; a file that names none belongs to the processor. */
export function filesFor(device: Device): string[] {
  return IN_CHROMIUM.flatMap((folder) => testsIn(`tests/${folder}`)).filter((file) => {
    if (ON_WEBGPU.includes(file)) return device === 'graphics';
    const text = readFileSync(join(ROOT, file), 'utf8');
    const backends = [...text.matchAll(/\bonBackends\(\s*\[([^\]]*)\]/g)].map(([, names]) => names).join();
    if (device === 'graphics') return /'web(gpu|gl)/.test(backends);
    return backends === '' || /'(cpu|wasm)'/.test(backends);
  });
}

/**
 * Tests of the built page that leave its daily use: how it is packed, served, kept offline, fed from hubs, and used long; and what
 * costs most. `npm run test:all` runs them, `npm test` does not.
 */
export const HOSTING = [
  'engine',
  'exchange',
  'graphics-process',
  'hub',
  'latent-files',
  'noise',
  'offline',
  'package',
  'parts',
  'policy',
  'report',
  'side-by-side',
  'soak',
  'weights-files',
].map((name) => `tests/browser/${name}.test.ts`);

/** Tests in Node that take longest: every interleaving of threads, the command with whole models, the worker in plain JavaScript, hubs in every trouble. */
export const EXHAUSTIVE = [
  'cli/results',
  'engine/engine',
  'engine/measure/measure',
  'engine/recheck',
  'formats/pictureReading',
  'kernels/compiled',
  'kernels/protocol/protocol',
  'kernels/threads',
  'report/cli',
  'report/numerics',
  'models/hub-storage',
  'models/hub-trouble',
].map((name) => `tests/unit/${name}.test.ts`);

/** Tests on the processor that take longest: threads woken late, a soak, the trained models, other engines. */
export const ENDURANCE = [
  'bench/bench',
  'experiments/known',
  'experiments/three-models',
  'kernels/soak',
  'kernels/threadPool',
  'kernels/threads',
].map((name) => `tests/${name}.test.ts`);

function testsIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort();
}
