/** GroupNorm on WebGPU with given statistics, and its SiLU, in one pass over the map. */
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
import { grid, pieces, WIDTH } from './pieces';
import { declarations, type Program, type Recorder } from './recorder';

/** A GroupNorm's learned `[C]` and measured `[groups]` numbers. */
export interface NormTensors {
  scale: tf.TensorInfo;
  shift: tf.TensorInfo;
  mean: tf.TensorInfo;
  variance: tf.TensorInfo;
}

/**
 * Coefficients a, b, c and d of a norm for each channel, `[4, C]`: `a x + b` is the normalised number with what was learned,
 * `c x + d` without.
 * @param epsilon is added to the variance
 */
export function coefficients(recorder: Recorder, norm: NormTensors, epsilon: number): tf.TensorInfo {
  const [channels] = norm.scale.shape;
  const [groups] = norm.mean.shape;
  const out = recorder.output([4, channels]);
  const program: Program = {
    key: `norm coefficients ${channels}/${groups}`,
    wgsl: () => `
${declarations([
  { name: 'scale', type: 'f32' },
  { name: 'shift', type: 'f32' },
  { name: 'mean', type: 'f32' },
  { name: 'variance', type: 'f32' },
  { name: 'out', type: 'f32', output: true },
])}
@compute @workgroup_size(${WIDTH})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let channel = i32(id.x);
  if (channel >= ${channels}) { return; }
  let group = channel / ${channels / groups};
  let c = 1.0 / sqrt(variance[group] + ${epsilon});
  let d = -mean[group] * c;
  out[channel] = scale[channel] * c;
  out[${channels} + channel] = scale[channel] * d + shift[channel];
  out[${2 * channels} + channel] = c;
  out[${3 * channels} + channel] = d;
}`,
  };
  recorder.run(
    program,
    [norm.scale, norm.shift, norm.mean, norm.variance, out].map((tensor) => ({
      tensor,
      output: tensor === out,
    })),
    [],
    [Math.ceil(channels / WIDTH), 1, 1],
  );
  return out;
}

/** WGSL `sigmoid(n)`: the sigmoid, by which SiLU multiplies. */
export const SIGMOID = `
fn sigmoid(n: vec4<f32>) -> vec4<f32> { return 1.0 / (1.0 + exp(min(-n, vec4<f32>(80.0)))); }`;

/** The map normalised, and its SiLU where that is asked for. C is a multiple of four. */
export function normalise(
  recorder: Recorder,
  x: tf.TensorInfo,
  coefficients: tf.TensorInfo,
  silu: boolean,
): tf.TensorInfo {
  const size = featureMapSize(x);
  const dtype = dtypeOf(x);
  const out = recorder.outputMap(size, dtype);
  const quads = size.channels / 4;
  const program: Program = {
    key: `normalise ${quads} ${dtype} ${silu}`,
    wgsl: () => `${FLOAT16_FUNCTIONS}${SIGMOID}
${declarations(
  [
    { name: 'x', type: quadType(dtype) },
    { name: 'k', type: 'vec4<f32>' },
    { name: 'out', type: quadType(dtype), output: true },
  ],
  ['shift', 'count', 'row'],
)}
@compute @workgroup_size(${WIDTH})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let index = i32(id.x) + i32(id.y) * u.row;
  if (index >= u.count) { return; }
  let quad = index % ${quads};
  let n = ${widenQuad('x[u.shift + index]', dtype)} * k[quad] + k[${quads} + quad];
  out[u.shift + index] = ${narrowQuad(silu ? 'n * sigmoid(n)' : 'n', dtype)};
}`,
  };
  for (const piece of pieces(recorder.device, size.height * size.width, size.channels * numberBytes(dtype))) {
    const count = piece.count * quads;
    const { groups, row } = grid(count);
    const { start, bytes } = piece;
    recorder.run(
      program,
      [{ tensor: x, start, bytes }, { tensor: coefficients }, { tensor: out, start, bytes, output: true }],
      [piece.behind / (4 * numberBytes(dtype)), count, row],
      groups,
    );
  }
  return out;
}
