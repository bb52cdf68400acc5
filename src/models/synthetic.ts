import type { AutoencoderConfig } from '@/vae/config';
import { shapes } from '@/vae/shapes';
import { decodeFloat16, encodeFloat16 } from './files/float16';

/**
 * Weights that follow from the tensor's name and a seed, so that a network with known outputs needs no file: the
 * self-test at start and the tests against PyTorch's outputs use them. A counter-based hash, keyed by FNV-1a of
 * `"<seed>:<name>"`.
 *
 * @returns `count` doubles in [-1, 1)
 */
export function syntheticUniform(seed: number, name: string, count: number): Float64Array<ArrayBuffer> {
  const key = fnv1a(`${seed}:${name}`);
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let z = (key + Math.imul(i + 1, 0x9e3779b9)) | 0;
    z ^= z >>> 16;
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    z ^= z >>> 15;
    out[i] = (z >>> 8) / 2 ** 23 - 1;
  }
  return out;
}

/**
 * One synthetic tensor: norms' weights `1 + 0.2 u`, other one-dimensional ones `0.1 u`, matrices and convolutions
 * `u sqrt(3 / fan-in)`; rounded to half precision, so that files of every type hold the same numbers.
 */
export function syntheticTensor(seed: number, name: string, shape: number[]): Float32Array<ArrayBuffer> {
  const count = shape.reduce((product, size) => product * size, 1);
  const values = syntheticUniform(seed, name, count);
  const isNormScale = shape.length === 1 && name.includes('norm') && name.endsWith('.weight');
  const scale = shape.length > 1 ? Math.sqrt(3 / (count / shape[0])) : isNormScale ? 0.2 : 0.1;
  const offset = isNormScale ? 1 : 0;
  const rounded = new Float32Array(count);
  for (let i = 0; i < count; i++) rounded[i] = offset + scale * values[i];
  return decodeFloat16(encodeFloat16(rounded));
}

/** All tensors of a synthetic network, one at a time. */
export function* syntheticTensors(
  config: AutoencoderConfig,
  seed: number,
): Generator<[string, { shape: number[]; data: Float32Array<ArrayBuffer> }]> {
  for (const [name, shape] of shapes(config))
    yield [name, { shape, data: syntheticTensor(seed, name, shape) }];
}

/** 32-bit FNV-1a over the text's UTF-8 bytes. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
