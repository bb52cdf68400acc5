/**
 * The yardstick: how fast this device multiplies two float32 matrices in WGSL, by the best of a few programs of the usual
 * kinds. Tiles in shared memory win on graphics processors; blocks in registers, without a barrier, in software.
 */
export interface Matmul {
  /** Side of the square matrices. */
  size: number;
  programs: { name: string; milliseconds: number; gflops: number }[];
  best: { name: string; gflops: number };
}

interface Program {
  name: string;
  code: string;
  /** Side of the square of results of one workgroup. */
  tile: number;
}

/** The largest tile divides it. */
const SMALLEST = 256;
const LARGEST = 4096;
/** A product that takes longer than this, in milliseconds, is large enough. */
const LONG_ENOUGH = 60;
const RUNS = 5;

/** @throws where a program gives a wrong product: a rate of that would say nothing */
export async function measureMatmul(device: GPUDevice): Promise<Matmul> {
  const candidates = await supported(device, programs());
  for (const each of candidates) await check(device, each);
  let size = SMALLEST;
  while (size < LARGEST && (await fastest(device, candidates, size)) < LONG_ENOUGH) size *= 2;
  const timed = [];
  for (const { name, pipeline, tile } of candidates) {
    const product = new Product(device, size);
    await product.multiply(pipeline, tile);
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) times.push(await product.multiply(pipeline, tile));
    product.dispose();
    const milliseconds = Math.min(...times);
    timed.push({ name, milliseconds, gflops: (2 * size ** 3) / milliseconds / 1e6 });
  }
  const { name, gflops } = timed.reduce((best, each) => (each.gflops > best.gflops ? each : best));
  return { size, programs: timed, best: { name, gflops } };
}

function programs(): Program[] {
  return [direct(4), direct(8), tiled(32, 4, 16), tiled(64, 4, 16), tiled(128, 8, 8)];
}

type Candidate = Program & { pipeline: GPUComputePipeline };

/** Those that the device's limits allow. */
async function supported(device: GPUDevice, programs: readonly Program[]): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const program of programs) {
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ code: program.code });
    const pipeline = await device
      .createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } })
      .catch(() => null);
    if ((await device.popErrorScope()) === null && pipeline) candidates.push({ ...program, pipeline });
  }
  if (candidates.length === 0) throw new Error('No matrix product compiles on this device.');
  return candidates;
}

async function fastest(device: GPUDevice, candidates: readonly Candidate[], size: number): Promise<number> {
  const product = new Product(device, size);
  const times: number[] = [];
  for (const { pipeline, tile } of candidates) {
    await product.multiply(pipeline, tile);
    times.push(await product.multiply(pipeline, tile));
  }
  product.dispose();
  return Math.min(...times);
}

/** Compares some of the results with sums in double precision. */
async function check(device: GPUDevice, { name, pipeline, tile }: Candidate): Promise<void> {
  const product = new Product(device, SMALLEST);
  await product.multiply(pipeline, tile);
  const values = await product.read();
  product.dispose();
  for (let at = 0; at < values.length; at += 1237) {
    const row = Math.floor(at / SMALLEST);
    const col = at % SMALLEST;
    let sum = 0;
    for (let k = 0; k < SMALLEST; k++) sum += entry(row * SMALLEST + k) * entry(k * SMALLEST + col + 1);
    // Of 256 products of numbers below 1.
    if (!(Math.abs(values[at] - sum) < 1e-3)) throw new Error(`The matrix product "${name}" is wrong.`);
  }
}

/** Both factors' entries, in [-1, 1); the second factor is the same row of numbers begun one later. */
function entry(index: number): number {
  return ((index * 7919) % 2048) / 1024 - 1;
}

/** Two factors and their product on the device. */
class Product {
  private readonly buffers: GPUBuffer[];

  constructor(
    private readonly device: GPUDevice,
    private readonly size: number,
  ) {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    this.buffers = [0, 1, 2].map((which) => {
      const buffer = device.createBuffer({ size: 4 * size ** 2, usage });
      if (which < 2) {
        const values = Float32Array.from({ length: size ** 2 }, (_, index) => entry(index + which));
        device.queue.writeBuffer(buffer, 0, values);
      }
      return buffer;
    });
  }

  /** Milliseconds until the device has done it. */
  async multiply(pipeline: GPUComputePipeline, tile: number): Promise<number> {
    const { device, size } = this;
    await device.queue.onSubmittedWorkDone();
    const start = performance.now();
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    const entries = this.buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(size / tile, size / tile);
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return performance.now() - start;
  }

  async read(): Promise<Float32Array> {
    const { device, size } = this;
    const target = device.createBuffer({
      size: 4 * size ** 2,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.buffers[2], 0, target, 0, target.size);
    device.queue.submit([encoder.finish()]);
    await target.mapAsync(GPUMapMode.READ);
    const values = new Float32Array(target.getMappedRange().slice(0));
    target.destroy();
    return values;
  }

  dispose(): void {
    for (const buffer of this.buffers) buffer.destroy();
  }
}

const BINDINGS = `
  @group(0) @binding(0) var<storage, read> a: array<vec4f>;
  @group(0) @binding(1) var<storage, read> b: array<vec4f>;
  @group(0) @binding(2) var<storage, read_write> c: array<vec4f>;`;

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Each invocation has `rows` x 4 results in registers and reads its rows and columns straight from memory. */
function direct(rows: number): Program {
  const tile = 8 * rows;
  const across = tile / 4;
  const down = 8;
  const code = `${BINDINGS}
  @compute @workgroup_size(${across}, ${down})
  fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let width = groups.x * ${tile / 4}u;
    let row = id.y * ${rows}u;
    let col = id.x;
    ${range(rows)
      .map((r) => `var sum${r} = vec4f(0);`)
      .join('\n    ')}
    for (var k = 0u; k < width; k++) {
      let b0 = b[(4 * k) * width + col];
      let b1 = b[(4 * k + 1) * width + col];
      let b2 = b[(4 * k + 2) * width + col];
      let b3 = b[(4 * k + 3) * width + col];
      ${range(rows)
        .map(
          (r) => `{
        let left = a[(row + ${r}u) * width + k];
        sum${r} += left.x * b0 + left.y * b1 + left.z * b2 + left.w * b3;
      }`,
        )
        .join('\n      ')}
    }
    ${range(rows)
      .map((r) => `c[(row + ${r}u) * width + col] = sum${r};`)
      .join('\n    ')}
  }`;
  return { name: `registers, ${rows} x 4 an invocation`, code, tile };
}

/**
 * A workgroup brings `tile` x `depth` of either factor into shared memory, step by step; each invocation has `each` x `each`
 * results in registers.
 */
function tiled(tile: number, each: number, depth: number): Program {
  const side = tile / each;
  const quads = each / 4;
  const loads = (tile * depth) / 4 / side ** 2;
  const code = `${BINDINGS}
  var<workgroup> left: array<array<vec4f, ${depth / 4}>, ${tile}>;
  var<workgroup> right: array<array<vec4f, ${tile / 4}>, ${depth}>;
  @compute @workgroup_size(${side}, ${side})
  fn main(
    @builtin(local_invocation_id) local: vec3u,
    @builtin(local_invocation_index) index: u32,
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groups: vec3u,
  ) {
    let width = groups.x * ${tile / 4}u;
    var sums: array<array<vec4f, ${quads}>, ${each}>;
    for (var step = 0u; step < width / ${depth / 4}u; step++) {
      ${range(Math.max(1, loads))
        .map(
          (load) => `{
        let at = index + ${load * side ** 2}u;
        ${loads < 1 ? `if (at < ${(tile * depth) / 4}u) ` : ''}{
          let leftRow = at / ${depth / 4}u;
          let leftCol = at % ${depth / 4}u;
          left[leftRow][leftCol] = a[(group.y * ${tile}u + leftRow) * width + step * ${depth / 4}u + leftCol];
          let rightRow = at / ${tile / 4}u;
          let rightCol = at % ${tile / 4}u;
          right[rightRow][rightCol] = b[(step * ${depth}u + rightRow) * width + group.x * ${tile / 4}u + rightCol];
        }
      }`,
        )
        .join('\n      ')}
      workgroupBarrier();
      ${range(depth / 4)
        .map(
          (k) => `{
        ${range(4)
          .flatMap((lane) =>
            range(quads).map(
              (q) => `let b${lane}${q} = right[${4 * k + lane}][local.x * ${quads}u + ${q}u];`,
            ),
          )
          .join('\n        ')}
        ${range(each)
          .map(
            (r) => `{
          let row = left[local.y * ${each}u + ${r}u][${k}];
          ${range(quads)
            .map(
              (q) => `sums[${r}][${q}] += row.x * b0${q} + row.y * b1${q} + row.z * b2${q} + row.w * b3${q};`,
            )
            .join('\n          ')}
        }`,
          )
          .join('\n        ')}
      }`,
        )
        .join('\n      ')}
      workgroupBarrier();
    }
    ${range(each)
      .flatMap((r) =>
        range(quads).map(
          (q) =>
            `c[(group.y * ${tile}u + local.y * ${each}u + ${r}u) * width + group.x * ${tile / 4}u + local.x * ${quads}u + ${q}u] = sums[${r}][${q}];`,
        ),
      )
      .join('\n    ')}
  }`;
  return { name: `shared memory, ${tile} x ${tile} tiles, ${each} x ${each} an invocation`, code, tile };
}
