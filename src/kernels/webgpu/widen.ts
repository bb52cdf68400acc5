import type * as tf from '@tensorflow/tfjs-core';
import { grid, WIDTH } from './pieces';
import { declarations, type Program, type Recorder } from './recorder';

/** Numbers kept as halves, two in a word, in float32: the very same numbers. Each invocation widens one word. */
export function widen(recorder: Recorder, packed: tf.TensorInfo, shape: number[]): tf.TensorInfo {
  const count = shape.reduce((product, side) => product * side, 1);
  const out = recorder.output(shape);
  const { groups, row } = grid(Math.ceil(count / 2));
  recorder.run(PROGRAM, [{ tensor: packed }, { tensor: out, output: true }], [count, row], groups);
  return out;
}

const PROGRAM: Program = {
  key: 'widen',
  wgsl: () => `
${declarations(
  [
    { name: 'packed', type: 'u32' },
    { name: 'out', type: 'f32', output: true },
  ],
  ['count', 'row'],
)}
@compute @workgroup_size(${WIDTH})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let word = i32(id.x) + i32(id.y) * u.row;
  let first = 2 * word;
  if (first >= u.count) { return; }
  let pair = unpack2x16float(packed[word]);
  out[first] = pair.x;
  if (first + 1 < u.count) { out[first + 1] = pair.y; }
}`,
};
