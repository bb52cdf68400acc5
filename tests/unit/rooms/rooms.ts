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
  {
    name: 'common',
    files: /^src\/(errors|shown|field|csv|numerics|isolation|policy|fetching|importing|standstill)\.ts$/,
    uses: [],
  },
  // Measures and edits: pure functions of numbers.
  { name: 'inspect', files: /^src\/inspect\//, uses: ['common'] },
  { name: 'config', files: /^src\/vae\/config\.ts$/, uses: ['common'] },
  // Two numbers of bits in one of sixteen, and a buffer that is nobody's yet.
  { name: 'half', files: /^src\/weights\/(half|memory)\.ts$/, uses: [] },
  {
    name: 'kernels',
    files: /^src\/kernels\//,
    uses: ['half'],
    packages: [TFJS, '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-backend-webgpu'],
  },
  {
    name: 'network',
    files: /^src\/vae\//,
    uses: ['common', 'config', 'half', 'inspect', 'kernels'],
    packages: [TFJS],
  },
  // What files are, by their first bytes.
  {
    name: 'sniff',
    files: /^src\/formats\/(sniff\w*|fileKinds|textTransfer|picture\/bytes)\.ts$/,
    uses: ['common'],
  },
  {
    name: 'weights',
    files: /^src\/weights\//,
    uses: ['common', 'config', 'half', 'inspect', 'network', 'sniff'],
    packages: ['hash-wasm'],
  },
  {
    name: 'formats',
    files: /^src\/formats\//,
    uses: ['common', 'config', 'half', 'inspect', 'sniff', 'weights'],
    packages: [...CODECS, '@zip.js/zip.js', 'lcms-wasm'],
  },
  { name: 'report', files: /^src\/report\//, uses: ['common', 'inspect'] },
  // What experiments say of themselves, for the page, for scripts and for frames: words, options, facts.
  {
    name: 'declarations',
    files: /^src\/experiments\/((checks|declare|declared|declarations|names)|[^/]+\/declaration)\.ts$/,
    uses: [],
    types: ['experiments', 'inspect', 'network', 'report'],
  },
  // The page's part of an experiment: words, figures, settings.
  {
    name: 'panels',
    files: /^src\/experiments\/[^/]+\/page\//,
    uses: ['declarations', 'common', 'inspect', 'report', 'session', 'app'],
    types: ['engine', 'weights'],
    packages: ['react'],
  },
  {
    name: 'experiments',
    files: /^src\/experiments\//,
    uses: ['common', 'inspect', 'network', 'report'],
    types: ['declarations'],
    packages: [TFJS],
  },
  // What the page speaks with the worker: the same on both sides.
  {
    name: 'engine',
    files: /^src\/engine\//,
    uses: ['common', 'declarations', 'config', 'experiments', 'inspect', 'kernels', 'network', 'weights'],
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
    files: /^src\/state\//,
    uses: ['declarations', 'common', 'config', 'formats', 'inspect', 'report', 'weights'],
    types: ['engine'],
    packages: [...CODECS, 'hash-wasm', 'idb-keyval', 'zustand'],
  },
  // A page with a recorded figure loads the player and nothing else: no React, no store, no engine.
  {
    name: 'player',
    files: /^src\/player\//,
    uses: ['common', 'inspect', 'formats', 'session', 'app', 'embedding'],
  },
  {
    name: 'offline',
    files: /^src\/offline\//,
    uses: ['common', 'embedding', 'element'],
    types: ['session'],
    packages: ['idb-keyval', 'serwist', 'zustand'],
  },
  { name: 'policy', files: /^src\/pagePolicy\//, uses: ['weights'] },
  {
    name: 'app',
    files: /^src\/ui\//,
    uses: [
      'declarations',
      'common',
      'embedding',
      'formats',
      'inspect',
      'offline',
      'player',
      'session',
      'sniff',
    ],
    types: ['engine', 'weights'],
    packages: ['@observablehq/plot', 'gifenc', 'react', 'react-dom', 'zustand'],
  },
  {
    name: 'embedding',
    files: /^src\/embedding\//,
    uses: ['declarations', 'common', 'app', 'element', 'engine', 'inspect', 'session'],
    packages: ['zustand'],
  },
  {
    name: 'element',
    files: /^src\/[^/]+\.tsx?$/,
    uses: [
      'declarations',
      'common',
      'embedding',
      'engine',
      'formats',
      'offline',
      'player',
      'policy',
      'session',
      'weights',
    ],
    types: ['inspect', 'report'],
    packages: ['zustand'],
  },
  {
    name: 'command',
    files: /^src\/cli\//,
    uses: ['common', 'engine', 'experiments', 'formats', 'inspect', 'kernels', 'report', 'weights'],
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
    file: 'src/engine/device.ts',
    why: 'whether an adapter computes in software decides words, too',
  },
];
