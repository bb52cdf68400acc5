import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { AutoencoderKL } from '@/vae/autoencoder';
import { parseConfig } from '@/vae/config';
import { posteriorFrom } from '@/vae/posterior';
import { decoderReceptiveRadius } from '@/vae/receptive';
import { Activations, type Taps } from '@/vae/taps';
import { onBackends } from '../kernels/backends';
import { syntheticNetwork } from './golden';

const CONFIG = parseConfig({ block_out_channels: [16, 16], layers_per_block: 1, norm_num_groups: 8 });
const ROWS = 3;
const COLS = 40;
const POKED = { row: 1, col: 2 };

function latent(): tf.Tensor4D {
  return tf.randomNormal([1, ROWS, COLS, CONFIG.latent_channels], 0, 1, 'float32', 7) as tf.Tensor4D;
}

function poked(base: tf.Tensor4D): tf.Tensor4D {
  const poke = tf.buffer(base.shape);
  poke.set(3, 0, POKED.row, POKED.col, 0);
  return tf.tidy(() => tf.add(base, poke.toTensor()) as tf.Tensor4D);
}

/** Runs on its own so that a leak shows: the number of tensors must be what it was. */
async function withoutLeaks(body: (vae: AutoencoderKL) => Promise<void>): Promise<void> {
  const before = tf.memory().numTensors;
  const vae = syntheticNetwork(CONFIG, 1);
  await body(vae);
  vae.dispose();
  expect(tf.memory().numTensors, 'tensors left behind').toBe(before);
}

onBackends(['cpu', 'wasm'], () => {
  describe('staged execution', () => {
    test('gives the same numbers as the whole at once, and counts its work', async () => {
      await withoutLeaks(async (vae) => {
        const z = latent();
        const seen: number[] = [];
        const names = new Set<string>();
        let total = 0;
        const staged = await vae.decodeStaged(z, {
          checkpoint: async (done, all, stage) => {
            await new Promise((resolve) => setTimeout(resolve));
            seen.push(done);
            names.add(stage.name);
            total = all;
          },
        });
        const whole = vae.decode(z);
        expect(await staged.data()).toEqual(await whole.data());
        expect(seen).toEqual([...seen].sort((a, b) => a - b));
        expect(seen).toHaveLength(vae.decoderStages.length + 1);
        expect(seen[0]).toBe(0);
        expect(seen.at(-1)).toBe(total);
        expect([...names]).toEqual([
          'decoder, middle',
          'decoder, level 1 of 2',
          'decoder, level 2 of 2',
          'decoder, output',
        ]);

        const image = tf.clipByValue(whole, -1, 1);
        const stagedPosterior = await vae.encodeStaged(image);
        const posterior = vae.encode(image);
        for (const part of ['mean', 'logvar', 'rawLogvar'] as const) {
          expect(await stagedPosterior[part].data()).toEqual(await posterior[part].data());
        }
        tf.dispose([z, staged, whole, image, ...Object.values(posterior), ...Object.values(stagedPosterior)]);
      });
    });

    test.each([0, 1, 2, 5])(
      'stops at checkpoint %i when it throws, and leaves nothing behind',
      async (stop) => {
        await withoutLeaks(async (vae) => {
          const z = latent();
          let checkpoints = 0;
          const run = vae.decodeStaged(z, {
            checkpoint: () => {
              if (checkpoints++ === stop) throw new Error('enough');
            },
          });
          await expect(run).rejects.toThrow('enough');
          expect(checkpoints).toBe(stop + 1);
          expect(z.isDisposed).toBe(false);
          z.dispose();
        });
      },
    );

    test('a picture that is no multiple of the factor, or a latent of other channels, is refused', async () => {
      await withoutLeaks(async (vae) => {
        const odd = tf.zeros([1, 7, 8, 3]) as tf.Tensor4D;
        expect(() => vae.encode(odd)).toThrow('[1,7,8,3]');
        await expect(vae.encodeStaged(odd)).rejects.toMatchObject({ code: 'bad-image' });
        const wide = tf.zeros([1, 4, 4, 16]) as tf.Tensor4D;
        expect(() => vae.decode(wide)).toThrow('the model takes [1, rows, cols, 4]');
        tf.dispose([odd, wide]);
      });
    });
  });

  describe('taps', () => {
    test('what was recorded, put back, changes nothing', async () => {
      await withoutLeaks(async (vae) => {
        const z = latent();
        const activations = new Activations();
        const plain = vae.decode(z);
        const recorded = vae.decode(z, activations.record());
        const replayed = vae.decode(z, activations.replay({ norm: true, attention: true }));
        expect(await recorded.data()).toEqual(await plain.data());
        expect(await replayed.data()).toEqual(await plain.data());
        activations.dispose();
        tf.dispose([z, plain, recorded, replayed]);
      });
    });

    test('with both frozen only convolutions carry a poke: exactly nothing changes beyond their reach', async () => {
      await withoutLeaks(async (vae) => {
        const z = latent();
        const edited = poked(z);
        const activations = new Activations();
        const base = vae.decode(z, activations.record());
        const radius = decoderReceptiveRadius(CONFIG);
        const beyond = async (taps: Taps) => {
          const decoded = vae.decode(edited, taps);
          const change = tf.tidy(() => tf.abs(tf.sub(decoded, base)));
          const from = 2 * (POKED.col + radius + 1);
          const far = tf.tidy(() =>
            tf.max(tf.slice(change, [0, 0, from, 0], [1, 2 * ROWS, 2 * COLS - from, 3])),
          );
          const near = tf.tidy(() => tf.max(change));
          const result = { near: (await near.data())[0], far: (await far.data())[0] };
          tf.dispose([decoded, change, near, far]);
          return result;
        };
        const full = await beyond({});
        const frozenNorm = await beyond(activations.replay({ norm: true }));
        const frozenAttention = await beyond(activations.replay({ attention: true }));
        const frozenBoth = await beyond(activations.replay({ norm: true, attention: true }));
        for (const arm of [full, frozenNorm, frozenAttention, frozenBoth])
          expect(arm.near).toBeGreaterThan(0.01);
        for (const arm of [full, frozenNorm, frozenAttention]) expect(arm.far).toBeGreaterThan(0);
        expect(frozenBoth.far).toBe(0);
        activations.dispose();
        tf.dispose([z, edited, base]);
      });
    });

    test('a pass with other layers cannot be put back', async () => {
      await withoutLeaks(async (vae) => {
        const z = latent();
        expect(() => vae.decode(z, new Activations().replay({ norm: true }))).toThrow(
          'Nothing was recorded for decoder.mid_block.resnets.0.norm1',
        );
        z.dispose();
      });
    });
  });

  describe('the posterior', () => {
    test('keeps the raw log-variance beside the one clamped to [-30, 20]', async () => {
      const moments = tf.tensor4d([1, 2, -31.5, 25, -3, 4, -30, 20], [1, 1, 2, 4]);
      const { mean, logvar, rawLogvar } = posteriorFrom(moments);
      expect([...(await mean.data())]).toEqual([1, 2, -3, 4]);
      expect([...(await rawLogvar.data())]).toEqual([-31.5, 25, -30, 20]);
      expect([...(await logvar.data())]).toEqual([-30, 20, -30, 20]);
      tf.dispose([moments, mean, logvar, rawLogvar]);
    });
  });
});
