import * as tf from '@tensorflow/tfjs-core';
import { product } from './conv2d';
import {
  attendBackward as attendBackwardOnWasm,
  attend as attendOnWasm,
  suitsAttention,
} from './wasm/attention';

/**
 * Largest piece of the score matrix held at once, in numbers (16 MiB of float32). At 512x512 the whole matrix is
 * 64 MiB and at 1024x1024 one gibibyte; a few hundred query rows at a time keep the matrix multiplications long enough.
 */
const CHUNK = 1 << 22;

/** Numbers of the block of scores that is held at once for so many cells. */
export function scoreBlock(cells: number, chunk = CHUNK): number {
  return cells * blockRows(cells, chunk);
}

function blockRows(cells: number, chunk: number): number {
  return Math.min(cells, Math.max(1, Math.floor(chunk / cells)));
}

/**
 * Attention of one head over all cells, `softmax(q k^T / sqrt(C)) v` (Vaswani et al. 2017), a block of query rows
 * at a time. The gradient is with respect to all three and recomputes the scores rather than keeping them.
 *
 * @param q queries, `[1, H, W, C]`
 * @param k keys, the same shape
 * @param v values, the same shape
 * @param chunk largest piece of the `[H W, H W]` score matrix to hold, in numbers
 * @returns the same shape
 */
export function attend(q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D, chunk = CHUNK): tf.Tensor4D {
  const run = tf.customGrad((...args) => {
    const save = args.pop() as tf.GradSaveFunc;
    const maps = args as tf.Tensor4D[];
    save(maps);
    const gradFunc = (dy: tf.Tensor, kept: tf.Tensor[]) =>
      attendBackward(dy as tf.Tensor4D, kept as tf.Tensor4D[], chunk);
    return { value: attendForward(maps, chunk), gradFunc };
  });
  return run(q, k, v) as tf.Tensor4D;
}

function attendForward(maps: tf.Tensor4D[], chunk: number): tf.Tensor4D {
  const [q, k, v] = maps;
  const channels = q.shape[3];
  if (suitsAttention(channels)) return attendOnWasm(q, k, v);
  const cells = q.shape[1] * q.shape[2];
  const rows = blockRows(cells, chunk);
  return tf.tidy(() => {
    const [queries, keys, values] = maps.map((map) => flat(map));
    // Transposed ahead: tfjs-wasm is slow, and on one thread, where the product itself is to transpose.
    const keysAcross = tf.transpose(tf.mul(keys, scaleOf(channels))) as tf.Tensor2D;
    const blocks = blockStarts(cells, rows).map((start) =>
      tf.tidy(() => {
        const weights = scores(queries, keysAcross, start, Math.min(rows, cells - start));
        return product(weights, values);
      }),
    );
    return tf.reshape(blocks.length === 1 ? blocks[0] : tf.concat(blocks, 0), q.shape);
  });
}

/**
 * The gradients of `attend` with respect to queries, keys and values, of which nothing but these is needed.
 *
 * @param dy the gradient at the result
 */
export function attendBackward(dy: tf.Tensor4D, maps: readonly tf.Tensor4D[], chunk = CHUNK): tf.Tensor4D[] {
  const [, height, width, channels] = dy.shape;
  const rows = blockRows(height * width, chunk);
  if (suitsAttention(channels)) return attendBackwardOnWasm(dy, maps, rows);
  return tf.tidy(() => {
    const gradients = backward(flat(dy), maps.map(flat), rows, scaleOf(channels));
    return gradients.map((gradient) => tf.reshape(gradient, dy.shape));
  });
}

function scaleOf(channels: number): number {
  return 1 / Math.sqrt(channels);
}

/** `[1, H, W, C]` -> `[H W, C]` */
function flat(map: tf.Tensor4D): tf.Tensor2D {
  const [, height, width, channels] = map.shape;
  return tf.reshape(map, [height * width, channels]);
}

/** Softmaxed scores of `count` queries from `start`: `[count, N]`. */
function scores(queries: tf.Tensor2D, keysAcross: tf.Tensor2D, start: number, count: number): tf.Tensor2D {
  const raw = product(tf.slice(queries, [start, 0], [count, queries.shape[1]]), keysAcross);
  const weights = tf.softmax(raw) as tf.Tensor2D;
  raw.dispose();
  return weights;
}

/**
 * With `P` the softmaxed scores: `dv = P^T dy`, `dP = dy v^T`, `dS = P (dP - rowsum(dP P))`, `dq = dS k / sqrt(C)`,
 * `dk = dS^T q / sqrt(C)`.
 */
function backward(dy: tf.Tensor2D, [q, k, v]: tf.Tensor2D[], rows: number, scale: number): tf.Tensor2D[] {
  const [cells, channels] = q.shape;
  return tf.tidy(() => {
    const scaledKeys = tf.mul(k, scale) as tf.Tensor2D;
    const keysAcross = tf.transpose(scaledKeys) as tf.Tensor2D;
    const valuesAcross = tf.transpose(v) as tf.Tensor2D;
    const dq: tf.Tensor2D[] = [];
    let dk = tf.zerosLike(k);
    let dv = tf.zerosLike(v);
    for (const start of blockStarts(cells, rows)) {
      const count = Math.min(rows, cells - start);
      const step = tf.tidy(() => {
        const weights = scores(q, keysAcross, start, count);
        const dyBlock = tf.slice(dy, [start, 0], [count, channels]);
        const dWeights = product(dyBlock, valuesAcross);
        const rowSums = tf.sum(tf.mul(dWeights, weights), 1, true);
        const dScores = tf.mul(weights, tf.sub(dWeights, rowSums)) as tf.Tensor2D;
        const queries = tf.mul(tf.slice(q, [start, 0], [count, channels]), scale) as tf.Tensor2D;
        return {
          dq: product(dScores, scaledKeys),
          dk: tf.add(dk, product(tf.transpose(dScores) as tf.Tensor2D, queries)) as tf.Tensor2D,
          dv: tf.add(dv, product(tf.transpose(weights) as tf.Tensor2D, dyBlock)) as tf.Tensor2D,
        };
      });
      dk.dispose();
      dv.dispose();
      dq.push(step.dq as tf.Tensor2D);
      dk = step.dk;
      dv = step.dv;
    }
    return [dq.length === 1 ? dq[0] : (tf.concat(dq, 0) as tf.Tensor2D), dk, dv];
  });
}

function blockStarts(cells: number, rows: number): number[] {
  return Array.from({ length: Math.ceil(cells / rows) }, (_, block) => block * rows);
}
