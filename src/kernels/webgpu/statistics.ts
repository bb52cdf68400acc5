/** Mean and variance of GroupNorm's groups on WebGPU, in one pass over the map. */
import type * as tf from '@tensorflow/tfjs-core';
import { type Dtype, dtypeOf, featureMapSize, numberBytes } from '../dtype';
import { chunking } from './chunks';
import { grid, pieces, WIDTH } from './pieces';
import { declarations, type Program, type Recorder } from './recorder';

/** WGSL that reads number `index` of a map `x`. */
function readNumber(name: string, index: string, dtype: Dtype): string {
  return dtype === 'float16'
    ? `unpack2x16float(${name}[(${index}) / 2])[(${index}) % 2]`
    : `${name}[${index}]`;
}

/**
 * Mean and biased variance over each group's channels and all cells: `[groups]` each, made by the recorder. Every chunk of
 * pixels is summed up about its own first number, and the chunks are merged as in Chan, Golub and LeVeque 1979, so a mean
 * that is large beside the deviation costs no digits.
 *
 * @param x `[1, H, W, C]`, C a multiple of four where it is kept in float16
 */
export function measure(
  recorder: Recorder,
  x: tf.TensorInfo,
  groups: number,
): [tf.TensorInfo, tf.TensorInfo] {
  const { height, width, channels } = featureMapSize(x);
  const dtype = dtypeOf(x);
  const pixels = height * width;
  const { length, chunks } = chunking(pixels);
  const partial = recorder.output([chunks, channels, 2]);
  for (const piece of pieces(recorder.device, pixels, channels * numberBytes(dtype), length)) {
    const counted = Math.ceil(piece.count / length) * channels;
    const { groups: workgroups, row } = grid(counted);
    recorder.run(
      chunkProgram(channels, dtype, length, pixels),
      [
        { tensor: x, start: piece.start, bytes: piece.bytes },
        { tensor: partial, output: true },
      ],
      [piece.first / length, piece.behind / numberBytes(dtype), counted, row],
      workgroups,
    );
  }
  const [mean, variance] = [recorder.output([groups]), recorder.output([groups])];
  recorder.run(
    mergeProgram(channels, groups, length, pixels),
    [{ tensor: partial }, { tensor: mean, output: true }, { tensor: variance, output: true }],
    [],
    [groups, 1, 1],
  );
  recorder.dispose(partial);
  return [mean, variance];
}

function chunkProgram(channels: number, dtype: Dtype, length: number, pixels: number): Program {
  return {
    key: `norm chunks ${channels} ${dtype} ${length} of ${pixels}`,
    wgsl: () => `
${declarations(
  [
    { name: 'x', type: dtype === 'float16' ? 'u32' : 'f32' },
    { name: 'partial', type: 'vec2<f32>', output: true },
  ],
  ['chunk0', 'shift', 'count', 'row'],
)}
@compute @workgroup_size(${WIDTH})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let index = i32(id.x) + i32(id.y) * u.row;
  if (index >= u.count) { return; }
  let chunk = index / ${channels};
  let channel = index % ${channels};
  let first = chunk * ${length};
  let pixels = min(${length}, ${pixels} - (u.chunk0 + chunk) * ${length});
  var place = u.shift + first * ${channels} + channel;
  let about = ${readNumber('x', 'place', dtype)};
  var sum = 0.0;
  var squares = 0.0;
  for (var pixel = 0; pixel < pixels; pixel++) {
    let d = ${readNumber('x', 'place', dtype)} - about;
    sum += d;
    squares += d * d;
    place += ${channels};
  }
  let mean = sum / f32(pixels);
  partial[(u.chunk0 + chunk) * ${channels} + channel] = vec2<f32>(about + mean, squares - sum * mean);
}`,
  };
}

function mergeProgram(channels: number, groups: number, length: number, pixels: number): Program {
  const perGroup = channels / groups;
  const chunks = Math.ceil(pixels / length);
  return {
    key: `norm merge ${channels}/${groups} ${length} of ${pixels}`,
    wgsl: () => `
${declarations([
  { name: 'partial', type: 'vec2<f32>' },
  { name: 'means', type: 'f32', output: true },
  { name: 'variances', type: 'f32', output: true },
])}
// Count, mean and sum of squared deviations.
var<workgroup> shared_parts: array<vec3<f32>, ${WIDTH}>;
fn merged(a: vec3<f32>, b: vec3<f32>) -> vec3<f32> {
  let count = a.x + b.x;
  if (count == 0.0) { return a; }
  let delta = b.y - a.y;
  let share = b.x / count;
  return vec3<f32>(count, a.y + delta * share, a.z + b.z + delta * delta * a.x * share);
}
@compute @workgroup_size(${WIDTH})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32) {
  var part = vec3<f32>(0.0);
  for (var item = i32(index); item < ${chunks * perGroup}; item += ${WIDTH}) {
    let chunk = item / ${perGroup};
    let one = partial[chunk * ${channels} + i32(group.x) * ${perGroup} + item % ${perGroup}];
    part = merged(part, vec3<f32>(f32(min(${length}, ${pixels} - chunk * ${length})), one));
  }
  shared_parts[index] = part;
  for (var half = ${WIDTH / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (index < half) { shared_parts[index] = merged(shared_parts[index], shared_parts[index + half]); }
  }
  if (index == 0u) {
    means[group.x] = shared_parts[0].y;
    variances[group.x] = shared_parts[0].z / shared_parts[0].x;
  }
}`,
  };
}
