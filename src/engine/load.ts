/** Loads a model's weights onto the device. */
import { InspectorError } from '../errors';
import { AutoencoderKL } from '../vae/autoencoder';
import { parseConfig } from '../vae/config';
import { Parameters } from '../vae/parameters';
import { SafetensorsFile } from '../weights/safetensors';
import { bufferSource } from '../weights/source';
import type { HandlerRun } from './channel';
import type { ModelSource } from './protocol';

export async function loadModel({ manifest, base }: ModelSource, run: HandlerRun): Promise<AutoencoderKL> {
  const config = parseConfig(manifest.config);
  const parameters = new Parameters(config);
  for (const { path } of manifest.files) {
    const response = await fetch(new URL(path, base), { signal: run.signal });
    if (!response.ok) throw new InspectorError('network', `${path} could not be read: ${response.status}.`);
    const file = await SafetensorsFile.open(bufferSource(await response.arrayBuffer(), path));
    for (const name of file.entries.keys()) parameters.add(name, await file.read(name));
  }
  return new AutoencoderKL(config, parameters);
}
