/**
 * Convolution without barriers, for software adapters: a subgroup computes a few pixels in a row times a few of its own
 * width of output channels. Its lanes load neighbouring numbers, of the input as of the filter, which is one vector load; each input
 * number is then handed to all lanes. On SwiftShader that is 4.8 GFLOP/s on two cores where tfjs's program has 0.25.
 */
import { geometryKey } from './geometry';
import { declarations, type Program } from './recorder';
import { type ConvolutionShape, STRIP } from './shape';

const WORKGROUP = 64;

/** Pixels in a row, and vectors of output channels, that a subgroup computes: measured best of 4, 8, 16 times 1, 2, 4, 8. */
const PIXELS = 8;
const VECTORS = 4;

function vectors({ out }: ConvolutionShape, lanes: number): number {
  return Math.min(VECTORS, Math.ceil(out.channels / lanes));
}

/** Runs of pixels in a row, and blocks of output channels. */
function runs(shape: ConvolutionShape, lanes: number): { along: number; blocks: number } {
  return {
    along: Math.ceil(shape.geometry.cols / PIXELS),
    blocks: Math.ceil(shape.out.channels / (lanes * vectors(shape, lanes))),
  };
}

export function lanesWork(shape: ConvolutionShape, lanes: number, rows: number): [number, number, number] {
  const { along, blocks } = runs(shape, lanes);
  return [Math.ceil((along * blocks * lanes) / WORKGROUP), rows, 1];
}

export function lanesProgram(shape: ConvolutionShape, lanes: number): Program {
  const { geometry, x, out, bias, silu, add, accumulate } = shape;
  const name = `${x.height}x${x.width}x${x.channels}>${out.height}x${out.width}x${out.channels}`;
  const flags = [bias && 'bias', silu && 'silu', add && 'add', accumulate && 'more']
    .filter(Boolean)
    .join(' ');
  return {
    key: `lanes ${lanes} ${name} ${geometryKey(geometry)} ${flags}`,
    wgsl: () => text(shape, lanes),
  };
}

function text(shape: ConvolutionShape, lanes: number): string {
  const { geometry, x, out, bias, add, accumulate } = shape;
  const count = vectors(shape, lanes);
  const { along, blocks } = runs(shape, lanes);
  const each = (make: (pixel: number) => string) =>
    Array.from({ length: PIXELS }, (_, pixel) => make(pixel)).join('\n');
  const all = (make: (pixel: number, vector: number) => string) =>
    each((pixel) => Array.from({ length: count }, (_, vector) => make(pixel, vector)).join(' '));
  const oddIns = x.channels % lanes !== 0;
  const oddOuts = out.channels % (lanes * count) !== 0;
  const list = (values: number[]) => `array<i32, ${values.length}>(${values.join(', ')})`;
  return `enable subgroups;
${declarations(
  [
    { name: 'x', type: 'f32' },
    { name: 'filters', type: 'f32' },
    ...(bias ? [{ name: 'bias', type: 'f32' }] : []),
    ...(add ? [{ name: 'more', type: 'f32' }] : []),
    { name: 'out', type: 'f32', output: true },
  ],
  STRIP,
)}
const DY = ${list(geometry.taps.map(({ dy }) => dy))};
const DX = ${list(geometry.taps.map(({ dx }) => dx))};
const PLANE = ${list(geometry.taps.map(({ plane }) => plane))};

@compute @workgroup_size(${WORKGROUP})
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(subgroup_invocation_id) laneIndex: u32,
) {
  let lane = i32(laneIndex);
  let unit = i32(id.x) / ${lanes};
  let first = (unit % ${blocks}) * ${lanes * count} + lane;
  let col0 = (unit / ${blocks}) * ${PIXELS};
  let row = u.row0 + i32(id.y);
  ${all((pixel, vector) => `var sum${pixel}_${vector} = 0.0;`)}
  // Lanes beyond the end compute along, because all of a subgroup are needed; they write nothing.
  for (var tap = 0; tap < ${geometry.taps.length}; tap++) {
    let y = row * ${geometry.stride} + DY[tap];
    let rowWeight = f32(y >= 0 && y < ${x.height});
    let start = clamp(y, 0, ${x.height - 1}) * ${x.width};
    ${each(
      (pixel) => `let c${pixel} = (col0 + ${pixel}) * ${geometry.stride} + DX[tap];
    let inside${pixel} = rowWeight * f32(c${pixel} >= 0 && c${pixel} < ${x.width});
    let from${pixel} = (start + clamp(c${pixel}, 0, ${x.width - 1})) * ${x.channels} - u.xShift + lane;`,
    )}
    for (var k = 0; k < ${x.channels}; k += ${lanes}) {
      ${oddIns ? `let known = k + lane < ${x.channels};` : ''}
      ${each((pixel) =>
        oddIns
          ? `let x${pixel} = select(0.0, x[from${pixel} + k] * inside${pixel}, known);`
          : `let x${pixel} = x[from${pixel} + k] * inside${pixel};`,
      )}
      let weights = (PLANE[tap] * ${x.channels} + k) * ${out.channels} + first;
      ${Array.from({ length: lanes }, (_, source) => lane(shape, lanes, count, source, oddIns, oddOuts)).join('\n')}
    }
  }
  if (unit >= ${along * blocks}) { return; }
  ${all((pixel, vector) => {
    const channel = `(first + ${lanes * vector})`;
    const place = `((row * ${geometry.step} + ${geometry.at[0]}) * ${out.width} + (col0 + ${pixel}) * ${geometry.step} + ${geometry.at[1]}) * ${out.channels} + ${channel}`;
    const terms = [
      `sum${pixel}_${vector}`,
      ...(bias ? [`bias[${channel}]`] : []),
      ...(add ? [`more[${place} - u.outShift]`] : []),
      ...(accumulate ? [`out[${place} - u.outShift]`] : []),
    ];
    const guards = [
      ...(geometry.cols % PIXELS !== 0 ? [`col0 + ${pixel} < ${geometry.cols}`] : []),
      ...(oddOuts ? [`${channel} < ${out.channels}`] : []),
    ];
    const write = `out[${place} - u.outShift] = ${terms.join(' + ')};`;
    return guards.length > 0 ? `if (${guards.join(' && ')}) { ${write} }` : write;
  })}
}`;
}

/** One input channel of the subgroup's, times the filter, into all sums. */
function lane(
  { x, out }: ConvolutionShape,
  lanes: number,
  count: number,
  source: number,
  oddIns: boolean,
  oddOuts: boolean,
): string {
  const weight = (vector: number) => {
    const place = `filters[weights + ${source * out.channels + lanes * vector}]`;
    const guards = [
      ...(oddIns ? [`k + ${source} < ${x.channels}`] : []),
      ...(oddOuts ? [`first + ${lanes * vector} < ${out.channels}`] : []),
    ];
    return guards.length > 0 ? `select(0.0, ${place}, ${guards.join(' && ')})` : place;
  };
  const vectors = Array.from({ length: count }, (_, vector) => vector);
  const pixels = Array.from({ length: PIXELS }, (_, pixel) => pixel);
  return `{
        ${vectors.map((vector) => `let w${vector} = ${weight(vector)};`).join(' ')}
        ${pixels
          .map(
            (pixel) =>
              `{ let value = subgroupBroadcast(x${pixel}, ${source}u); ${vectors
                .map((vector) => `sum${pixel}_${vector} = fma(value, w${vector}, sum${pixel}_${vector});`)
                .join(' ')} }`,
          )
          .join('\n        ')}
      }`;
}
