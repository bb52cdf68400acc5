import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { SafetensorsFile, writeSafetensors } from '@/models/files/safetensors';
import { joinedSource, joinShards, readShardIndex } from '@/models/files/shards';
import { bufferSource } from '@/models/files/source';
import { type ModelManifest, parseManifest } from '@/models/manifest';
import { type AutoencoderConfig, DEFAULT_CONFIG, parseConfig } from '@/vae/config';
import { shapes } from '@/vae/shapes';
import { oddJson } from './json';
import { generated } from './runs';
import { oddValues } from './values';

const FOLDER = join(import.meta.dirname, '../../../models');
const MANIFESTS: ModelManifest[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json') && !['figures.json', 'manifest.schema.json'].includes(name))
  .map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')));

/** As diffusers writes it, with what does not shape the network. */
const DIFFUSERS = {
  _class_name: 'AutoencoderKL',
  _diffusers_version: '0.30.0',
  _name_or_path: 'somewhere',
  act_fn: 'silu',
  block_out_channels: [128, 256, 512, 512],
  down_block_types: Array(4).fill('DownEncoderBlock2D'),
  up_block_types: Array(4).fill('UpDecoderBlock2D'),
  force_upcast: true,
  in_channels: 3,
  out_channels: 3,
  latent_channels: 16,
  latents_mean: null,
  latents_std: null,
  layers_per_block: 2,
  mid_block_add_attention: true,
  norm_num_groups: 32,
  sample_size: 1024,
  scaling_factor: 0.3611,
  shift_factor: 0.1159,
  use_post_quant_conv: false,
  use_quant_conv: false,
};

const WITH_STATISTICS = {
  ...DIFFUSERS,
  latents_mean: Array(16).fill(0.1),
  latents_std: Array(16).fill(1.5),
  shift_factor: null,
};

/** Checks that what was read is a network that can be laid out, and is read again as the same. */
function checkConfig(config: AutoencoderConfig): void {
  expect(shapes(config).size).toBeGreaterThan(10);
  expect(parseConfig(config)).toEqual(config);
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Whoever reads the file says so.
    return {};
  }
};

generated("diffusers' config.json", {
  ...oddJson([DIFFUSERS, WITH_STATISTICS, DEFAULT_CONFIG, MANIFESTS[0].config]),
  bytes: ({ length }) => length,
  read: (text) => {
    const config = parseConfig(parsed(text));
    checkConfig(config);
    return config;
  },
  holds: checkConfig,
});

generated('configurations that scripts give', {
  ...oddValues([DIFFUSERS, WITH_STATISTICS]),
  bytes: () => 10_000,
  says: /\bNaN\b/,
  read: parseConfig,
  holds: checkConfig,
});

generated('manifests', {
  ...oddJson(MANIFESTS),
  bytes: ({ length }) => length,
  read: (text) => parseManifest(parsed(text)),
  holds: (manifest) => {
    expect(manifest.files.length).toBeGreaterThan(0);
  },
});

const tensor = { shape: [2], data: Float32Array.of(1, 2) };
const PARTS = [
  ['a-00001-of-00002.safetensors', 'encoder.weight'],
  ['a-00002-of-00002.safetensors', 'decoder.weight'],
].map(([name, key]) => bufferSource(writeSafetensors(new Map([[key, tensor]])), name));
const INDEX = {
  metadata: { total_size: 16 },
  weight_map: { 'encoder.weight': PARTS[0].name, 'decoder.weight': PARTS[1].name },
};

generated('indexes of weights in parts', {
  ...oddJson([INDEX, { weight_map: INDEX.weight_map }]),
  bytes: ({ length }) => length,
  read: async (text) => joinedSource('a', await joinShards(PARTS, readShardIndex(text, 'index.json')), PARTS),
  holds: async (whole) => {
    expect([...(await SafetensorsFile.open(whole)).entries.keys()]).toEqual(Object.keys(INDEX.weight_map));
  },
});
