/** IEEE 754 half precision, for files. Platforms may lack Float16Array. */

/** Half-precision bits to a number. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** A number to half-precision bits: the nearest half, ties to even, beyond 65504 (rounded) infinity. */
export function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // Below the smallest normal number halves are spaced evenly, by 2^-24.
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  const spacing = 2 ** (exponent - 10);
  const units = roundTiesToEven(size / spacing);
  // `units` carries the hidden bit, so adding lets a round-up run into the exponent as it should.
  return sign | (units + (exponent + 14) * 1024);
}

/** Log2 may land one off at a power of two; then `units` is 2048 or 1023.x, and the sum above is still right. */
function roundTiesToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
