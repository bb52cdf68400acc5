import type { MatrixConfig, MatrixWgsl } from '@/kernels/webgpu/subgroupMatrix';

/**
 * Products of small matrices where a device has none: every invocation computes all of what its subgroup would compute together.
 * Of factors in float32 only, for few devices that lack the one have the other.
 */
export function plainMatrices({ M, N, K }: MatrixConfig, lanes: number): MatrixWgsl {
  const loader = (name: string, type: string, array: string, rows: number, cols: number) => `
fn ${name}(offset: u32, pitch: u32) -> ${type} {
  var m: ${type};
  for (var i = 0u; i < ${rows * cols}u; i++) { m[i] = ${array}[offset + i / ${cols}u * pitch + i % ${cols}u]; }
  return m;
}`;
  return {
    name: 'plain',
    head: `
alias Left = array<f32, ${M * K}>;
alias Right = array<f32, ${K * N}>;
alias Sum = array<f32, ${M * N}>;
${loader('loadLeft', 'Left', 'pixels', M, K)}
${loader('loadRight', 'Right', 'filters', K, N)}
fn multiply(left: Left, right: Right, sum: Sum) -> Sum {
  var l = left;
  var r = right;
  var s = sum;
  for (var i = 0; i < ${M}; i++) {
    for (var j = 0; j < ${N}; j++) {
      for (var k = 0; k < ${K}; k++) { s[i * ${N} + j] += l[i * ${K} + k] * r[k * ${N} + j]; }
    }
  }
  return s;
}
fn store(offset: u32, sum: Sum) {
  var s = sum;
  for (var i = 0u; i < ${M * N}u; i++) { results[offset + i] = s[i]; }
}`,
    parameters: '',
    subgroup: `(index / ${lanes}u)`,
    zero: 'Sum()',
    left: (_, offset, pitch) => `loadLeft(${offset}, ${pitch}u)`,
    right: (_, offset, pitch) => `loadRight(${offset}, ${pitch}u)`,
    multiply: (left, right, sum) => `multiply(${left}, ${right}, ${sum})`,
    store: (_, offset, sum) => `store(${offset}, ${sum});`,
  };
}
