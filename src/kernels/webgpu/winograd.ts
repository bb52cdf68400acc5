/**
 * Winograd's minimal filtering F(2x2, 3x3) (Lavin and Gray 2016): a 3x3 convolution as sixteen products of matrices, one for
 * each place of the transformed 4x4 tiles, with 2.25 times fewer multiplications. The transforms cost memory traffic, so whether it wins
 * depends on the device; they are by 1, 1/2 and -1, so float32 loses about a digit. A pixel still depends on its nine neighbours alone,
 * not even by rounding on the rest of the tile: its row of `A^T` leaves out the one transformed row that others enter.
 */
import type * as tf from '@tensorflow/tfjs-core';
import { type Dtype, FLOAT16_FUNCTIONS, narrowQuad, numberBytes, quadType, widenQuad } from '../dtype';
import { direct } from './direct';
import { type Geometry, same } from './geometry';
import { grid, WIDTH } from './pieces';
import { filterType, readFilter, readX, xType } from './read';
import { ALIGNMENT, bindingLimit, declarations, type Program, type Recorder } from './recorder';
import { type ConvolutionInputs, type ConvolutionShape, shapeOf } from './shape';

/** Places of a transformed tile. */
const PLACES = 16;

/** Most bytes of the transformed map, and of the products, that are there at once. */
const WORKSPACE = 2 ** 25;

/** Most bytes that Winograd's way takes beside the maps: both workspaces, and the transformed filter of 512 x 512 channels. */
export const WINOGRAD_BYTES = 2 * WORKSPACE + 4 * PLACES * 512 ** 2;

/** Layers with channels in this grain only: with fewer the transforms outweigh the products, and places begin where a buffer may be bound. */
const GRAIN = 64;

const preferred = new WeakMap<GPUDevice, readonly Dtype[]>();

/** @param dtypes of which maps the device is the faster for it, which the tuner finds */
export function preferWinograd(device: GPUDevice, dtypes: readonly Dtype[]): void {
  preferred.set(device, dtypes);
}

/** Tells whether this layer is to be computed so. */
export function suitsWinograd(
  device: GPUDevice,
  { geometry, x, out }: Pick<ConvolutionShape, 'geometry' | 'x' | 'out'>,
): boolean {
  const { taps, stride, step } = geometry;
  return (
    (preferred.get(device)?.includes(x.dtype) ?? false) &&
    stride === 1 &&
    step === 1 &&
    taps.length === 9 &&
    taps.every(
      ({ dy, dx, plane }) => dy >= -1 && dy <= 1 && dx >= -1 && dx <= 1 && plane === 3 * dy + dx + 4,
    ) &&
    hasGrain(x.channels, out.channels)
  );
}

/** Largest normalised copy of a map, bytes: larger ones take too much memory, so each number is normalised for four tiles. */
const AHEAD = 2 ** 26;

/** Tells, where maps are normalised before they are read, whether one of so many bytes is, if a layer goes Winograd's way. */
export function isNormalisedAhead(bytes: number): boolean {
  return bytes <= AHEAD;
}

/** Tells whether a layer has as many channels as it takes. */
export function hasGrain(ins: number, outs: number): boolean {
  return ins % GRAIN === 0 && outs % GRAIN === 0;
}

/** Does as `direct`, for layers that suit. */
export function winograd(
  recorder: Recorder,
  inputs: ConvolutionInputs,
  geometry: Geometry,
  out: tf.TensorInfo,
  { accumulate, lanes }: { accumulate: boolean; lanes: number | null },
): void {
  const shape = shapeOf(inputs, geometry, out, accumulate);
  const [ins, outs] = [shape.x.channels, shape.out.channels];
  const across = Math.ceil(geometry.cols / 2);
  const down = Math.ceil(geometry.rows / 2);
  const room = Math.min(WORKSPACE, bindingLimit(recorder.device));
  const most = Math.max(1, Math.floor(room / (PLACES * 4 * across * Math.max(ins, outs))));
  const filters = transformedFilter(recorder, inputs.filter, shape);
  for (let first = 0; first < down; first += most) {
    const rows = Math.min(most, down - first);
    const tiles = rows * across;
    const maps = recorder.output([PLACES, tiles, ins]);
    transformMap(recorder, inputs, shape, { first, rows, across }, maps);
    const products = recorder.output([PLACES, tiles, outs]);
    const place = (tensor: tf.TensorInfo, channels: number) => ({
      ...tensor,
      shape: [1, rows, across, channels],
    });
    for (let at = 0; at < PLACES; at++) {
      const origins = { x: 4 * at * tiles * ins, filter: 4 * at * ins * outs, out: 4 * at * tiles * outs };
      const product = { x: place(maps, ins), filter: filters };
      direct(recorder, product, same(1, rows, across), place(products, outs), { lanes, origins });
    }
    recorder.dispose(maps);
    transformBack(recorder, inputs, shape, { first, rows, across }, products, out);
    recorder.dispose(products);
  }
  recorder.dispose(filters);
}

/** Rows of tiles: from which on, how many, and tiles in a row. */
interface Band {
  first: number;
  rows: number;
  across: number;
}

/** A range of whole rows of a map as a binding has it. */
function rowsRange(from: number, to: number, { height, width, channels, dtype }: ConvolutionShape['x']) {
  const row = width * channels * numberBytes(dtype);
  const start = Math.floor((Math.max(0, from) * row) / ALIGNMENT) * ALIGNMENT;
  return { start, bytes: Math.min(to, height) * row - start };
}

/** `G g G^T` of every filter: `[16, in, out]`. */
function transformedFilter(
  recorder: Recorder,
  filter: tf.TensorInfo,
  shape: ConvolutionShape,
): tf.TensorInfo {
  const [ins, outs] = [shape.x.channels, shape.out.channels];
  const quads = outs / 4;
  const made = recorder.output([PLACES, ins, outs]);
  const count = ins * quads;
  const { groups, row } = grid(count);
  const program: Program = {
    key: `winograd filter ${ins} ${outs} ${shape.filter}`,
    wgsl: () => `${FLOAT16_FUNCTIONS}
${declarations(
  [
    { name: 'filters', type: filterType(shape) },
    { name: 'made', type: 'vec4<f32>', output: true },
  ],
  ['row'],
)}
${readFilter(shape)}
@compute @workgroup_size(${WIDTH})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let index = i32(id.x) + i32(id.y) * u.row;
  if (index >= ${count}) { return; }
  let quad = index % ${quads};
  let channel = index / ${quads};
  ${each(3, (i) => each(3, (j) => `let g${i}${j} = readFilter(${3 * i + j}, channel, quad);`))}
  ${each(3, (j) => spreadThree(`g0${j}`, `g1${j}`, `g2${j}`, (i) => `a${i}${j}`))}
  ${each(4, (i) => spreadThree(`a${i}0`, `a${i}1`, `a${i}2`, (j) => `b${i}${j}`))}
  ${each(4, (i) => each(4, (j) => `made[${(4 * i + j) * count} + index] = b${i}${j};`))}
}`,
  };
  recorder.run(program, [{ tensor: filter }, { tensor: made, output: true }], [row], groups);
  return made;
}

/** `B^T d B` of every 4x4 tile, which overlap by two: `[16, tiles, in]`. The norm and its SiLU are applied on the way. */
function transformMap(
  recorder: Recorder,
  { x, affine }: ConvolutionInputs,
  shape: ConvolutionShape,
  { first, rows, across }: Band,
  maps: tf.TensorInfo,
): void {
  const quads = shape.x.channels / 4;
  const count = rows * across * quads;
  const { groups, row } = grid(count);
  const { height, width, channels, dtype } = shape.x;
  const program: Program = {
    key: `winograd map ${height}x${width}x${channels} ${dtype} ${shape.affine} ${shape.silu}`,
    wgsl: () => `${FLOAT16_FUNCTIONS}
${declarations(
  [
    { name: 'x', type: xType(shape) },
    ...(affine ? [{ name: 'affine', type: 'vec4<f32>' }] : []),
    { name: 'made', type: 'vec4<f32>', output: true },
  ],
  ['xShift', 'first', 'count', 'row'],
)}
${readX(shape)}
@compute @workgroup_size(${WIDTH})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let index = i32(id.x) + i32(id.y) * u.row;
  if (index >= u.count) { return; }
  let quad = index % ${quads};
  let tile = index / ${quads};
  let top = 2 * (u.first + tile / ${across}) - 1;
  let left = 2 * (tile % ${across}) - 1;
  ${each(4, (i) => each(4, (j) => `let d${i}${j} = readX(top + ${i}, left + ${j}, quad);`))}
  ${each(4, (j) => differences(`d0${j}`, `d1${j}`, `d2${j}`, `d3${j}`, (i) => `a${i}${j}`))}
  ${each(4, (i) => differences(`a${i}0`, `a${i}1`, `a${i}2`, `a${i}3`, (j) => `b${i}${j}`))}
  ${each(4, (i) => each(4, (j) => `made[${4 * i + j} * u.count + index] = b${i}${j};`))}
}`,
  };
  const range = rowsRange(2 * first - 1, 2 * (first + rows) + 1, shape.x);
  recorder.run(
    program,
    [{ tensor: x, ...range }, ...(affine ? [{ tensor: affine }] : []), { tensor: maps, output: true }],
    [range.start / (4 * numberBytes(dtype)), first, count, row],
    groups,
  );
}

/** `A^T m A` of every tile: four pixels each, with bias and what is added. */
function transformBack(
  recorder: Recorder,
  { bias, add }: ConvolutionInputs,
  shape: ConvolutionShape,
  { first, rows, across }: Band,
  products: tf.TensorInfo,
  out: tf.TensorInfo,
): void {
  const { height, width, channels, dtype } = shape.out;
  const quads = channels / 4;
  const count = rows * across * quads;
  const { groups, row } = grid(count);
  const write = (i: number, j: number) => {
    const place = `((top + ${i}) * ${width} + left + ${j}) * ${quads} + quad - u.outShift`;
    const terms = [
      `y${i}${j}`,
      ...(bias ? ['bias[quad]'] : []),
      ...(add ? [widenQuad(`more[${place}]`, dtype)] : []),
      ...(shape.accumulate ? [widenQuad(`out[${place}]`, dtype)] : []),
    ];
    return `if (top + ${i} < ${height} && left + ${j} < ${width}) { out[${place}] = ${narrowQuad(terms.join(' + '), dtype)}; }`;
  };
  const program: Program = {
    key: `winograd back ${height}x${width}x${channels} ${dtype} ${shape.bias} ${shape.add} ${shape.accumulate}`,
    wgsl: () => `${FLOAT16_FUNCTIONS}
${declarations(
  [
    { name: 'products', type: 'vec4<f32>' },
    ...(bias ? [{ name: 'bias', type: 'vec4<f32>' }] : []),
    ...(add ? [{ name: 'more', type: quadType(dtype) }] : []),
    { name: 'out', type: quadType(dtype), output: true },
  ],
  ['outShift', 'first', 'count', 'row'],
)}
@compute @workgroup_size(${WIDTH})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let index = i32(id.x) + i32(id.y) * u.row;
  if (index >= u.count) { return; }
  let quad = index % ${quads};
  let tile = index / ${quads};
  let top = 2 * (u.first + tile / ${across});
  let left = 2 * (tile % ${across});
  ${each(4, (i) => each(4, (j) => `let m${i}${j} = products[${4 * i + j} * u.count + index];`))}
  ${each(4, (j) => `let s0${j} = m0${j} + m1${j} + m2${j}; let s1${j} = m1${j} - m2${j} - m3${j};`)}
  ${each(2, (i) => `let y${i}0 = s${i}0 + s${i}1 + s${i}2; let y${i}1 = s${i}1 - s${i}2 - s${i}3;`)}
  ${each(2, (i) => each(2, (j) => write(i, j)))}
}`,
  };
  const range = rowsRange(2 * first, 2 * (first + rows), shape.out);
  recorder.run(
    program,
    [
      { tensor: products },
      ...(bias ? [{ tensor: bias }] : []),
      ...(add ? [{ tensor: add, ...range }] : []),
      { tensor: out, ...range, output: true },
    ],
    [range.start / (4 * numberBytes(dtype)), first, count, row],
    groups,
  );
}

function each(count: number, make: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => make(index)).join('\n  ');
}

/** `G` times three numbers. */
function spreadThree(g0: string, g1: string, g2: string, name: (index: number) => string): string {
  return `let ${name(0)} = ${g0}; let ${name(1)} = 0.5 * (${g0} + ${g1} + ${g2}); let ${name(2)} = 0.5 * (${g0} - ${g1} + ${g2}); let ${name(3)} = ${g2};`;
}

/** `B^T` times four numbers. */
function differences(
  d0: string,
  d1: string,
  d2: string,
  d3: string,
  name: (index: number) => string,
): string {
  return `let ${name(0)} = ${d0} - ${d2}; let ${name(1)} = ${d1} + ${d2}; let ${name(2)} = ${d2} - ${d1}; let ${name(3)} = ${d1} - ${d3};`;
}
