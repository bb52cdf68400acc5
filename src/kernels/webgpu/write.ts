/** WGSL by which convolutions in tiles write their results. */
import { narrowQuad, widenQuad } from '../dtype';
import type { ConvolutionShape } from './shape';

/** The place where four sums belong, as WGSL. `row` and `col` count the geometry's pixels, `quad` fours of output channels. */
export interface Place {
  row: string;
  col: string;
  quad: string;
}

/** Writes a `vec4<f32>` of sums with bias, what is added, and what is there where that is asked for; none beyond the last column or channel. */
export function writeQuad(
  { geometry, out, bias, add, accumulate }: ConvolutionShape,
  sum: string,
  { row, col, quad }: Place,
): string {
  const at = `((${row} * ${geometry.step} + ${geometry.at[0]}) * ${out.width} + (${col}) * ${geometry.step} + ${geometry.at[1]})`;
  const inside = `${col} < ${geometry.cols}`;
  if (out.channels % 4 === 0) {
    const place = `${at} * ${out.channels / 4} + ${quad}`;
    const terms = [
      sum,
      ...(bias ? [`bias[${quad}]`] : []),
      ...(add ? [widenQuad(`more[${place} - u.outShift]`, out.dtype)] : []),
      ...(accumulate ? [widenQuad(`out[${place} - u.outShift]`, out.dtype)] : []),
    ];
    return `if (${inside}) { out[${place} - u.outShift] = ${narrowQuad(terms.join(' + '), out.dtype)}; }`;
  }
  const writes = [0, 1, 2, 3].map((i) => {
    const place = `${at} * ${out.channels} + 4 * ${quad} + ${i}`;
    const terms = [
      `${sum}[${i}]`,
      ...(bias ? [`bias[4 * ${quad} + ${i}]`] : []),
      ...(add ? [`more[${place} - u.outShift]`] : []),
      ...(accumulate ? [`out[${place} - u.outShift]`] : []),
    ];
    return `if (4 * ${quad} + ${i} < ${out.channels}) { out[${place} - u.outShift] = ${terms.join(' + ')}; }`;
  });
  return `if (${inside}) { ${writes.join(' ')} }`;
}
