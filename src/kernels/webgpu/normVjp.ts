/** The gradient of GroupNorm and SiLU on WebGPU: the sums over each group, then a pass over the map. */
import type * as tf from '@tensorflow/tfjs-core';
import { featureMapSize } from '../dtype';
import { chunking } from './chunks';
import { SIGMOID } from './norm';
import { grid, pieces, WIDTH } from './pieces';
import { declarations, type Program, type Recorder } from './recorder';

/** Inputs of a norm's gradient. */
export interface NormVjpInputs {
  dy: tf.TensorInfo;
  x: tf.TensorInfo;
  coefficients: tf.TensorInfo;
  scale: tf.TensorInfo;
  groups: number;
  silu: boolean;
  /** The statistics are constants. */
  frozen: boolean;
}

/** Writes the result over `dy`, which is then the result: the caller made it, and nobody else needs it. */
export function normaliseVjpInPlace(recorder: Recorder, inputs: NormVjpInputs): tf.TensorInfo {
  record(recorder, inputs, inputs.dy);
  return inputs.dy;
}

/** The gradient of `groupNorm` with respect to `x`, in float32; C is a multiple of four. See `groupnorm.ts` for the formula. */
export function normaliseVjp(recorder: Recorder, inputs: NormVjpInputs): tf.TensorInfo {
  const out = recorder.output(inputs.x.shape);
  record(recorder, inputs, out);
  return out;
}

function record(recorder: Recorder, inputs: NormVjpInputs, out: tf.TensorInfo): void {
  const { dy, x, coefficients, groups, silu, frozen } = inputs;
  const { height, width, channels } = featureMapSize(x);
  const quads = channels / 4;
  const pixels = height * width;
  const expected = frozen ? null : expectations(recorder, inputs);
  const inPlace = out === dy;
  const program: Program = {
    key: `norm backward ${quads}/${groups} ${silu} ${frozen} ${inPlace}`,
    wgsl: () => `${SIGMOID}
${declarations(
  [
    ...(inPlace ? [] : [{ name: 'dy', type: 'vec4<f32>' }]),
    { name: 'x', type: 'vec4<f32>' },
    { name: 'k', type: 'vec4<f32>' },
    ...(frozen ? [] : [{ name: 'expected', type: 'vec2<f32>' }]),
    { name: 'out', type: 'vec4<f32>', output: true },
  ],
  ['shift', 'count', 'row'],
)}
${slope(inPlace ? 'out' : 'dy', quads, silu)}
@compute @workgroup_size(${WIDTH})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let index = i32(id.x) + i32(id.y) * u.row;
  if (index >= u.count) { return; }
  let quad = index % ${quads};
  var dx = slope(u.shift + index, quad) * k[quad];
  ${
    frozen
      ? ''
      : `let c = k[${2 * quads} + quad];
  let h = x[u.shift + index] * c + k[${3 * quads} + quad];
  for (var i = 0; i < 4; i++) {
    let e = expected[(4 * quad + i) / ${channels / groups}];
    dx[i] -= c[i] * (e.x + h[i] * e.y);
  }`
  }
  out[u.shift + index] = dx;
}`,
  };
  for (const piece of pieces(recorder.device, pixels, 4 * channels)) {
    const count = piece.count * quads;
    const { groups: workgroups, row } = grid(count);
    const { start, bytes } = piece;
    recorder.run(
      program,
      [
        ...(inPlace ? [] : [{ tensor: dy, start, bytes }]),
        { tensor: x, start, bytes },
        { tensor: coefficients },
        ...(expected ? [{ tensor: expected }] : []),
        { tensor: out, start, bytes, output: true },
      ],
      [piece.behind / 16, count, row],
      workgroups,
    );
  }
  if (expected) recorder.dispose(expected);
}

/** WGSL `slope(place, quad)`: the gradient at the norm's own output, before the SiLU. */
function slope(dy: 'dy' | 'out', quads: number, silu: boolean): string {
  return `fn slope(place: i32, quad: i32) -> vec4<f32> {
  ${
    silu
      ? `let n = x[place] * k[quad] + k[${quads} + quad];
  let s = sigmoid(n);
  return ${dy}[place] * (s + n * s * (1.0 - s));`
      : `return ${dy}[place];`
  }
}`;
}

/** `E[g]` and `E[g h]` of each group, `[groups, 2]`. */
function expectations(
  recorder: Recorder,
  { dy, x, coefficients, scale, groups, silu }: NormVjpInputs,
): tf.TensorInfo {
  const { height, width, channels } = featureMapSize(x);
  const quads = channels / 4;
  const pixels = height * width;
  const { length, chunks } = chunking(pixels);
  const partial = recorder.output([chunks, channels, 2]);
  const program: Program = {
    key: `norm slopes ${quads} ${silu} ${length} of ${pixels}`,
    wgsl: () => `${SIGMOID}
${declarations(
  [
    { name: 'dy', type: 'vec4<f32>' },
    { name: 'x', type: 'vec4<f32>' },
    { name: 'k', type: 'vec4<f32>' },
    { name: 'scale', type: 'vec4<f32>' },
    { name: 'partial', type: 'vec2<f32>', output: true },
  ],
  ['chunk0', 'shift', 'count', 'row'],
)}
${slope('dy', quads, silu)}
@compute @workgroup_size(${WIDTH})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let index = i32(id.x) + i32(id.y) * u.row;
  if (index >= u.count) { return; }
  let chunk = index / ${quads};
  let quad = index % ${quads};
  let pixels = min(${length}, ${pixels} - (u.chunk0 + chunk) * ${length});
  var place = u.shift + chunk * ${length * quads} + quad;
  var first = vec4<f32>(0.0);
  var second = vec4<f32>(0.0);
  for (var pixel = 0; pixel < pixels; pixel++) {
    let g = slope(place, quad) * scale[quad];
    first += g;
    second += g * (x[place] * k[${2 * quads} + quad] + k[${3 * quads} + quad]);
    place += ${quads};
  }
  for (var i = 0; i < 4; i++) {
    partial[(u.chunk0 + chunk) * ${channels} + 4 * quad + i] = vec2<f32>(first[i], second[i]);
  }
}`,
  };
  for (const piece of pieces(recorder.device, pixels, 4 * channels, length)) {
    const counted = Math.ceil(piece.count / length) * quads;
    const { groups: workgroups, row } = grid(counted);
    const { start, bytes } = piece;
    recorder.run(
      program,
      [
        { tensor: dy, start, bytes },
        { tensor: x, start, bytes },
        { tensor: coefficients },
        { tensor: scale },
        { tensor: partial, output: true },
      ],
      [piece.first / length, piece.behind / 16, counted, row],
      workgroups,
    );
  }
  const out = recorder.output([groups, 2]);
  recorder.run(
    totalProgram(channels, groups, chunks, pixels),
    [{ tensor: partial }, { tensor: out, output: true }],
    [],
    [groups, 1, 1],
  );
  recorder.dispose(partial);
  return out;
}

function totalProgram(channels: number, groups: number, chunks: number, pixels: number): Program {
  const perGroup = channels / groups;
  return {
    key: `norm expectations ${channels}/${groups} ${chunks} ${pixels}`,
    wgsl: () => `
${declarations([
  { name: 'partial', type: 'vec2<f32>' },
  { name: 'out', type: 'vec2<f32>', output: true },
])}
var<workgroup> sums: array<vec2<f32>, ${WIDTH}>;
@compute @workgroup_size(${WIDTH})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32) {
  var sum = vec2<f32>(0.0);
  for (var item = i32(index); item < ${chunks * perGroup}; item += ${WIDTH}) {
    sum += partial[(item / ${perGroup}) * ${channels} + i32(group.x) * ${perGroup} + item % ${perGroup}];
  }
  sums[index] = sum;
  for (var half = ${WIDTH / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (index < half) { sums[index] += sums[index + half]; }
  }
  if (index == 0u) { out[group.x] = sums[0] / ${pixels * perGroup}.0; }
}`,
  };
}
