/** The rooms of `src` and what each may import: from top to bottom, so that imports run one way. */

export interface Room {
  name: string;
  /** The files in it; the first room that has a file is its room. */
  files: RegExp;
  /** Rooms whose values and types it may use, beside its own. */
  uses: readonly string[];
  /** Rooms of which it may use only the types. */
  types?: readonly string[];
  packages?: readonly string[];
}

const TFJS = '@tensorflow/tfjs-core';
const CODECS = ['@jsquash/jpeg', '@jsquash/png', '@jsquash/webp'];

export const ROOMS: readonly Room[] = [
  // What anything may use: errors and their words, the version of the numbers, a fetch that tries again.
  { name: 'common', files: /^src\/common\//, uses: [], packages: ['idb-keyval'] },
  // A latent as plain numbers: cells, distances, maps over the cells, scales.
  { name: 'latent', files: /^src\/latent\//, uses: ['common'] },
  // Changes to single cells, one file a kind: pure functions of numbers.
  { name: 'edits', files: /^src\/edits\//, uses: ['common', 'latent'] },
  // What is measured of latents and pictures: pure functions of numbers.
  { name: 'measures', files: /^src\/measures\//, uses: ['common', 'edits', 'latent'] },
  { name: 'config', files: /^src\/vae\/config\.ts$/, uses: ['common'] },
  // Two numbers of bits in one of sixteen, and a buffer that is nobody's yet.
  { name: 'float16', files: /^src\/models\/files\/(float16|discard)\.ts$/, uses: [] },
  {
    name: 'kernels',
    files: /^src\/kernels\//,
    uses: ['float16'],
    packages: [TFJS, '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-backend-webgpu'],
  },
  {
    name: 'network',
    files: /^src\/vae\//,
    uses: ['common', 'config', 'float16', 'latent', 'kernels'],
    packages: [TFJS],
  },
  // What files are, by their first bytes.
  {
    name: 'sniff',
    files: /^src\/formats\/(sniff\w*|fileKinds|textTransfer|picture\/bytes)\.ts$/,
    uses: ['common'],
  },
  {
    name: 'models',
    files: /^src\/models\//,
    uses: ['common', 'config', 'float16', 'latent', 'network', 'sniff'],
    packages: ['hash-wasm', 'valibot'],
  },
  {
    name: 'formats',
    files: /^src\/formats\//,
    uses: ['common', 'config', 'edits', 'float16', 'latent', 'models', 'sniff'],
    packages: [...CODECS, '@zip.js/zip.js', 'lcms-wasm'],
  },
  { name: 'report', files: /^src\/report\//, uses: ['common', 'latent', 'measures'] },
  // What experiments say of themselves, for the page, for scripts and for frames: words, options, facts.
  {
    name: 'declarations',
    files: /^src\/experiments\/((checks|declare|declared|declarations|names)|[^/]+\/declaration)\.ts$/,
    uses: [],
    types: ['experiments', 'latent', 'network', 'report'],
  },
  // The page's part of an experiment: words, figures, settings.
  {
    name: 'panels',
    files: /^src\/experiments\/[^/]+\/page\//,
    uses: ['declarations', 'common', 'edits', 'latent', 'measures', 'report', 'session', 'app'],
    types: ['engine', 'models'],
    packages: ['react'],
  },
  {
    name: 'experiments',
    files: /^src\/experiments\//,
    uses: ['common', 'edits', 'latent', 'measures', 'network', 'report'],
    types: ['declarations'],
    packages: [TFJS],
  },
  // What the page speaks with the worker: the same on both sides.
  {
    name: 'engine',
    files: /^src\/engine\//,
    uses: [
      'common',
      'declarations',
      'config',
      'edits',
      'experiments',
      'kernels',
      'latent',
      'measures',
      'models',
      'network',
    ],
    types: ['report'],
    packages: [
      TFJS,
      '@tensorflow/tfjs-backend-cpu',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-webgl',
      '@tensorflow/tfjs-backend-webgpu',
      'idb-keyval',
    ],
  },
  // The network and its device stay in the worker: of the engine the session has only the types.
  {
    name: 'session',
    files: /^src\/session\//,
    uses: ['declarations', 'common', 'config', 'edits', 'formats', 'latent', 'measures', 'models', 'report'],
    types: ['engine'],
    packages: [...CODECS, 'hash-wasm', 'idb-keyval', 'zustand'],
  },
  // A page with a recorded figure loads the player and nothing else: no React, no store, no engine.
  {
    name: 'player',
    files: /^src\/player\//,
    uses: ['common', 'latent', 'measures', 'formats', 'session', 'app', 'element'],
  },
  {
    name: 'offline',
    files: /^src\/offline\//,
    uses: ['common', 'element'],
    types: ['session'],
    packages: ['idb-keyval', 'serwist', 'zustand'],
  },
  { name: 'policy', files: /^src\/pagePolicy\//, uses: ['models'] },
  {
    name: 'app',
    files: /^src\/app\//,
    uses: [
      'declarations',
      'common',
      'edits',
      'element',
      'formats',
      'latent',
      'measures',
      'offline',
      'player',
      'session',
      'sniff',
    ],
    types: ['engine', 'models'],
    packages: ['@observablehq/plot', 'gifenc', 'react', 'react-dom', 'zustand'],
  },
  // The custom element, the page in a frame, and the page itself.
  {
    name: 'element',
    files: /^src\/(element\/|main\.tsx$)/,
    uses: [
      'declarations',
      'common',
      'app',
      'edits',
      'engine',
      'formats',
      'models',
      'offline',
      'player',
      'policy',
      'session',
    ],
    types: ['latent', 'report'],
    packages: ['zustand'],
  },
  {
    name: 'command',
    files: /^src\/cli\//,
    uses: ['common', 'engine', 'experiments', 'formats', 'kernels', 'latent', 'models', 'report'],
    packages: [
      TFJS,
      '@tensorflow/tfjs-backend-wasm',
      'node:crypto',
      'node:fs',
      'node:module',
      'node:os',
      'node:path',
      'node:util',
      'node:worker_threads',
    ],
  },
];

/** Single files of a room that others may use where they may not use the room: each with why. */
export const EXCEPTIONS: readonly { from: string; file: string; why: string }[] = [
  {
    from: 'app',
    file: 'src/engine/device/device.ts',
    why: 'whether an adapter computes in software decides words, too',
  },
];
