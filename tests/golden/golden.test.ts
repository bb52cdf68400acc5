import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { AutoencoderKL } from '@/vae/autoencoder';
import { type Backend, NETWORK_TOLERANCE, onBackends } from '../kernels/backends';
import { expectClose } from '../kernels/compare';
import { fromPlanes, type Golden, loadGolden, syntheticNetwork, toPlanes } from './golden';

const TINY = ['tiny-64', 'tiny-96x64', 'tiny-16ch-no-quant', 'tiny-no-attention', 'tiny-three-levels'];
/** Its gradients are the smaller one's at another size, and take half a minute. */
const LARGEST = 'full-128';
const FULL = ['full-64', LARGEST];

// Plain JavaScript is slow, and graphics backends run in software here: there the cases that are unlike.
const UNLIKE = ['tiny-96x64', 'tiny-16ch-no-quant', 'tiny-no-attention', 'tiny-three-levels'];

const CASES: Record<Exclude<Backend, 'webgpu tiles'>, string[]> = {
  cpu: UNLIKE,
  wasm: [...TINY, ...FULL],
  webgpu: UNLIKE,
  webgl: UNLIKE,
};

onBackends(['cpu', 'wasm', 'webgpu', 'webgl'], (backend) => {
  const tolerance = NETWORK_TOLERANCE[backend];

  test.each(CASES[backend as keyof typeof CASES])('%s agrees with PyTorch', async (name) => {
    const golden = await loadGolden(name);
    const before = tf.memory().numTensors;
    const vae = syntheticNetwork(golden.config, golden.seed);
    try {
      await checkEncoder(vae, golden, tolerance);
      await checkPokedDecode(vae, golden, tolerance);
      if (name === LARGEST) await checkDecode(vae, golden, tolerance);
      else await checkDecodeAndGradients(vae, golden, tolerance);
    } finally {
      vae.dispose();
    }
    expect(tf.memory().numTensors, 'tensors left behind').toBe(before);
  });
});

async function checkEncoder(vae: AutoencoderKL, { tensors }: Golden, tolerance: number): Promise<void> {
  const image = fromPlanes(tensors.image);
  const { mean, logvar, rawLogvar } = vae.encode(image);
  expectClose(await toPlanes(mean), tensors.mean.data, tolerance, 'mean');
  expectClose(await toPlanes(logvar), tensors.logvar.data, tolerance, 'logvar');
  // None of these cases reaches the clamp, so the raw prediction is the same.
  expectClose(await toPlanes(rawLogvar), tensors.logvar.data, tolerance, 'raw logvar');
  tf.dispose([image, mean, logvar, rawLogvar]);
}

async function checkPokedDecode(vae: AutoencoderKL, { tensors }: Golden, tolerance: number): Promise<void> {
  const latent = fromPlanes(tensors.mean);
  const poke = tf.buffer(latent.shape);
  poke.set(3, 0, 1, 2, 0);
  const poked = tf.tidy(() => vae.decode(tf.add(latent, poke.toTensor())));
  expectClose(await toPlanes(poked), tensors.decoded_poked.data, tolerance, 'decoded_poked');
  tf.dispose([latent, poked]);
}

async function checkDecode(vae: AutoencoderKL, { tensors }: Golden, tolerance: number): Promise<void> {
  const latent = fromPlanes(tensors.mean);
  const decoded = vae.decode(latent);
  expectClose(await toPlanes(decoded), tensors.decoded.data, tolerance, 'decoded');
  tf.dispose([latent, decoded]);
}

async function checkDecodeAndGradients(
  vae: AutoencoderKL,
  { tensors }: Golden,
  tolerance: number,
): Promise<void> {
  const latent = fromPlanes(tensors.mean);
  const [, , height, width] = tensors.decoded.shape;
  const decodeWithGradient = tf.valueAndGrad((z: tf.Tensor) => vae.decode(z as tf.Tensor4D));
  for (const [channel, name] of (['grad_mean_r', 'grad_mean_g', 'grad_mean_b'] as const).entries()) {
    const { value, grad } = tf.tidy(() => {
      const colour = [0, 0, 0].map((_, index) => (index === channel ? 1 / (height * width) : 0));
      const dy = tf.tile(tf.tensor4d(colour, [1, 1, 1, 3]), [1, height, width, 1]);
      return decodeWithGradient(latent, dy);
    });
    expectClose(await toPlanes(value), tensors.decoded.data, tolerance, 'decoded');
    expectClose(await toPlanes(grad), tensors[name].data, tolerance, name);
    tf.dispose([value, grad]);
  }
  latent.dispose();
}
