import type * as tf from '@tensorflow/tfjs-core';
import {
  dtypeOf,
  FLOAT16_FUNCTIONS,
  featureMapSize,
  narrowQuad,
  numberBytes,
  quadType,
  widenQuad,
} from '../dtype';
import { defineOnWebgpu } from './define';
import { grid, pieces, WIDTH } from './pieces';
import { declarations, type Program, type Recorder } from './recorder';

/** Tells whether the program takes such maps. */
export function suitsSum(featureMap: tf.TensorInfo): boolean {
  return featureMapSize(featureMap).channels % 4 === 0;
}

export function add(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D {
  return addMaps({ a, b }, {})[0] as tf.Tensor4D;
}

const addMaps = defineOnWebgpu<{ a: tf.Tensor; b: tf.Tensor }, object>('AddMaps', (recorder, { a, b }) => [
  sum(recorder, a, b),
]);

/** `a + b` for two maps of one shape and dtype, channels a multiple of four. */
function sum(recorder: Recorder, a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo {
  const size = featureMapSize(a);
  const dtype = dtypeOf(a);
  const out = recorder.outputMap(size, dtype);
  const type = quadType(dtype);
  const program: Program = {
    key: `sum ${dtype}`,
    wgsl: () => `${FLOAT16_FUNCTIONS}
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
  out[index] = ${narrowQuad(`${widenQuad('a[index]', dtype)} + ${widenQuad('b[index]', dtype)}`, dtype)};
}`,
  };
  const quads = (size.height * size.width * size.channels) / 4;
  // Pieces that begin where a buffer may be bound.
  for (const { count, start, bytes } of pieces(recorder.device, quads, 4 * numberBytes(dtype), 32)) {
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
