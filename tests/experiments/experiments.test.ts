import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { applyEdits, cellShifts, type Edit } from '@/edits';
import { influence } from '@/experiments/influence/influence';
import { ARMS, carriers, mechanism } from '@/experiments/mechanism/mechanism';
import { same } from '@/kernels/webgpu/geometry';
import { suitsWinograd } from '@/kernels/webgpu/winograd';
import { cellAt } from '@/latent/geometry';
import { channelSigma } from '@/latent/statistics';
import type { Latent } from '@/latent/types';
import { predictedShift } from '@/measures/predictedShift';
import { rankCorrelation } from '@/measures/ranks';
import type { AutoencoderKL } from '@/vae/autoencoder';
import { parseConfig } from '@/vae/config';
import { runStages } from '@/vae/run';
import type { Stage } from '@/vae/stage';
import { Activations } from '@/vae/taps';
import { vectorJacobianProducts } from '@/vae/vjp';
import { fromPlanes, loadGolden, syntheticNetwork, toPlanes } from '../golden/golden';
import { NETWORK_TOLERANCE, onBackends } from '../kernels/backends';
import { relativeError } from '../kernels/compare';
import { loadModel } from './models';

const CONFIG = parseConfig({ block_out_channels: [16, 16], layers_per_block: 1, norm_num_groups: 8 });
const CELL = { row: 2, col: 3 };
const EDITS: Edit[] = [{ cell: CELL, kind: 'add', values: [3, -2, 1, 2] }];

function latentOf(rows: number, cols: number, seed: number): Latent {
  const values = tf.tidy(() => tf.randomNormal([rows, cols, 4], 0, 1, 'float32', seed).dataSync());
  return { rows, cols, channels: 4, data: new Float32Array(values) };
}

async function goldenLatent(
  name: string,
): Promise<{ vae: AutoencoderKL; mean: Latent; expected: Float32Array }> {
  const { config, seed, tensors } = await loadGolden(name);
  const device = fromPlanes(tensors.mean);
  const [, rows, cols, channels] = device.shape;
  const mean = { rows, cols, channels, data: new Float32Array(await device.data()) };
  device.dispose();
  const planes = [tensors.grad_mean_r, tensors.grad_mean_g, tensors.grad_mean_b];
  const expected = Float32Array.from(planes.flatMap(({ data }) => [...data]));
  return { vae: syntheticNetwork(config, seed), mean, expected };
}

/** `[3, rows, cols, channels]` -> three of PyTorch's planes. */
async function asPlanes(gradient: Float32Array, { rows, cols, channels }: Latent): Promise<Float32Array> {
  const size = rows * cols * channels;
  const out = new Float32Array(3 * size);
  for (let colour = 0; colour < 3; colour++) {
    const part = tf.tensor4d(gradient.slice(colour * size, (colour + 1) * size), [1, rows, cols, channels]);
    out.set(await toPlanes(part), colour * size);
    part.dispose();
  }
  return out;
}

onBackends(['cpu', 'wasm', 'webgpu', 'webgl'], (backend) => {
  // The whole network's gradients are held against all cases elsewhere; here it is the way in pieces that is new.
  test.each(
    backend === 'wasm'
      ? ['tiny-96x64', 'tiny-16ch-no-quant', 'tiny-no-attention', 'full-64']
      : ['tiny-three-levels'],
  )("the influence's gradients of %s agree with PyTorch, and nothing is left behind", async (name) => {
    const before = tf.memory().numTensors;
    const { vae, mean, expected } = await goldenLatent(name);
    const { gradient } = await influence(vae, mean);
    expect(relativeError(await asPlanes(gradient, mean), expected)).toBeLessThan(NETWORK_TOLERANCE[backend]);
    vae.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

onBackends(['wasm'], () => {
  describe('a pull-back', () => {
    test('equals the gradient of the whole network, at frozen statistics too', async () => {
      const vae = syntheticNetwork(CONFIG, 1);
      const { data } = latentOf(4, 5, 1);
      const z = tf.tensor4d(data, [1, 4, 5, 4]);
      const dy = tf.randomNormal([1, 8, 10, 3], 0, 1, 'float32', 2) as tf.Tensor4D;
      const activations = new Activations();
      vae.decode(z, activations.record()).dispose();
      for (const taps of [
        {},
        activations.replay({ norm: true }),
        activations.replay({ norm: true, attention: true }),
      ]) {
        const whole = tf.grad((x: tf.Tensor) => vae.decode(x as tf.Tensor4D, taps))(z, dy);
        const [own] = await vectorJacobianProducts(vae.decoderStages, z, [dy], { taps });
        expect(relativeError(await own.data(), (await whole.data()) as Float32Array)).toBeLessThan(1e-6);
        tf.dispose([whole, own]);
      }
      activations.dispose();
      tf.dispose([z, dy]);
      vae.dispose();
    });

    test('tells how far it is, and leaves nothing behind where it is stopped', async () => {
      const vae = syntheticNetwork(CONFIG, 1);
      const { data } = latentOf(4, 4, 1);
      const z = tf.tensor4d(data, [1, 4, 4, 4]);
      const dy = tf.ones([1, 8, 8, 3]) as tf.Tensor4D;
      const before = tf.memory().numTensors;
      const heard: number[] = [];
      const run = (stop: number) =>
        vectorJacobianProducts(vae.decoderStages, z, [dy, dy], {
          checkpoint: (done, total) => {
            heard.push(done / total);
            if (heard.length === stop) throw new Error('enough');
          },
        });
      tf.dispose(await run(-1));
      expect(heard[0]).toBe(0);
      expect(heard.at(-1)).toBeCloseTo(1);
      expect(heard).toEqual([...heard].sort((a, b) => a - b));
      expect(tf.memory().numTensors).toBe(before);
      for (const stop of [1, 3, heard.length - 2]) {
        heard.length = 0;
        await expect(run(stop)).rejects.toThrow('enough');
        expect(tf.memory().numTensors).toBe(before);
      }
      tf.dispose([z, dy]);
      vae.dispose();
    });
  });

  describe('influence', () => {
    test('is 127.5 times the length of the gradients in sigma', async () => {
      const vae = syntheticNetwork(CONFIG, 3);
      const mean = latentOf(3, 4, 2);
      const result = await influence(vae, mean);
      const sigma = channelSigma(mean);
      const cell = 7;
      const squares = [0, 1, 2].flatMap((colour) =>
        [0, 1, 2, 3].map((c) => (result.gradient[(colour * 12 + cell) * 4 + c] * sigma[c]) ** 2),
      );
      expect(result.influence[cell]).toBeCloseTo(127.5 * Math.sqrt(squares.reduce((a, b) => a + b)), 4);
      vae.dispose();
    });

    test('predicts the shift of the mean colour when cells are healed one by one, in order of size', async () => {
      const vae = await loadModel('mini-planted');
      const mean = latentOf(8, 8, 4);
      const found = await influence(vae, mean);
      const base = await meanColour(vae, mean);
      const predicted: number[] = [];
      const measured: number[] = [];
      for (let index = 0; index < 64; index++) {
        const edits: Edit[] = [{ cell: cellAt(index, mean), kind: 'heal' }];
        const [{ delta }] = cellShifts(mean, edits, { sigma: channelSigma(mean) });
        predicted.push(
          Math.hypot(
            ...predictedShift(
              found,
              edits[0].cell,
              Array.from(delta, (d) => d / 16),
            ),
          ),
        );
        const healed = applyEdits(mean, edits);
        // A sixteenth of the way: the derivative is that of small steps.
        const part = { ...mean, data: mean.data.map((v, at) => v + (healed.data[at] - v) / 16) };
        const shifted = await meanColour(vae, part);
        measured.push(Math.hypot(...shifted.map((value, colour) => value - base[colour])));
      }
      expect(rankCorrelation(predicted, measured)).toBeGreaterThan(0.99);
      vae.dispose();
    });
  });

  describe('the mechanism', () => {
    const run = async (vae: AutoencoderKL, rows = 4, cols = 24) => {
      const mean = latentOf(rows, cols, 5);
      return mechanism(vae, mean, applyEdits(mean, EDITS), [CELL], 1);
    };

    test('leaves nothing changed beyond the reach of the convolutions with both frozen, and nothing on the device', async () => {
      const before = tf.memory().numTensors;
      const vae = syntheticNetwork(CONFIG, 1);
      const result = await run(vae);
      expect(result.receptiveRadius).toBeLessThan(20);
      expect(result.beyondReceptiveField).toBe(0);
      for (const arm of ARMS) expect(result[arm].change.nearRms).toBeGreaterThan(0.5);
      expect(result.full.change.profile.at(-1)).toBeGreaterThan(0);
      expect(result.frozenBoth.change.profile.at(-1)).toBe(0);
      vae.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });

    test('says when the convolutions reach the whole picture', async () => {
      const vae = syntheticNetwork(CONFIG, 1);
      expect((await run(vae, 4, 5)).beyondReceptiveField).toBeNull();
      vae.dispose();
    });

    test('finds GroupNorm alone where there is no attention', async () => {
      const vae = syntheticNetwork({ ...CONFIG, mid_block_add_attention: false }, 1);
      const result = await run(vae);
      expect(result.frozenAttention.picture).toEqual(result.full.picture);
      expect(result.frozenNorm.picture).toEqual(result.frozenBoth.picture);
      const { normShare, attentionShare } = carriers(result);
      expect(normShare).toBeCloseTo(1);
      expect(attentionShare).toBeCloseTo(0);
      vae.dispose();
    });

    test('finds attention alone where the norms do not look at the map', async () => {
      const vae = syntheticNetwork(CONFIG, 1);
      const activations = new Activations();
      const other = latentOf(4, 24, 9);
      const z = tf.tensor4d(other.data, [1, 4, 24, 4]);
      vae.decode(z, activations.record()).dispose();
      const { norm } = activations.replay({ norm: true });
      const fixed = vae.decoderStages.map(
        (stage): Stage => ({
          ...stage,
          run: (flow, pass) => stage.run(flow, { ...pass, taps: { ...pass.taps, ...(norm && { norm }) } }),
        }),
      );
      const withoutNorms = Object.create(vae, {
        decodeStaged: {
          value: (latent: tf.Tensor4D, options: Parameters<typeof runStages>[2]) =>
            runStages(fixed, latent, options),
        },
      }) as AutoencoderKL;
      const result = await run(withoutNorms);
      expect(result.frozenNorm.picture).toEqual(result.full.picture);
      expect(result.full.change.farRms).toBeGreaterThan(0);
      const { normShare, attentionShare } = carriers(result);
      expect(normShare).toBeCloseTo(0);
      expect(attentionShare).toBeCloseTo(1);
      activations.dispose();
      z.dispose();
      vae.dispose();
    });

    test('finds mostly attention in the planted model, norms alone in the emergent one', async () => {
      // The planted cell travels by attention, amplified by the norms; what grew by itself by the norms.
      const size = 24;
      const share = async (id: string, cell: { row: number; col: number }) => {
        const vae = await loadModel(id);
        const mean = await encodedGradient(vae, size);
        const edits: Edit[] = [{ cell, kind: 'zero' }];
        const result = await mechanism(vae, mean, applyEdits(mean, edits), [cell], 4);
        vae.dispose();
        expect(result.beyondReceptiveField).toBe(0);
        return carriers(result);
      };
      expect((await share('mini-planted', { row: 1, col: 1 })).attentionShare).toBeGreaterThan(0.5);
      expect((await share('mini-emergent', { row: 12, col: size - 1 })).normShare).toBeGreaterThan(0.9);
    });
  });
});

async function meanColour(vae: AutoencoderKL, { rows, cols, channels, data }: Latent): Promise<number[]> {
  const mean = tf.tidy(() => tf.mean(vae.decode(tf.tensor4d(data, [1, rows, cols, channels])), [0, 1, 2]));
  const values = await mean.data();
  mean.dispose();
  return [...values];
}

/** A picture with a light in one corner and colour in another, encoded. */
async function encodedGradient(vae: AutoencoderKL, cells: number): Promise<Latent> {
  const side = cells * vae.factor;
  const values = Float32Array.from({ length: side * side * 3 }, (_, at) => {
    const [y, x, colour] = [Math.floor(at / 3 / side) / side, (Math.floor(at / 3) % side) / side, at % 3];
    return 0.6 * Math.cos(9 * x * (colour + 1) + 4 * y) * y + 0.4 * x - 0.3;
  });
  const image = tf.tensor4d(values, [1, side, side, 3]);
  const posterior = vae.encode(image);
  const data = new Float32Array(await posterior.mean.data());
  tf.dispose([image, posterior.mean, posterior.logvar, posterior.rawLogvar]);
  return { rows: cells, cols: cells, channels: 4, data };
}

const MAP = { height: 2, width: 40, channels: 64, dtype: 'float32' as const };

onBackends(['webgpu'], () => {
  test('the mechanism is exact beyond the filters’ reach where the device computes by Winograd’s tiles, too', async () => {
    const config = parseConfig({
      block_out_channels: [64],
      layers_per_block: 1,
      norm_num_groups: 8,
      mid_block_add_attention: false,
    });
    const vae = syntheticNetwork(config, 1);
    const shape = { geometry: same(3, 2, 40), x: MAP, out: MAP };
    expect(suitsWinograd((tf.backend() as WebGPUBackend).device, shape)).toBe(true);
    const mean = latentOf(2, 40, 1);
    const edited = applyEdits(
      mean,
      EDITS.map((edit) => ({ ...edit, cell: { row: 0, col: 3 } })),
    );
    const result = await mechanism(vae, mean, edited, [{ row: 0, col: 3 }], 1);
    expect(result.beyondReceptiveField).toBe(0);
    expect(result.full.change.farRms).toBeGreaterThan(0);
    vae.dispose();
  });
});
