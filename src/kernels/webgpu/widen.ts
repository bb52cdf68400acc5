import * as tf from '@tensorflow/tfjs-core';
import { type Dtype, FLOAT16_FUNCTIONS } from '../dtype';
import { WIDEN_FLOAT16 } from '../float16Filter';
import { grid, WIDTH } from './pieces';
import { declarations, type Program, Recorder } from './recorder';
import type { ConvolutionShape } from './shape';

/** Numbers kept in float16, two in a word, in float32: the very same numbers. Each invocation widens one word. */
export function widen(recorder: Recorder, packed: tf.TensorInfo, shape: number[]): tf.TensorInfo {
  const count = shape.reduce((product, side) => product * side, 1);
  const out = recorder.output(shape);
  const { groups, row } = grid(Math.ceil(count / 2));
  recorder.run(WIDEN, [{ tensor: packed }, { tensor: out, output: true }], [count, row], groups);
  return out;
}

/** Numbers rounded to float16, two in a word, in an int32 tensor `[count / 2]`; as many as come in fours. */
export function narrow(recorder: Recorder, values: tf.TensorInfo): tf.TensorInfo {
  const count = values.shape.reduce((product, side) => product * side, 1);
  const out = recorder.output([count / 2], 'int32');
  const { groups, row } = grid(count / 4);
  recorder.run(NARROW, [{ tensor: values }, { tensor: out, output: true }], [count / 4, row], groups);
  return out;
}

/** A convolution's filter stored otherwise, for the caller to dispose; null where it is as is wanted. */
export function convertFilter(
  recorder: Recorder,
  filter: tf.TensorInfo,
  { geometry, x, out, filter: dtype }: ConvolutionShape,
  wanted: Dtype,
): tf.TensorInfo | null {
  if (dtype === wanted) return null;
  if (wanted === 'float16') return narrow(recorder, filter);
  const planes = 1 + Math.max(...geometry.taps.map(({ plane }) => plane));
  return widen(recorder, filter, [planes, x.channels, out.channels]);
}

const NARROW: Program = {
  key: 'narrow',
  wgsl: () => `${FLOAT16_FUNCTIONS}
${declarations(
  [
    { name: 'values', type: 'vec4<f32>' },
    { name: 'out', type: 'vec2<u32>', output: true },
  ],
  ['count', 'row'],
)}
@compute @workgroup_size(${WIDTH})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let index = i32(id.x) + i32(id.y) * u.row;
  if (index < u.count) { out[index] = narrow(values[index]); }
}`,
};

const WIDEN: Program = {
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

tf.registerKernel({
  kernelName: WIDEN_FLOAT16,
  backendName: 'webgpu',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { packed } = inputs as unknown as { packed: tf.TensorInfo };
    const { shape } = attrs as unknown as { shape: number[] };
    return widen(new Recorder(backend as tf.KernelBackend), packed, shape);
  },
});
