/**
 * The 8-bit floating-point formats of weights, both ways of "FP8 Formats for Deep Learning" (Micikevicius et al., 2022). Every
 * one of their numbers is a half (IEEE 754 binary16) too, so they are read as halves, exactly.
 */

/** E5M2 is the upper half of a half. */
export function halvesOfE5M2(bytes: Uint8Array): Uint16Array<ArrayBuffer> {
  const out = new Uint16Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) out[i] = bytes[i] << 8;
  return out;
}

/** All 256 numbers of E4M3 as halves. Built on first use. */
let table: Uint16Array | undefined;

/** E4M3 as PyTorch and safetensors have it ("fn"): no infinities, and not a number where all of 7 bits are set. */
export function halvesOfE4M3(bytes: Uint8Array): Uint16Array<ArrayBuffer> {
  table ??= Uint16Array.from({ length: 256 }, (_, bits) => halfOf(bits));
  const out = new Uint16Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) out[i] = table[bytes[i]];
  return out;
}

function halfOf(bits: number): number {
  const sign = (bits & 0x80) << 8;
  const magnitude = bits & 0x7f;
  if (magnitude === 0x7f) return sign | 0x7e00;
  const [exponent, fraction] = [magnitude >> 3, magnitude & 7];
  // Biases: 7 here, 15 of a half.
  if (exponent > 0) return sign | ((exponent + 8) << 10) | (fraction << 7);
  if (fraction === 0) return sign;
  // Subnormal here, fraction x 2^-9; a half has exponents for these.
  const leading = 31 - Math.clz32(fraction);
  return sign | ((leading + 6) << 10) | ((fraction << (10 - leading)) & 0x3ff);
}
