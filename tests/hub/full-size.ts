/** The full network with synthetic weights as a file on disk, served without holding it in memory. */
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFloat16 } from '@/models/files/float16';
import { syntheticTensor } from '@/models/synthetic';
import type { AutoencoderConfig } from '@/vae/config';
import { shapes } from '@/vae/shapes';
import type { ServedFile } from './standin';

export interface FullSizeFile extends ServedFile {
  sha256: string;
  remove(): void;
}

/** A float16 safetensors of the network, its tensors in the order of their names, as diffusers writes them. */
export function writeFullSize(config: AutoencoderConfig, seed: number): FullSizeFile {
  const folder = mkdtempSync(join(tmpdir(), 'full-size-'));
  const { start, tensors, bytes } = headerOf(config);
  const file = openSync(join(folder, 'model.safetensors'), 'w+');
  const hash = createHash('sha256');
  const write = (bytes: Uint8Array) => {
    writeSync(file, bytes);
    hash.update(bytes);
  };
  write(start);
  for (const [name, shape] of tensors) {
    write(new Uint8Array(encodeFloat16(syntheticTensor(seed, name, shape)).buffer));
  }
  return {
    bytes,
    sha256: hash.digest('hex'),
    read(offset, count) {
      const bytes = new Uint8Array(count);
      readSync(file, bytes, 0, count, offset);
      return bytes;
    },
    remove() {
      closeSync(file);
      rmSync(folder, { recursive: true });
    },
  };
}

/** The same with nothing but zeros for weights: enough to be found, downloaded and kept. */
export function zeroFullSize(config: AutoencoderConfig): ServedFile {
  const { start, bytes } = headerOf(config);
  return {
    bytes,
    sha256: null,
    read(offset, count) {
      const piece = new Uint8Array(count);
      piece.set(start.subarray(offset, offset + count));
      return piece;
    },
  };
}

function headerOf(config: AutoencoderConfig): {
  start: Buffer;
  tensors: [string, number[]][];
  bytes: number;
} {
  const tensors = [...shapes(config)].sort(([a], [b]) => (a < b ? -1 : 1));
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let length = 0;
  for (const [name, shape] of tensors) {
    const end = length + 2 * shape.reduce((product, side) => product * side, 1);
    header[name] = { dtype: 'F16', shape, data_offsets: [length, end] };
    length = end;
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8;
  const start = Buffer.alloc(8 + padded, ' ');
  start.writeBigUInt64LE(BigInt(padded));
  text.copy(start, 8);
  return { start, tensors, bytes: start.length + length };
}
