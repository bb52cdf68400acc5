import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { sha256 } from '@/models/download';
import { writeSafetensors } from '@/models/files/safetensors';
import { type ByteSource, bufferSource } from '@/models/files/source';
import { ModelFile, openEmbedded } from '@/models/load';
import type { ModelManifest } from '@/models/manifest';
import { syntheticTensors } from '@/models/synthetic';
import { AutoencoderKL } from '@/vae/autoencoder';
import { parseConfig } from '@/vae/config';
import { PARTS, partOf } from '@/vae/shapes';
import { onBackends } from '../kernels/backends';
import { relativeError } from '../kernels/compare';

type Tensors = Map<string, { shape: number[]; data: Float32Array }>;

const CONFIG = parseConfig({ block_out_channels: [8, 16, 16], layers_per_block: 2, norm_num_groups: 8 });
const TENSORS: Tensors = new Map(syntheticTensors(CONFIG, 3));

/** Name of a tensor in each layout, written down independently of the loader, from diffusers' name. */
const LAYOUTS: Record<string, (name: string) => string> = {
  diffusers: (name) => name,
  'diffusers-old': (name) =>
    name
      .replace('to_q', 'query')
      .replace('to_k', 'key')
      .replace('to_v', 'value')
      .replace('to_out.0', 'proj_attn'),
  compvis: (name) =>
    name
      .replace(/down_blocks\.(\d)\.resnets\.(\d)/, 'down.$1.block.$2')
      .replace(/down_blocks\.(\d)\.downsamplers\.0/, 'down.$1.downsample')
      .replace(/up_blocks\.(\d)\.resnets\.(\d)/, (_, level, block) => `up.${2 - level}.block.${block}`)
      .replace(/up_blocks\.(\d)\.upsamplers\.0/, (_, level) => `up.${2 - level}.upsample`)
      .replace('mid_block.resnets.0', 'mid.block_1')
      .replace('mid_block.resnets.1', 'mid.block_2')
      .replace('mid_block.attentions.0.group_norm', 'mid.attn_1.norm')
      .replace(/mid_block\.attentions\.0\.to_(q|k|v)/, 'mid.attn_1.$1')
      .replace('mid_block.attentions.0.to_out.0', 'mid.attn_1.proj_out')
      .replace('conv_shortcut', 'nin_shortcut')
      .replace('conv_norm_out', 'norm_out'),
};

function renamed(rename: (name: string) => string, prefix = '', asConvolutions = false): Tensors {
  return new Map(
    [...TENSORS].map(([name, { shape, data }]) => [
      prefix + rename(name),
      { shape: asConvolutions && shape.length === 2 ? [...shape, 1, 1] : shape, data },
    ]),
  );
}

async function outputs(model: AutoencoderKL): Promise<{ mean: Float32Array; decoded: Float32Array }> {
  const latent = tf.randomNormal([1, 3, 5, 4], 0, 1, 'float32', 5) as tf.Tensor4D;
  const decoded = model.decode(latent);
  const { mean, logvar, rawLogvar } = model.encode(decoded);
  const values = {
    mean: (await mean.data()) as Float32Array,
    decoded: (await decoded.data()) as Float32Array,
  };
  tf.dispose([latent, decoded, mean, logvar, rawLogvar]);
  model.dispose();
  return values;
}

onBackends(['wasm'], () => {
  const expected = () => outputs(AutoencoderKL.fromTensors(CONFIG, TENSORS));
  const load = async (tensors: Tensors, config?: unknown, dtype: 'F32' | 'F16' | 'BF16' = 'F32') => {
    const source = bufferSource(writeSafetensors(tensors, { dtype }), 'vae.safetensors');
    const file = await ModelFile.open([source], source.name, config);
    try {
      for (const part of PARTS) await file.load(part);
    } catch (error) {
      // A half that is sound stays: it works without the other.
      file.dispose();
      throw error;
    }
    return file;
  };

  test.each([
    ['diffusers', '', false],
    ['diffusers-old', '', false],
    ['diffusers-old', '', true],
    ['compvis', '', true],
    ['compvis', 'first_stage_model.', true],
    ['diffusers', 'vae.', false],
    ['compvis', 'some.other.place.', true],
  ])(
    '%s under "%s" (attention as convolutions: %s) loads to the same network',
    async (layout, prefix, asConvolutions) => {
      const tensors = renamed(LAYOUTS[layout], prefix, asConvolutions);
      // What else lives in such files is not looked at.
      tensors.set('model.diffusion_model.out.2.weight', { shape: [2], data: new Float32Array(2) });
      if (prefix === '') tensors.set('loss.logvar', { shape: [], data: new Float32Array(1) });
      const before = tf.memory().numTensors;
      const file = await load(tensors);
      expect(file.layout).toBe(layout);
      expect(file.network.config).toEqual(CONFIG);
      expect(file.assumptions.join(' ')).toContain('8 was assumed');
      expect(await outputs(file.network)).toEqual(await expected());
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  test('F16 holds the same numbers as F32, BF16 nearly', async () => {
    const reference = await expected();
    expect(await outputs((await load(TENSORS, CONFIG, 'F16')).network)).toEqual(reference);
    const rough = await outputs((await load(TENSORS, CONFIG, 'BF16')).network);
    for (const part of ['mean', 'decoded'] as const) {
      expect(relativeError(rough[part], reference[part])).toBeLessThan(0.05);
      expect(relativeError(rough[part], reference[part])).toBeGreaterThan(1e-4);
    }
  });

  test('halves stay halves on the device, but for what is folded and what is small', async () => {
    const before = tf.memory();
    const half = await load(TENSORS, CONFIG, 'F16');
    const bytes = tf.memory().numBytes - before.numBytes;
    half.dispose();
    const full = await load(TENSORS, CONFIG, 'F32');
    const fullBytes = tf.memory().numBytes - before.numBytes;
    full.dispose();
    const saved = [...TENSORS]
      .filter(([name, { shape }]) => shape.length > 1 && !name.includes('upsamplers'))
      .reduce((sum, [, { data }]) => sum + 4 * data.length - 4 * Math.ceil(data.length / 2), 0);
    expect(fullBytes - bytes).toBe(saved);
    expect(tf.memory().numBytes).toBe(before.numBytes);
  });

  test('a half of the network is read when it is asked for, once, in the order of the file', async () => {
    const bytes = writeSafetensors(TENSORS, { dtype: 'F32' });
    const reads: number[] = [];
    const source: ByteSource = {
      ...bufferSource(bytes, 'vae.safetensors'),
      read: async (offset, length) => {
        reads.push(offset);
        return bytes.slice(offset, offset + length);
      },
    };
    const file = await ModelFile.open([source], source.name, CONFIG);
    // Its header, and a piece of its numbers: whether they came through a transfer of text.
    expect(reads.splice(0, 2)).toEqual([0, 8]);
    expect(reads.splice(0).length).toBeLessThanOrEqual(1);
    expect(() => file.network.encoderStages).toThrow('not loaded');
    await Promise.all([file.load('encoder'), file.load('encoder')]);
    const encoder = [...TENSORS.keys()].filter((name) => partOf(name) === 'encoder');
    expect(reads.length).toBe(encoder.length);
    expect(reads).toEqual([...reads].sort((a, b) => a - b));
    expect(() => file.network.decoderStages).toThrow('not loaded');
    await file.load('decoder');
    expect(reads.length).toBe(TENSORS.size);
    expect(await outputs(file.network)).toEqual(await expected());
  });

  test('a source that goes forward only is read once, front to back, whatever half is asked for', async () => {
    const bytes = writeSafetensors(TENSORS, { dtype: 'F32' });
    let position = 0;
    const source = {
      ...bufferSource(bytes, 'vae.safetensors'),
      sequential: true,
      read: async (offset: number, length: number) => {
        if (offset < position) throw new Error(`went back to ${offset}`);
        position = offset + length;
        return bytes.slice(offset, position);
      },
    };
    const file = await ModelFile.open([source], source.name, CONFIG);
    await Promise.all([file.load('decoder'), file.load('encoder')]);
    expect(await outputs(file.network)).toEqual(await expected());
  });

  test('a half that failed is let go, and can be loaded again', async () => {
    const bytes = writeSafetensors(TENSORS, { dtype: 'F16' });
    let broken = true;
    const source: ByteSource = {
      ...bufferSource(bytes, 'vae.safetensors'),
      read: async (offset, length) => {
        if (broken && offset > bytes.byteLength * 0.9) throw new Error('cut');
        return bytes.slice(offset, offset + length);
      },
    };
    const before = tf.memory().numTensors;
    const file = await ModelFile.open([source], source.name, CONFIG);
    await expect(file.load('decoder')).rejects.toThrow('cut');
    expect(tf.memory().numTensors).toBe(before);
    broken = false;
    await file.load('encoder');
    await file.load('decoder');
    expect(await outputs(file.network)).toEqual(await expected());
  });

  describe('a file that does not fit is refused, nothing is left on the device, and the message', () => {
    const change = (edit: (tensors: Tensors) => void) => {
      const tensors = new Map(TENSORS);
      edit(tensors);
      return tensors;
    };
    const bias = 'decoder.mid_block.resnets.0.conv1.bias';

    test.each<[string, Tensors, unknown, string]>([
      ['names what is missing', change((t) => t.delete(bias)), undefined, `lacks "${bias}"`],
      [
        'names what is too many',
        change((t) =>
          t.set('decoder.mid_block.resnets.2.conv1.bias', { shape: [16], data: new Float32Array(16) }),
        ),
        undefined,
        '"decoder.mid_block.resnets.2.conv1.bias" of vae.safetensors has no place',
      ],
      [
        'names a wrong shape',
        change((t) => t.set(bias, { shape: [4], data: new Float32Array(4) })),
        CONFIG,
        `has "${bias}" in the shape [4] where [16] is needed`,
      ],
      [
        'names a configuration of another network',
        TENSORS,
        { ...CONFIG, latent_channels: 16 },
        'where [32,16,3,3] is needed',
      ],
      [
        'says that there is no autoencoder',
        new Map([['a', { shape: [1], data: new Float32Array(1) }]]),
        undefined,
        'no autoencoder',
      ],
      [
        'names what CompVis never had',
        new Map([
          ...renamed(LAYOUTS.compvis),
          ['encoder.down.0.attn.0.q.weight', { shape: [1], data: new Float32Array(1) }],
        ]),
        undefined,
        '"encoder.down.0.attn.0.q.weight" of vae.safetensors has no place',
      ],
    ])('%s', async (_, tensors, config, said) => {
      const before = tf.memory().numTensors;
      const loading = load(tensors, config);
      await expect(loading).rejects.toMatchObject({
        code: 'bad-model',
        message: expect.stringContaining(said),
      });
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  describe('fromTensors', () => {
    test.each<[string, (tensors: Tensors) => void, string]>([
      ['a missing tensor', (t) => t.delete('quant_conv.bias'), 'lacks "quant_conv.bias"'],
      [
        'an unknown one',
        (t) => t.set('quant.bias', { shape: [1], data: new Float32Array(1) }),
        'no tensor "quant.bias"',
      ],
      [
        'a wrong shape',
        (t) => t.set('quant_conv.bias', { shape: [4], data: new Float32Array(4) }),
        'has the shape [4]; the network needs [8]',
      ],
      [
        'too few numbers',
        (t) => t.set('quant_conv.bias', { shape: [8], data: new Float32Array(7) }),
        'has 7 numbers, not 8',
      ],
    ])('names %s and lets go of the rest', (_, edit, said) => {
      const tensors = new Map(TENSORS);
      edit(tensors);
      const before = tf.memory().numTensors;
      expect(() => AutoencoderKL.fromTensors(CONFIG, tensors)).toThrow(said);
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  describe('a manifest', () => {
    const bytes = writeSafetensors(TENSORS, { dtype: 'F16' });
    const manifest = async (): Promise<ModelManifest> => ({
      id: 'test',
      name: 'Test',
      summary: 'A test.',
      kind: 'embedded',
      files: [{ path: 'test.safetensors', bytes: bytes.byteLength, sha256: (await sha256(bytes))! }],
      dtype: 'float16',
      layout: 'diffusers',
      licence: 'MIT',
      config: CONFIG,
    });
    const serve: typeof fetch = async (url) =>
      url === 'https://example.org/models/test.safetensors'
        ? new Response(bytes)
        : new Response('', { status: 404 });

    test('is followed to the same network, with progress to the end', async () => {
      const progress: number[] = [];
      const file = await openEmbedded(await manifest(), 'https://example.org/models/test.json', {
        fetch: serve,
        onProgress: (fraction) => progress.push(fraction),
      });
      for (const part of PARTS) await file.load(part);
      expect(progress).toEqual([...progress].sort((a, b) => a - b));
      expect(progress.at(-1)).toBeCloseTo(1);
      expect(await outputs(file.network)).toEqual(await expected());
    });

    test('stops when asked to, and leaves nothing on the device', async () => {
      const controller = new AbortController();
      const before = tf.memory().numTensors;
      const file = await openEmbedded(await manifest(), 'https://example.org/models/', { fetch: serve });
      const loading = file.load('decoder', {
        signal: controller.signal,
        onProgress: (fraction) => {
          if (fraction > 0.9) controller.abort();
        },
      });
      await expect(loading).rejects.toMatchObject({ name: 'AbortError' });
      expect(tf.memory().numTensors).toBe(before);
    });
  });
});
