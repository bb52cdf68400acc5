import { describe, expect, it } from 'vitest';
import { layerFlops, networkFlops, networkLayers } from '@/engine/measure/layers';
import { parseConfig } from '@/vae/config';
import { partOf, shapes } from '@/vae/shapes';

const FULL = parseConfig({
  block_out_channels: [128, 256, 512, 512],
  layers_per_block: 2,
  norm_num_groups: 32,
  latent_channels: 4,
});
const PLAIN = parseConfig({
  block_out_channels: [16, 24, 48],
  layers_per_block: 1,
  norm_num_groups: 4,
  latent_channels: 16,
  use_quant_conv: false,
  use_post_quant_conv: false,
  mid_block_add_attention: false,
});

describe("the network's layers", () => {
  it.each([
    ['full', FULL],
    ['plain', PLAIN],
  ])('of the %s network hold exactly the numbers of its tensors', (_, config) => {
    for (const half of ['encoder', 'decoder'] as const) {
      const filters = [...shapes(config)].filter(
        ([name, shape]) => partOf(name) === half && shape.length > 1,
      );
      const expected = filters.reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0);
      const counted = networkLayers(config, half, 64, 64).reduce((sum, { layer, count }) => {
        if (!('ins' in layer)) return sum;
        const size = layer.kind === 'convolution' ? layer.size : 3;
        return sum + count * size ** 2 * layer.ins * layer.outs;
      }, 0);
      expect(counted).toBe(expected);
    }
  });

  it("count Stable Diffusion's operations as published: 2.5 and 1.1 TFLOP at 512 pixels", () => {
    expect(networkFlops(FULL, 'decoder', 512, 512) / 1e12).toBeCloseTo(2.51, 1);
    expect(networkFlops(FULL, 'encoder', 512, 512) / 1e12).toBeCloseTo(1.12, 1);
  });

  it('follow the size of the map, also where a picture is not square', () => {
    const decoder = networkLayers(FULL, 'decoder', 256, 512);
    expect(decoder[0].layer).toMatchObject({ kind: 'convolution', size: 1, rows: 32, cols: 64 });
    expect(decoder.at(-1)?.layer).toMatchObject({
      kind: 'normConvolution',
      ins: 128,
      outs: 3,
      rows: 256,
      cols: 512,
    });
    const downsamples = networkLayers(FULL, 'encoder', 256, 512).filter(
      ({ layer }) => layer.kind === 'downsample',
    );
    expect(downsamples.map(({ layer }) => layer.rows)).toEqual([256, 128, 64]);
  });

  it('count an upsample as a convolution of the doubled map', () => {
    const upsample = layerFlops({ kind: 'upsample', ins: 8, outs: 8, rows: 4, cols: 4 });
    expect(upsample).toBe(layerFlops({ kind: 'convolution', size: 3, ins: 8, outs: 8, rows: 8, cols: 8 }));
  });
});
