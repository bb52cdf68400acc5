/**
 * Convolution for graphics processors: a workgroup computes a tile of pixels times a block of output channels. It brings
 * the input that the tile reads and the filter into shared memory, a few input channels at a time, each number once for all
 * taps; the norm before the convolution and its SiLU are applied on the way, so that the normalised map is never stored.
 */
import { FLOAT16_FUNCTIONS } from '../dtype';
import { tileRegion, tileTaps } from './geometry';
import { buffers, filterType, readFilter, readX } from './read';
import { declarations, type Program } from './recorder';
import { type ConvolutionShape, STRIP, shapeKey } from './shape';
import { writeQuad } from './write';

/** The part of a tile that does not follow from the layer that it is for. */
export type TileShape = Omit<Tile, 'depth'>;

export interface Tile {
  /** Pixels of the tile. */
  rows: number;
  cols: number;
  /** Pixels in a row that one invocation computes; divides `cols`. */
  pixels: number;
  /** Output channels of the block, in fours; an invocation computes one four. */
  quads: number;
  /** Input channels in shared memory at a time, in fours. */
  depth: number;
}

/** Best first, on paper: the more pixels an invocation computes, the more it multiplies with each number that it loads. */
export const TILES: readonly TileShape[] = [
  { rows: 8, cols: 16, pixels: 8, quads: 16 },
  { rows: 8, cols: 8, pixels: 4, quads: 16 },
  { rows: 8, cols: 16, pixels: 8, quads: 8 },
  { rows: 8, cols: 8, pixels: 4, quads: 8 },
  { rows: 4, cols: 8, pixels: 4, quads: 8 },
];

/** Tile for up to four output channels. */
const FEW: TileShape = { rows: 8, cols: 16, pixels: 1, quads: 1 };

/** Invocations of a tile's workgroup: what one of them computes divides the tile. */
export function invocations({ rows, cols, pixels, quads }: TileShape): number {
  return ((rows * cols) / pixels) * quads;
}

/** Bytes of workgroup memory. */
export function sharedBytes(tile: Tile, shape: ConvolutionShape): number {
  const { height, width } = tileRegion(shape.geometry, tile);
  const filter = shape.geometry.taps.length * 4 * tile.depth * tile.quads;
  return 16 * (height * width * tile.depth + filter);
}

/** Chosen by the tuner for a device; the first that fits where it has not run. */
const preferred = new WeakMap<GPUDevice, TileShape>();

/** @param tile null: what is best on paper */
export function preferTile(device: GPUDevice, tile: TileShape | null): void {
  if (tile) preferred.set(device, tile);
  else preferred.delete(device);
}

/** The tile for a shape: what suits the device best among those that its limits allow. */
export function chooseTile(device: GPUDevice, shape: ConvolutionShape): Tile {
  const { maxComputeWorkgroupStorageSize: most, maxComputeInvocationsPerWorkgroup: threads } = device.limits;
  const chosen = preferred.get(device);
  const candidates = shape.out.channels <= 4 ? [FEW] : [...(chosen ? [chosen] : []), ...TILES];
  const quads = Math.ceil(shape.out.channels / 4);
  for (const candidate of candidates) {
    for (const depth of [4, 2, 1]) {
      const tile = { ...candidate, quads: Math.min(candidate.quads, quads), depth };
      const fits = sharedBytes(tile, shape) <= most && invocations(tile) <= threads;
      if (fits && 4 * (depth - 1) < shape.x.channels) return tile;
    }
  }
  return { ...TILES[TILES.length - 1], quads: 1, depth: 1 };
}

export function tiledWork(
  { geometry, out }: ConvolutionShape,
  tile: Tile,
  rows: number,
): [number, number, number] {
  return [
    Math.ceil(geometry.cols / tile.cols),
    Math.ceil(rows / tile.rows),
    Math.ceil(out.channels / (4 * tile.quads)),
  ];
}

export function tiledProgram(shape: ConvolutionShape, tile: Tile): Program {
  return {
    key: `tiled ${shapeKey(shape)} ${shape.filter} ${JSON.stringify(tile)}`,
    wgsl: () => text(shape, tile),
  };
}

function text(shape: ConvolutionShape, tile: Tile): string {
  const { geometry, x, out } = shape;
  const { height, width, top, left } = tileRegion(shape.geometry, tile);
  const taps = geometry.taps.length;
  const outQuads = Math.ceil(out.channels / 4);
  const threads = invocations(tile);
  const perRow = tile.cols / tile.pixels;
  const pixels = Array.from({ length: tile.pixels }, (_, pixel) => pixel);
  const xItems = height * width * tile.depth;
  const filterItems = taps * 4 * tile.depth * tile.quads;
  return `${FLOAT16_FUNCTIONS}
${declarations(buffers(shape, filterType(shape)), STRIP)}
${tileTaps(geometry)}
var<workgroup> pixels: array<vec4<f32>, ${xItems}>;
var<workgroup> weights: array<vec4<f32>, ${filterItems}>;

${readX(shape)}
${readFilter(shape)}

@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(local_invocation_index) index: u32,
) {
  let local = i32(index);
  let quad = local % ${tile.quads};
  let run = local / ${tile.quads};
  let tileRow = u.row0 + i32(group.y) * ${tile.rows};
  let tileCol = i32(group.x) * ${tile.cols};
  let row = run / ${perRow};
  let col = (run % ${perRow}) * ${tile.pixels};
  let outQuad = i32(group.z) * ${tile.quads} + quad;
  ${pixels.map((pixel) => `var sum${pixel} = vec4<f32>(0.0);`).join('\n  ')}
  for (var start = 0; start < ${Math.ceil(x.channels / 4)}; start += ${tile.depth}) {
    for (var item = local; item < ${xItems}; item += ${threads}) {
      let pixel = item / ${tile.depth};
      pixels[item] = readX(
        tileRow * ${geometry.stride} + ${top} + pixel / ${width},
        tileCol * ${geometry.stride} + ${left} + pixel % ${width},
        start + item % ${tile.depth});
    }
    for (var item = local; item < ${filterItems}; item += ${threads}) {
      let channel = item / ${tile.quads};
      weights[item] = readFilter(
        PLANE[channel / ${4 * tile.depth}],
        4 * start + channel % ${4 * tile.depth},
        i32(group.z) * ${tile.quads} + item % ${tile.quads});
    }
    workgroupBarrier();
    for (var tap = 0; tap < ${taps}; tap++) {
      let base = ((row * ${geometry.stride} + DY[tap]) * ${width} + col * ${geometry.stride} + DX[tap]) * ${tile.depth};
      for (var depth = 0; depth < ${tile.depth}; depth++) {
        let first = (tap * ${tile.depth} + depth) * ${4 * tile.quads} + quad;
        ${[0, 1, 2, 3].map((channel) => `let w${channel} = weights[first + ${channel * tile.quads}];`).join(' ')}
        ${pixels
          .map(
            (pixel) =>
              `{ let v = pixels[base + depth + ${pixel * geometry.stride * tile.depth}]; sum${pixel} += v.x * w0 + v.y * w1 + v.z * w2 + v.w * w3; }`,
          )
          .join('\n        ')}
      }
    }
    workgroupBarrier();
  }
  let outRow = tileRow + row;
  if (outRow >= u.row0 + u.rows || outQuad >= ${outQuads}) { return; }
  ${pixels.map((pixel) => writeQuad(shape, `sum${pixel}`, { row: 'outRow', col: `tileCol + col + ${pixel}`, quad: 'outQuad' })).join('\n  ')}
}`;
}
