/** Attention on WebAssembly: the packs that its products read, and the jobs. */
import type * as tf from '@tensorflow/tfjs-core';
import {
  ATTEND,
  ATTEND_BACK,
  ATTEND_GATHER,
  KEYS_A_UNIT,
  PACK_ACROSS,
  PACK_DOWN,
  PANEL,
  QUERIES_A_UNIT,
  ROWS_A_PACK,
} from './fields';
import { type ThreadPool, withOutput, withOutputs } from './threadPool';

/** Tells whether there is a program for attention between such maps. */
export function suitsAttention({ shape }: tf.TensorInfo): boolean {
  return shape[3] % 4 === 0;
}

/** `softmax(q k^T / sqrt(C)) v`; all `[1, H, W, C]`. */
export function attention(
  pool: ThreadPool,
  q: tf.TensorInfo,
  k: tf.TensorInfo,
  v: tf.TensorInfo,
): tf.Tensor4D {
  const size = sizeOf(q);
  const { cells, channels, padded, stride, mixture } = size;
  const scratch = 4 * QUERIES_A_UNIT * (channels + stride + mixture + 1);
  return withOutput(q.shape, (out) =>
    pool.withRoom(
      [4 * padded * channels, 4 * padded * mixture, scratch * pool.threads],
      ([keys, values, workspaces]) => {
        packAcross(pool, pool.address(k), keys, size);
        packDown(pool, pool.address(v), values, size);
        pool.run({
          ...jobOf(size, scratch),
          X: pool.address(q),
          KEYS_ACROSS: keys,
          VALUES_DOWN: values,
          SCRATCH: workspaces,
          OUT: pool.address(out),
          OPERATION: ATTEND,
          UNITS: Math.ceil(cells / QUERIES_A_UNIT),
        });
      },
    ),
  );
}

/**
 * The gradients of `attention` with respect to queries, keys and values; for the formulas see `../plain/attention.ts`.
 *
 * @param dy the gradient at the result
 * @param rows queries whose scores are held at once
 */
export function attentionVjp(
  pool: ThreadPool,
  dy: tf.TensorInfo,
  [q, k, v]: readonly tf.TensorInfo[],
  rows: number,
): tf.Tensor4D[] {
  const size = sizeOf(q);
  const { cells, channels, padded, stride, mixture } = size;
  const block = QUERIES_A_UNIT * Math.ceil(Math.min(rows, cells) / QUERIES_A_UNIT);
  const across = 4 * padded * channels;
  const down = 4 * padded * mixture;
  // A unit of queries has their rows and their mixture, one of keys their scores turned round and their mixture.
  const scratch = 4 * Math.max(QUERIES_A_UNIT * (channels + mixture), KEYS_A_UNIT * (block + mixture));
  const parts = [across, across, down, 4 * block * mixture, 4 * block * stride, 4 * block * stride];
  return withOutputs([q.shape, k.shape, v.shape], ([dq, dk, dv]) =>
    pool.withRoom([...parts, scratch * pool.threads], (room) => {
      const [keysAcross, valuesAcross, keysDown, rowsDown, scores, slopes, workspaces] = room;
      const job = { ...jobOf(size, scratch), SCRATCH: workspaces };
      packAcross(pool, pool.address(k), keysAcross, size);
      packAcross(pool, pool.address(v), valuesAcross, size);
      packDown(pool, pool.address(k), keysDown, size);
      for (let first = 0; first < cells; first += block) {
        const count = Math.min(block, cells - first);
        pool.run({
          ...job,
          FIRST: first,
          ROWS: count,
          X: pool.address(q),
          SLOPE: pool.address(dy),
          KEYS_ACROSS: keysAcross,
          VALUES_ACROSS: valuesAcross,
          KEYS_DOWN: keysDown,
          SCORES: scores,
          SLOPES: slopes,
          OUT: pool.address(dq),
          OPERATION: ATTEND_BACK,
          UNITS: Math.ceil(count / QUERIES_A_UNIT),
        });
        const depth = QUERIES_A_UNIT * Math.ceil(count / QUERIES_A_UNIT);
        const gather = (map: tf.TensorInfo, matrix: number, to: tf.TensorInfo, scaled: number) => {
          const from = pool.address(map) + 4 * first * channels;
          packDown(pool, from, rowsDown, { ...size, cells: count, padded: depth });
          pool.run({
            ...job,
            ROWS: count,
            SCORES: matrix,
            VALUES_DOWN: rowsDown,
            SCALED: scaled,
            ONTO: Number(first > 0),
            OUT: pool.address(to),
            OPERATION: ATTEND_GATHER,
            UNITS: Math.ceil(cells / KEYS_A_UNIT),
          });
        };
        gather(dy, scores, dv, 0);
        gather(q, slopes, dk, 1);
      }
    }),
  );
}

interface Size {
  cells: number;
  channels: number;
  /** Cells, and channels, in whole panels. */
  padded: number;
  mixture: number;
  /** Numbers from one row of scores to the next: not of a size at which rows would be in one another's place in the cache. */
  stride: number;
}

/** A line of the cache, in numbers. */
const LINE = 16;

function sizeOf({ shape: [, height, width, channels] }: tf.TensorInfo): Size {
  const cells = height * width;
  const padded = PANEL * Math.ceil(cells / PANEL);
  const mixture = PANEL * Math.ceil(channels / PANEL);
  return { cells, channels, padded, mixture, stride: padded + LINE };
}

function jobOf({ cells, channels, padded, stride }: Size, scratch: number) {
  return { CELLS: cells, INS: channels, PADDED: padded, STRIDE: stride, SCRATCH_STEP: scratch };
}

function packAcross(pool: ThreadPool, from: number, to: number, { cells, channels, padded }: Size): void {
  pool.run({
    X: from,
    OUT: to,
    CELLS: cells,
    INS: channels,
    OPERATION: PACK_ACROSS,
    UNITS: padded / PANEL,
  });
}

function packDown(pool: ThreadPool, from: number, to: number, { cells, channels, padded }: Size): void {
  pool.run({
    X: from,
    OUT: to,
    CELLS: cells,
    INS: channels,
    PADDED: padded,
    OPERATION: PACK_DOWN,
    UNITS: Math.ceil(padded / ROWS_A_PACK),
  });
}
