/**
 * Products of small matrices that the invocations of a subgroup compute together, in units of their own of many graphics
 * processors ("tensor cores"). A draft of WebGPU, which Chromium has behind a flag:
 * https://github.com/gpuweb/gpuweb/blob/main/proposals/subgroup-matrix.md
 */

/** Matrices that a device multiplies: `M` x `K` by `K` x `N`. */
export interface MatrixConfig {
  /** Type of the numbers of both factors. */
  component: 'f16' | 'f32';
  M: number;
  N: number;
  K: number;
}

export const SUBGROUP_MATRIX = 'chromium-experimental-subgroup-matrix' as GPUFeatureName;

/** Part of `GPUAdapterInfo` as the draft has it. */
interface DraftInfo {
  subgroupMatrixConfigs?: readonly {
    componentType: string;
    resultComponentType: string;
    M: number;
    N: number;
    K: number;
  }[];
}

const offers = new WeakMap<GPUDevice, DraftInfo>();

/** Tells of a device what its adapter says: in the draft devices need not repeat it. */
export function keepMatrixOffer(device: GPUDevice, adapter: GPUAdapterInfo): void {
  offers.set(device, adapter as DraftInfo);
}

/** Products of a device that sum in float32; none where it has no such units, or does not let pages use them. */
export function matrixConfigs(device: GPUDevice): MatrixConfig[] {
  const { features } = device;
  if (!features.has(SUBGROUP_MATRIX) || !features.has('subgroups')) return [];
  const { subgroupMatrixConfigs = [] } = offers.get(device) ?? {};
  const configs: MatrixConfig[] = [];
  for (const { componentType: component, resultComponentType, M, N, K } of subgroupMatrixConfigs) {
    if (resultComponentType !== 'f32') continue;
    const known = component === 'f32' || (component === 'f16' && features.has('shader-f16'));
    if (known) configs.push({ component, M, N, K });
  }
  return configs;
}

/** WGSL of such products. Offsets and pitches, from one row to the next, count numbers. */
export interface MatrixWgsl {
  /** Differs wherever what follows does, for one `MatrixConfig`. */
  name: string;
  /** Lines that the program begins with. */
  head: string;
  /** Parameters of the entry point, and an expression of them: which of the workgroup's subgroups this is. */
  parameters: string;
  subgroup: string;
  /** A matrix of zeros for sums. */
  zero: string;
  left(array: string, offset: string, pitch: number): string;
  right(array: string, offset: string, pitch: number): string;
  /** `left * right + sum` */
  multiply(left: string, right: string, sum: string): string;
  /** Stores sums row by row, rows of `N`. */
  store(array: string, offset: string, sum: string): string;
}

export function deviceMatrices({ component, M, N, K }: MatrixConfig): MatrixWgsl {
  const load = (type: string) => (array: string, offset: string, pitch: number) =>
    `subgroupMatrixLoad<${type}, row_major>(&${array}, ${offset}, ${pitch})`;
  return {
    name: 'device',
    // Offsets depend on the subgroup alone, which is uniform where it must be; not every compiler can tell.
    head: `${component === 'f16' ? 'enable f16;' : ''}
enable subgroups;
enable chromium_experimental_subgroup_matrix;
diagnostic(off, chromium.subgroup_matrix_uniformity);
alias Left = subgroup_matrix_left<${component}, ${K}, ${M}>;
alias Right = subgroup_matrix_right<${component}, ${N}, ${K}>;
alias Sum = subgroup_matrix_result<f32, ${N}, ${M}>;`,
    parameters: '@builtin(subgroup_id) subgroup: u32',
    subgroup: 'subgroup',
    zero: 'Sum()',
    left: load('Left'),
    right: load('Right'),
    multiply: (left, right, sum) => `subgroupMatrixMultiplyAccumulate(${left}, ${right}, ${sum})`,
    store: (array, offset, sum) => `subgroupMatrixStore<row_major>(&${array}, ${offset}, ${sum}, ${N});`,
  };
}
