/** The small models, whose truth is known, for tests in a browser. */
import type { AutoencoderKL } from '../../src/vae/autoencoder';
import { PARTS } from '../../src/vae/shapes';
import { openEmbedded } from '../../src/weights/load';
import type { ModelManifest } from '../../src/weights/manifest';

const manifests = import.meta.glob<ModelManifest>('../../models/mini-*.json', {
  import: 'default',
  eager: true,
});
const weights = import.meta.glob<string>('../../models/*.safetensors', {
  query: '?url',
  import: 'default',
  eager: true,
});

export async function loadModel(id: string): Promise<AutoencoderKL> {
  const manifest = manifests[`../../models/${id}.json`];
  const files = manifest.files.map((file) => ({ ...file, path: weights[`../../models/${file.path}`] }));
  const file = await openEmbedded({ ...manifest, files }, location.href);
  for (const part of PARTS) await file.load(part);
  return file.network;
}

/** Spearman's: the correlation of the ranks. No ties are expected. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const rank = (values: readonly number[]) => {
    const order = values.map((_, index) => index).sort((i, j) => values[i] - values[j]);
    const ranks = new Array<number>(values.length);
    for (const [position, index] of order.entries()) ranks[index] = position;
    return ranks;
  };
  const [x, y] = [rank(a), rank(b)];
  const n = a.length;
  const squares = x.reduce((sum, value, index) => sum + (value - y[index]) ** 2, 0);
  return 1 - (6 * squares) / (n * (n * n - 1));
}
