/** What all kernels use: the job's numbers, and one step of a sum of products. */

@inline
export function field(job: usize, index: i32): i32 {
  return load<i32>(job + (<usize>index << 2));
}

@inline
export function pointer(job: usize, index: i32): usize {
  return <usize>load<u32>(job + (<usize>index << 2));
}

@inline
export function roundUp(value: i32, step: i32): i32 {
  return ((value + step - 1) / step) * step;
}

/** `a * b + c`, rounded once where the processor can. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}
