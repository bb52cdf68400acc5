import { expect } from 'vitest';
import { readLatentFile } from '@/formats/latent/file';
import { writeNpy } from '@/formats/latent/npy';
import { oddBytes } from './bytes';
import { generated } from './runs';
import { zip } from './zip';

const array = (shape: number[], from = 0) => {
  const count = shape.reduce((product, side) => product * side, 1);
  return writeNpy({ shape, data: Float32Array.from({ length: count }, (_, at) => Math.sin(at + from)) });
};
const CACHE = { 'latents.npy': array([4, 3, 5]), 'original_size.npy': array([2]) };
const POSTERIOR = { 'mean.npy': array([1, 4, 2, 2]), 'logvar.npy': array([1, 4, 2, 2], 1) };
const ZEROS = { 'latents_16x16.npy': writeNpy({ shape: [4, 16, 16], data: new Float32Array(1024) }) };

generated("archives of NumPy's files", {
  ...oddBytes([
    zip('a cache', CACHE, false),
    zip('a packed cache', CACHE, true),
    zip('a posterior', POSTERIOR, true),
    zip('zeros', ZEROS, true),
  ]),
  bytes: ({ length }) => length,
  read: (bytes: Uint8Array<ArrayBuffer>) => readLatentFile(new Blob([bytes]), 'cache.npz'),
  holds({ shape, data, logvar }) {
    expect(data).toHaveLength(shape.reduce((product, side) => product * side, 1));
    if (logvar) expect(logvar).toHaveLength(data.length);
  },
});
