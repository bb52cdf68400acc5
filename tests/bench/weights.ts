/** The weights that all contenders of a run have: synthetic, and known by one hash. */
import { createSHA256 } from 'hash-wasm';
import { syntheticTensors } from '@/models/synthetic';
import type { AutoencoderConfig } from '@/vae/config';

/** diffusers names, PyTorch layouts. */
export type Tensors = ReadonlyMap<string, { shape: number[]; data: Float32Array<ArrayBuffer> }>;

const SEED = 1;

export function benchTensors(
  config: AutoencoderConfig,
): Map<string, { shape: number[]; data: Float32Array<ArrayBuffer> }> {
  return new Map(syntheticTensors(config, SEED));
}

/** SHA-256 over names, shapes and numbers, in the network's order. */
export async function tensorsHash(tensors: Tensors): Promise<string> {
  const hash = await createSHA256();
  for (const [name, { shape, data }] of tensors) {
    hash.update(`${name} ${shape.join(' ')}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest();
}
