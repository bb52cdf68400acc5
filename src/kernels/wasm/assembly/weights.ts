/** Weights as the network's files keep them. */

/** Four weights, `stride` apart; halves become the numbers that they are, infinities aside. */
@inline
export function weights4(filter: usize, index: i32, stride: i32, halves: bool): v128 {
  if (!halves) {
    const at = filter + (<usize>index << 2);
    if (stride == 1) return v128.load(at);
    const step = <usize>stride << 2;
    let four = v128.load32_zero(at);
    four = v128.load_lane<u32>(at + step, four, 1);
    four = v128.load_lane<u32>(at + 2 * step, four, 2);
    return v128.load_lane<u32>(at + 3 * step, four, 3);
  }
  const at = filter + (<usize>index << 1);
  let bits: v128;
  if (stride == 1) bits = v128.load16x4_u(at);
  else {
    const step = <usize>stride << 1;
    bits = i32x4.splat(load<u16>(at));
    bits = i32x4.replace_lane(bits, 1, load<u16>(at + step));
    bits = i32x4.replace_lane(bits, 2, load<u16>(at + 2 * step));
    bits = i32x4.replace_lane(bits, 3, load<u16>(at + 3 * step));
  }
  const magnitude = i32x4.shl(v128.and(bits, i32x4.splat(0x7fff)), 13);
  const sign = i32x4.shl(v128.and(bits, i32x4.splat(0x8000)), 16);
  // 2 ** 112: from the exponents of halves to those of float32, subnormal ones too.
  return v128.or(f32x4.mul(magnitude, f32x4.splat(5.192296858534828e33)), sign);
}

/** One weight. */
@inline
export function weight(filter: usize, index: i32, halves: bool): f32 {
  if (!halves) return load<f32>(filter + (<usize>index << 2));
  const bits = <u32>load<u16>(filter + (<usize>index << 1));
  const magnitude = reinterpret<f32>((bits & 0x7fff) << 13) * <f32>5.192296858534828e33;
  return reinterpret<f32>(reinterpret<u32>(magnitude) | ((bits & 0x8000) << 16));
}
