import type * as tf from '@tensorflow/tfjs-core';
import {
  HALF_FUNCTIONS,
  mapSize,
  mapTensor,
  narrowQuad,
  numberBytes,
  quadType,
  storageOf,
  widenQuad,
} from '../storage';
import { defineOnWebgpu } from './define';
import { grid, pieces, WIDTH } from './pieces';
import { declarations, type Program, type Recorder } from './recorder';

/** Whether the program takes such maps. */
export function suitsSum(map: tf.TensorInfo): boolean {
  return mapSize(map).channels % 4 === 0;
}

export function add(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D {
  return addMaps({ a, b }, {})[0] as tf.Tensor4D;
}

const addMaps = defineOnWebgpu<{ a: tf.Tensor; b: tf.Tensor }, object>('AddMaps', (recorder, { a, b }) => [
  sum(recorder, a, b),
]);

/** `a + b` for two maps of one shape and storage, channels a multiple of four. */
function sum(recorder: Recorder, a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo {
  const size = mapSize(a);
  const storage = storageOf(a);
  const { shape, dtype } = mapTensor(size, storage);
  const out = recorder.output(shape, dtype);
  const type = quadType(storage);
  const program: Program = {
    key: `sum ${storage}`,
    wgsl: () => `${HALF_FUNCTIONS}
${declarations(
  [
    { name: 'a', type },
    { name: 'b', type },
    { name: 'out', type, output: true },
  ],
  ['count', 'row'],
)}
@compute @workgroup_size(${WIDTH})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let index = i32(id.x) + i32(id.y) * u.row;
  if (index >= u.count) { return; }
  out[index] = ${narrowQuad(`${widenQuad('a[index]', storage)} + ${widenQuad('b[index]', storage)}`, storage)};
}`,
  };
  const quads = (size.height * size.width * size.channels) / 4;
  // Pieces that begin where a buffer may be bound.
  for (const { count, start, bytes } of pieces(recorder.device, quads, 4 * numberBytes(storage), 32)) {
    const { groups, row } = grid(count);
    const range = { start, bytes };
    recorder.run(
      program,
      [
        { tensor: a, ...range },
        { tensor: b, ...range },
        { tensor: out, ...range, output: true },
      ],
      [count, row],
      groups,
    );
  }
  return out;
}
