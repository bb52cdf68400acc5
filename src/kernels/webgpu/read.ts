/** WGSL by which convolutions in tiles read their maps and filters, four channels at a time. */
import { quadType, widenQuad } from '../dtype';
import type { declarations } from './recorder';
import type { ConvolutionShape } from './shape';

/**
 * The buffers of a convolution's program, in the order of its bindings.
 * @param filters the element of the filter's array
 */
export function buffers(shape: ConvolutionShape, filters: string): Parameters<typeof declarations>[0] {
  const { x, out, bias, affine, add } = shape;
  const values = (channels: number) => (channels % 4 === 0 ? 'vec4<f32>' : 'f32');
  const outType = out.channels % 4 === 0 ? quadType(out.dtype) : 'f32';
  return [
    { name: 'x', type: xType(shape) },
    { name: 'filters', type: filters },
    ...(bias ? [{ name: 'bias', type: values(out.channels) }] : []),
    ...(affine ? [{ name: 'affine', type: values(x.channels) }] : []),
    ...(add ? [{ name: 'more', type: outType }] : []),
    { name: 'out', type: outType, output: true },
  ];
}

/** The element of the map's WGSL array. */
export function xType({ x }: ConvolutionShape): string {
  return x.channels % 4 === 0 ? quadType(x.dtype) : 'f32';
}

/** `readX(row, column, quad)`: four channels, normalised where that is asked for; zeros outside the map. */
export function readX({ x, affine, silu }: ConvolutionShape): string {
  const quads = Math.ceil(x.channels / 4);
  const whole = x.channels % 4 === 0;
  const scalar = (name: string, place: string, offset: string) =>
    `vec4<f32>(${[0, 1, 2, 3]
      .map(
        (i) =>
          `select(0.0, ${name}[${place} + min(4 * quad + ${i}, ${x.channels - 1})${offset}], 4 * quad + ${i} < ${x.channels})`,
      )
      .join(', ')})`;
  const value = whole
    ? widenQuad(`x[(row * ${x.width} + col) * ${quads} + quad - u.xShift]`, x.dtype)
    : scalar('x', `(row * ${x.width} + col) * ${x.channels}`, ' - u.xShift');
  const part = (index: number) =>
    whole ? `affine[${index * quads} + quad]` : scalar('affine', `${index * x.channels}`, '');
  return `fn readX(row: i32, col: i32, quad: i32) -> vec4<f32> {
  if (row < 0 || row >= ${x.height} || col < 0 || col >= ${x.width} || quad >= ${quads}) { return vec4<f32>(0.0); }
  var v = ${value};
  ${affine ? `v = v * ${part(0)} + ${part(1)};` : ''}
  ${silu ? 'v = v / (1.0 + exp(min(-v, vec4<f32>(80.0))));' : ''}
  return v;
}`;
}

/** The element of the filter's WGSL array. */
export function filterType({ filter, out }: ConvolutionShape): string {
  if (out.channels % 4 === 0) return quadType(filter);
  return filter === 'float16' ? 'u32' : 'f32';
}

/** `readFilter(plane, input channel, quad)`: the weights of four output channels; zeros beyond the last. */
export function readFilter({ x, out, filter }: ConvolutionShape): string {
  const quads = Math.ceil(out.channels / 4);
  const place = `(plane * ${x.channels} + channel)`;
  const scalar = (index: string) =>
    filter === 'float16' ? `unpack2x16float(filters[(${index}) / 2])[(${index}) % 2]` : `filters[${index}]`;
  const value =
    out.channels % 4 === 0
      ? widenQuad(`filters[${place} * ${quads} + quad]`, filter)
      : `vec4<f32>(${[0, 1, 2, 3]
          .map((i) => {
            const index = `${place} * ${out.channels} + min(4 * quad + ${i}, ${out.channels - 1})`;
            return `select(0.0, ${scalar(index)}, 4 * quad + ${i} < ${out.channels})`;
          })
          .join(', ')})`;
  return `fn readFilter(plane: i32, channel: i32, quad: i32) -> vec4<f32> {
  if (channel >= ${x.channels} || quad >= ${quads}) { return vec4<f32>(0.0); }
  return ${value};
}`;
}
