/**
 * Convolution by products of small matrices (see `subgroupMatrix.ts`). A workgroup brings the input that a tile of pixels
 * reads into shared memory, normalised on the way; neighbours in a row of pixels are the rows of the left factors, at
 * each tap another part of the same memory. The right factors are the filter as it lies in its buffer.
 */
import { type Dtype, FLOAT16_FUNCTIONS } from '../dtype';
import { tileRegion, tileTaps } from './geometry';
import { buffers, readX } from './read';
import { declarations, type Program } from './recorder';
import { type ConvolutionShape, STRIP, shapeKey } from './shape';
import { deviceMatrices, type MatrixConfig, type MatrixWgsl, matrixConfigs } from './subgroupMatrix';
import { writeQuad } from './write';

/** A workgroup's tile, and its division among subgroups. */
export interface MatrixTile {
  /** Pixels of the tile. */
  rows: number;
  cols: number;
  /** Output channels of the tile. */
  outs: number;
  /** Subgroups along the pixels, and along the output channels. */
  across: number;
  along: number;
}

/** The tiles that the tuner tries. */
export const MATRIX_TILES: readonly MatrixTile[] = [
  { rows: 8, cols: 16, outs: 64, across: 2, along: 2 },
  { rows: 8, cols: 16, outs: 128, across: 2, along: 4 },
  { rows: 4, cols: 16, outs: 64, across: 2, along: 2 },
  { rows: 8, cols: 16, outs: 32, across: 4, along: 1 },
];

/** A way for a device to compute convolutions. */
export interface MatrixWay {
  config: MatrixConfig;
  tile: MatrixTile;
  /** Stands in for the device's own products, where it is given. */
  wgsl?: MatrixWgsl;
}

const preferred = new WeakMap<GPUDevice, MatrixWays>();

/** Ways by how maps are kept; null: none. */
export type MatrixWays = Record<Dtype, MatrixWay | null>;

export function preferMatrices(device: GPUDevice, ways: MatrixWays): void {
  preferred.set(device, ways);
}

/** All ways that a device has for maps kept so, for the tuner. */
export function matrixWays(device: GPUDevice, dtype: Dtype): MatrixWay[] {
  return matrixConfigs(device)
    .filter((config) => takes(config, dtype))
    .flatMap((config) =>
      MATRIX_TILES.filter((tile) => divides(config, tile)).map((tile) => ({ config, tile })),
    );
}

/** Factors of 16 bits are for maps that are kept so: there they are all there is. */
function takes({ component }: MatrixConfig, dtype: Dtype): boolean {
  return component === 'f32' || dtype === 'float16';
}

function divides({ M, N }: MatrixConfig, { rows, cols, outs, across, along }: MatrixTile): boolean {
  return (
    N % 4 === 0 &&
    cols % M === 0 &&
    ((rows * cols) / M) % across === 0 &&
    outs % N === 0 &&
    (outs / N) % along === 0
  );
}

/** Everything about a layer's program that does not follow from its shape. */
export interface MatrixPlan extends Required<MatrixWay> {
  /** Input channels in shared memory at a time. */
  depth: number;
  /** Invocations of a subgroup, at most. */
  lanes: number;
}

/** Plans how to compute a layer by matrices; null where the device does not, or the layer does not come in whole ones. */
export function planMatrices(device: GPUDevice, shape: ConvolutionShape): MatrixPlan | null {
  const { x, out } = shape;
  const way = preferred.get(device)?.[x.dtype];
  if (!way) return null;
  const { config, tile } = way;
  if (!takes(config, x.dtype)) return null;
  if (out.channels % tile.outs !== 0) return null;
  const { maxComputeWorkgroupStorageSize: most, maxComputeInvocationsPerWorkgroup: threads } = device.limits;
  const lanes = device.adapterInfo.subgroupMaxSize;
  if (tile.across * tile.along * lanes > threads) return null;
  for (const depth of [32, 16, 8]) {
    const plan = { ...way, wgsl: way.wgsl ?? deviceMatrices(config), depth, lanes };
    const whole = depth % config.K === 0 && x.channels % depth === 0;
    if (whole && sharedBytes(plan, shape) <= most) return plan;
  }
  return null;
}

/** The filter's dtype that such a program reads. */
export function matrixFilter({ component }: MatrixConfig): ConvolutionShape['filter'] {
  return component === 'f16' ? 'float16' : 'float32';
}

/**
 * Step from pixel to pixel in shared memory, numbers: 16 bytes more than they take, so that rows of a matrix lie in other banks.
 */
function pitch({ config, depth }: MatrixPlan): number {
  return depth + (config.component === 'f16' ? 8 : 4);
}

function sharedBytes(plan: MatrixPlan, shape: ConvolutionShape): number {
  const { config, tile } = plan;
  const { height, width } = tileRegion(shape.geometry, plan.tile);
  const pixels = height * width * pitch(plan) * (config.component === 'f16' ? 2 : 4);
  return pixels + 4 * tile.across * tile.along * config.M * config.N;
}

export function matrixWork(
  { geometry, out }: ConvolutionShape,
  { tile }: MatrixPlan,
  rows: number,
): [number, number, number] {
  return [Math.ceil(geometry.cols / tile.cols), Math.ceil(rows / tile.rows), out.channels / tile.outs];
}

export function matrixProgram(shape: ConvolutionShape, plan: MatrixPlan): Program {
  const { config, tile, depth, wgsl } = plan;
  return {
    key: `matrices ${shapeKey(shape)} ${JSON.stringify({ config, tile, depth })} ${wgsl.name}`,
    wgsl: () => text(shape, plan),
  };
}

function text(shape: ConvolutionShape, plan: MatrixPlan): string {
  const { geometry, x, out } = shape;
  const { config, tile, wgsl, depth, lanes } = plan;
  const { component, M, N, K } = config;
  const { height, width, top, left } = tileRegion(shape.geometry, plan.tile);
  const taps = geometry.taps.length;
  const workers = tile.across * tile.along;
  const threads = workers * lanes;
  const perPixel = pitch(plan);
  const [down, sideways] = [(tile.rows * tile.cols) / M / tile.across, tile.outs / N / tile.along];
  const runs = Array.from({ length: down }, (_, i) => i);
  const blocks = Array.from({ length: sideways }, (_, j) => j);
  const sums = runs.flatMap((i) => blocks.map((j) => ({ i, j, name: `sum${i}_${j}` })));
  const items = height * width * (depth / 4);
  return `${wgsl.head}
${FLOAT16_FUNCTIONS}
${declarations(buffers(shape, component), STRIP)}
${tileTaps(geometry)}
var<workgroup> pixels: array<${component}, ${height * width * perPixel}>;
var<workgroup> results: array<f32, ${workers * M * N}>;

${readX(shape)}

// Where a run of ${M} pixels begins in the tile.
fn runRow(run: i32) -> i32 { return run / ${tile.cols / M}; }
fn runCol(run: i32) -> i32 { return run % ${tile.cols / M} * ${M}; }

@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(local_invocation_index) index: u32,
  ${wgsl.parameters}
) {
  let local = i32(index);
  // Subgroups may be smaller than they can be, and more: then several do the same.
  let worker = i32(${wgsl.subgroup}) % ${workers};
  let firstRun = worker / ${tile.along} * ${down};
  let firstBlock = worker % ${tile.along} * ${sideways};
  let tileRow = u.row0 + i32(group.y) * ${tile.rows};
  let tileCol = i32(group.x) * ${tile.cols};
  let firstOut = i32(group.z) * ${tile.outs};
  ${sums.map(({ name }) => `var ${name} = ${wgsl.zero};`).join('\n  ')}
  for (var start = 0; start < ${x.channels}; start += ${depth}) {
    for (var item = local; item < ${items}; item += ${threads}) {
      let pixel = item / ${depth / 4};
      let quad = item % ${depth / 4};
      let v = readX(
        tileRow * ${geometry.stride} + ${top} + pixel / ${width},
        tileCol * ${geometry.stride} + ${left} + pixel % ${width},
        start / 4 + quad);
      let at = pixel * ${perPixel} + 4 * quad;
      ${['x', 'y', 'z', 'w'].map((part, i) => `pixels[at + ${i}] = ${component}(v.${part});`).join(' ')}
    }
    workgroupBarrier();
    for (var tap = 0; tap < ${taps}; tap++) {
      for (var k = 0; k < ${depth}; k += ${K}) {
        let weights = (PLANE[tap] * ${x.channels} + start + k) * ${out.channels} + firstOut + firstBlock * ${N};
        ${blocks.map((j) => `let right${j} = ${wgsl.right('filters', `u32(weights + ${j * N})`, out.channels)};`).join('\n        ')}
        ${runs
          .map((i) => {
            const row = `(runRow(firstRun + ${i}) * ${geometry.stride} + DY[tap])`;
            const col = `runCol(firstRun + ${i}) * ${geometry.stride} + DX[tap]`;
            const offset = `u32((${row} * ${width} + ${col}) * ${perPixel} + k)`;
            const products = blocks.map(
              (j) => `sum${i}_${j} = ${wgsl.multiply('left', `right${j}`, `sum${i}_${j}`)};`,
            );
            return `{ let left = ${wgsl.left('pixels', offset, geometry.stride * perPixel)}; ${products.join(' ')} }`;
          })
          .join('\n        ')}
      }
    }
    workgroupBarrier();
  }
  ${sums
    .map(
      ({ i, j, name }) => `${wgsl.store('results', `u32(worker * ${M * N})`, name)}
  workgroupBarrier();
  write(local, ${i}, ${j}, tileRow, tileCol, firstOut);
  workgroupBarrier();`,
    )
    .join('\n  ')}
}

// One matrix of each worker, as all invocations have it.
fn write(local: i32, i: i32, j: i32, tileRow: i32, tileCol: i32, firstOut: i32) {
  for (var item = local; item < ${(workers * M * N) / 4}; item += ${threads}) {
    let worker = item / ${(M * N) / 4};
    let place = item % ${(M * N) / 4};
    let run = worker / ${tile.along} * ${down} + i;
    let row = tileRow + runRow(run);
    let col = tileCol + runCol(run) + place / ${N / 4};
    let quad = (firstOut + (worker % ${tile.along} * ${sideways} + j) * ${N}) / 4 + place % ${N / 4};
    let v = vec4<f32>(results[4 * item], results[4 * item + 1], results[4 * item + 2], results[4 * item + 3]);
    if (row < u.row0 + u.rows) { ${writeQuad(shape, 'v', { row: 'row', col: 'col', quad: 'quad' })} }
  }
}`;
}
