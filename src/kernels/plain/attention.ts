/** Attention by products of matrices, a block of queries at a time, and its gradient. */
import * as tf from '@tensorflow/tfjs-core';
import { blockRows } from '../attentionBlocks';

/** The product of two matrices `[n, k]` and `[k, m]`. */
export type Product = (a: tf.Tensor2D, b: tf.Tensor2D) => tf.Tensor2D;

/** @param product in which a backend may be faster than tfjs */
export function attention(maps: readonly tf.Tensor4D[], chunk: number, product: Product): tf.Tensor4D {
  const [, height, width, channels] = maps[0].shape;
  const cells = height * width;
  const rows = blockRows(cells, chunk);
  return tf.tidy(() => {
    const [queries, keys, values] = maps.map(flat);
    // Transposed ahead: tfjs-wasm is slow, and on one thread, where the product itself is to transpose.
    const keysAcross = tf.transpose(tf.mul(keys, scaleOf(channels))) as tf.Tensor2D;
    const blocks = blockStarts(cells, rows).map((start) =>
      tf.tidy(() => {
        const weights = scores(product, queries, keysAcross, start, Math.min(rows, cells - start));
        return product(weights, values);
      }),
    );
    return tf.reshape(blocks.length === 1 ? blocks[0] : tf.concat(blocks, 0), maps[0].shape) as tf.Tensor4D;
  });
}

/** The gradients with respect to queries, keys and values, of which nothing but these is needed. */
export function attentionVjp(
  dy: tf.Tensor4D,
  maps: readonly tf.Tensor4D[],
  chunk: number,
  product: Product,
): tf.Tensor4D[] {
  const [, height, width, channels] = dy.shape;
  const rows = blockRows(height * width, chunk);
  return tf.tidy(() => {
    const gradients = backward(flat(dy), maps.map(flat), rows, scaleOf(channels), product);
    return gradients.map((gradient) => tf.reshape(gradient, dy.shape) as tf.Tensor4D);
  });
}

function scaleOf(channels: number): number {
  return 1 / Math.sqrt(channels);
}

/** `[1, H, W, C]` -> `[H W, C]` */
function flat(featureMap: tf.Tensor4D): tf.Tensor2D {
  const [, height, width, channels] = featureMap.shape;
  return tf.reshape(featureMap, [height * width, channels]);
}

/** Softmaxed scores of `count` queries from `start`: `[count, N]`. */
function scores(
  product: Product,
  queries: tf.Tensor2D,
  keysAcross: tf.Tensor2D,
  start: number,
  count: number,
): tf.Tensor2D {
  const raw = product(tf.slice(queries, [start, 0], [count, queries.shape[1]]), keysAcross);
  const weights = tf.softmax(raw) as tf.Tensor2D;
  raw.dispose();
  return weights;
}

/**
 * Gradients of attention. With `P` the softmaxed scores: `dv = P^T dy`, `dP = dy v^T`, `dS = P (dP - rowsum(dP P))`, `dq = dS k /
 * sqrt(C)`, `dk = dS^T q / sqrt(C)`.
 */
function backward(
  dy: tf.Tensor2D,
  [q, k, v]: tf.Tensor2D[],
  rows: number,
  scale: number,
  product: Product,
): tf.Tensor2D[] {
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
        const weights = scores(product, q, keysAcross, start, count);
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
