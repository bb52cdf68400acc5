/** The small models, whose truth is known, for tests in a browser. */

import { openEmbedded } from '@/models/load';
import type { ModelManifest } from '@/models/manifest';
import type { AutoencoderKL } from '@/vae/autoencoder';
import { PARTS } from '@/vae/shapes';

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
  const [weightsFile] = manifest.files;
  const path = weights[`../../models/${weightsFile.path}`];
  const file = await openEmbedded({ ...manifest, files: [{ ...weightsFile, path }] }, location.href);
  for (const part of PARTS) await file.load(part);
  return file.network;
}
