/** Convolutions by their definition, strip by strip where a map is larger than what the device binds at once. */
import type * as tf from '@tensorflow/tfjs-core';
import { dtypeOf, numberBytes } from '../dtype';
import { type Geometry, reach } from './geometry';
import { lanesProgram, lanesWork } from './lanes';
import { type MatrixPlan, matrixFilter, matrixProgram, matrixWork, planMatrices } from './matrices';
import { ALIGNMENT, type Binding, bindingLimit, MOST_WORK, type Program, type Recorder } from './recorder';
import { type ConvolutionInputs, type ConvolutionShape, shapeOf } from './shape';
import { chooseTile, tiledProgram, tiledWork } from './tiled';
import { convertFilter } from './widen';

/** Bytes at which maps and filter begin in their buffers, multiples of `ALIGNMENT`: 0 where they have a buffer of their own. */
interface Origins {
  x: number;
  filter: number;
  out: number;
}

const ALONE: Origins = { x: 0, filter: 0, out: 0 };

interface DirectOptions {
  /** Also adds what `out` holds. */
  accumulate?: boolean;
  /** Lanes of a subgroup, where programs without barriers are wanted; null elsewhere. */
  lanes?: number | null;
  origins?: Origins;
}

/** Records a convolution without a detour. */
export function direct(
  recorder: Recorder,
  inputs: ConvolutionInputs,
  geometry: Geometry,
  out: tf.TensorInfo,
  { accumulate = false, lanes = null, origins = ALONE }: DirectOptions,
): void {
  const shape = shapeOf(inputs, geometry, out, accumulate);
  const plan = lanes === null ? planMatrices(recorder.device, shape) : null;
  const made = plan && convertFilter(recorder, inputs.filter, shape, matrixFilter(plan.config));
  const { x, filter, bias, affine, add } = { ...inputs, ...(made && { filter: made }) };
  const variant = variantOf(recorder.device, shape, plan, lanes);
  for (const strip of strips(recorder.device, shape)) {
    const bytes = geometry.taps.length * shape.x.channels * shape.out.channels * numberBytes(dtypeOf(filter));
    const part = origins === ALONE ? {} : { start: origins.filter, bytes };
    const bindings: Binding[] = [
      { tensor: x, ...strip.x, start: origins.x + strip.x.start },
      { tensor: filter, ...part },
    ];
    if (bias) bindings.push({ tensor: bias });
    if (affine) bindings.push({ tensor: affine });
    if (add) bindings.push({ tensor: add, ...strip.out });
    bindings.push({ tensor: out, ...strip.out, start: origins.out + strip.out.start, output: true });
    const uniforms = [
      strip.row0,
      strip.rows,
      strip.x.start / unitBytes(shape.x, variant.byQuads),
      strip.out.start / unitBytes(shape.out, variant.byQuads),
    ];
    recorder.run(variant.program, bindings, uniforms, variant.work(strip.rows));
    recorder.spend(strip.rows * workOfRow(shape));
  }
  if (made) recorder.dispose(made);
}

interface Variant {
  program: Program;
  /** Maps are read in fours of channels where their number allows. */
  byQuads: boolean;
  work(rows: number): [number, number, number];
}

function variantOf(
  device: GPUDevice,
  shape: ConvolutionShape,
  plan: MatrixPlan | null,
  lanes: number | null,
): Variant {
  if (plan) return inMatrices(shape, plan);
  return lanes === null ? inTiles(device, shape) : inLanes(shape, lanes);
}

function inMatrices(shape: ConvolutionShape, plan: MatrixPlan): Variant {
  return {
    program: matrixProgram(shape, plan),
    byQuads: true,
    work: (rows) => matrixWork(shape, plan, rows),
  };
}

function inLanes(shape: ConvolutionShape, lanes: number): Variant {
  return {
    program: lanesProgram(shape, lanes),
    byQuads: false,
    work: (rows) => lanesWork(shape, lanes, rows),
  };
}

function inTiles(device: GPUDevice, shape: ConvolutionShape): Variant {
  const tile = chooseTile(device, shape);
  return { program: tiledProgram(shape, tile), byQuads: true, work: (rows) => tiledWork(shape, tile, rows) };
}

/** Bytes of what a program's array of a map is made of: four channels, or one number where they do not come in fours. */
function unitBytes({ channels, dtype }: ConvolutionShape['x'], byQuads: boolean): number {
  return (byQuads && channels % 4 === 0 ? 4 : 1) * numberBytes(dtype);
}

interface Strip {
  row0: number;
  rows: number;
  x: { start: number; bytes: number };
  out: { start: number; bytes: number };
}

/** Floating-point operations of one row of outputs. */
function workOfRow({ geometry, x, out }: ConvolutionShape): number {
  return 2 * geometry.taps.length * x.channels * out.channels * geometry.cols;
}

/**
 * Cuts the output rows into as few strips as fit the device's bindings, and as are short enough for a slow device not to be taken
 * for one that hangs: one, of most layers.
 */
export function strips(device: GPUDevice, shape: ConvolutionShape): Strip[] {
  const { geometry, x, out } = shape;
  const most = Math.max(1, Math.floor(MOST_WORK / workOfRow(shape)));
  const limit = bindingLimit(device);
  const { top, bottom } = reach(geometry);
  const xRow = x.width * x.channels * numberBytes(x.dtype);
  const outRow = out.width * out.channels * numberBytes(out.dtype);
  const range = (from: number, to: number, row: number, height: number) => {
    const start = Math.floor((Math.max(0, from) * row) / ALIGNMENT) * ALIGNMENT;
    // Bindings hold whole words of 32 bits; all but the last row end on one.
    return { start, bytes: Math.min(to, height) * row - start };
  };
  const strip = (row0: number, rows: number): Strip => ({
    row0,
    rows,
    x: range(row0 * geometry.stride + top, (row0 + rows - 1) * geometry.stride + bottom + 1, xRow, x.height),
    out: range(row0 * geometry.step, (row0 + rows) * geometry.step, outRow, out.height),
  });
  const fits = (each: Strip) => each.rows <= most && each.x.bytes <= limit && each.out.bytes <= limit;
  const cut = (count: number) => {
    const rows = Math.ceil(geometry.rows / count);
    const all: Strip[] = [];
    for (let row0 = 0; row0 < geometry.rows; row0 += rows) {
      all.push(strip(row0, Math.min(rows, geometry.rows - row0)));
    }
    return all;
  };
  for (let count = 1; count < geometry.rows; count++) {
    const all = cut(count);
    if (all.every(fits)) return all;
  }
  return cut(geometry.rows);
}
