/** The course of a bench, with contenders that compute nothing: who is timed, who is not, and what is said of them. */
import { describe, expect, it } from 'vitest';
import { serve } from '@/common/rpc';
import type { WorkerPort } from '@/engine/client/client';
import type { ContenderCalls, ContenderSpec, Framework } from '../../bench/contenders/contender';
import { relativeError } from '../../bench/entry';
import { type BenchOptions, DEFAULTS } from '../../bench/options';
import type { BenchReport } from '../../bench/report';
import { bench } from '../../bench/run';
import { reportText } from '../../bench/text';

/** A contender's answer to a pass, by the half of the network. */
type Behaviour = (pass: ContenderCalls['pass']['args'], run: number) => Promise<Float32Array<ArrayBuffer>>;

const right: Behaviour = async ({ input }) => input.map((value) => 2 * value);
const wrong: Behaviour = async ({ input }) => input.map((value) => 2.1 * value);
/** The numbers of the first run again, as a device gives them that has not computed. */
const stale = (): Behaviour => {
  let first: Float32Array<ArrayBuffer> | null = null;
  return async ({ input }) => {
    first ??= input.map((value) => 2 * value);
    return first.slice();
  };
};
const hanging: Behaviour = () => new Promise(() => {});

interface Setup {
  behaviours: Partial<Record<Framework, Behaviour>>;
  /** Frameworks that do not start. */
  broken?: readonly Framework[];
  weights?: Partial<Record<Framework, string>>;
}

/** Workers that answer for themselves; the order in which passes were asked for is kept. */
class FakeContenders {
  readonly order: string[] = [];
  spawned = 0;
  terminated = 0;

  constructor(private readonly setup: Setup) {}

  spawn = (): WorkerPort => {
    this.spawned += 1;
    const { port1, port2 } = new MessageChannel();
    let spec: ContenderSpec | null = null;
    let runs = 0;
    serve<ContenderCalls>(port1, {
      start: async (args) => {
        spec = args;
        if (this.setup.broken?.includes(args.framework)) throw new Error('No such thing here.');
        const weights = this.setup.weights?.[args.framework] ?? 'abc';
        return { version: 'fake 1', device: 'a test', threads: 1, weights, hasHalf: false };
      },
      prepare: async () => null,
      pass: async (args) => {
        const { framework } = spec as ContenderSpec;
        this.order.push(framework);
        const output = await (this.setup.behaviours[framework] ?? right)(args, runs++);
        return { output, milliseconds: framework === 'ours' ? 10 : 30 + runs, gpuBytes: 1, wasmBytes: 2 };
      },
      loadLayer: async () => ({ output: Float32Array.of(1), calls: 1 }),
      timeLayer: async () => 5,
      matmul: async () => ({ size: 1, programs: [], best: { name: 'none', gflops: 1 } }),
    });
    port1.start();
    port2.start();
    return {
      postMessage: (message: unknown) => port2.postMessage(message),
      addEventListener: (type: string, listener: (event: never) => void) => {
        if (type === 'message') port2.addEventListener('message', listener as (event: MessageEvent) => void);
      },
      removeEventListener: (_: 'message', listener: (event: MessageEvent) => void) =>
        port2.removeEventListener('message', listener),
      terminate: () => {
        this.terminated += 1;
        port1.close();
        port2.close();
      },
    };
  };
}

async function run(
  setup: Setup,
  options: Partial<BenchOptions> = {},
): Promise<[BenchReport, FakeContenders]> {
  const fakes = new FakeContenders(setup);
  const report = await bench(
    { ...DEFAULTS, model: 'tiny', backends: ['wasm'], sizes: [32], runs: 2, limit: 60, ...options },
    { spawn: fakes.spawn, runsIn: 'a test', cores: 1, rest: 0, log: () => {} },
  );
  return [report, fakes];
}

const kinds = ({ passes }: BenchReport) =>
  passes.map(({ size, part, framework, outcome }) => `${size} ${part} ${framework} ${outcome.kind}`);

describe('a bench', () => {
  it('lets the contenders take turns, and pairs their runs', async () => {
    const [report, fakes] = await run({ behaviours: {} });
    expect(fakes.order.slice(0, 9)).toEqual([0, 1, 2].flatMap(() => ['ours', 'tfjs', 'ort']));
    const { outcome } = report.passes.find(({ framework }) => framework === 'tfjs')!;
    // The fake takes 30 ms and one more with every run; the first is not timed.
    expect(outcome).toMatchObject({
      kind: 'timed',
      milliseconds: { runs: [32, 33] },
      ratio: { least: 3.2, most: 3.3 },
      error: 0,
    });
    expect(fakes.terminated).toBe(fakes.spawned);
  });

  it('does not time who computes something else, nor who gives the last numbers again', async () => {
    const [report] = await run({ behaviours: { tfjs: wrong, ort: stale() } });
    expect(kinds(report).slice(0, 3)).toEqual([
      '32 decoder ours timed',
      '32 decoder tfjs wrong',
      '32 decoder ort wrong',
    ]);
    expect(reportText(report)).toContain('not timed: its output is another');
  });

  it('stops who takes too long, says so, tries the other half, and does not wait again for a larger picture', async () => {
    const slow: Behaviour = (pass, n) => (pass.part === 'decoder' ? hanging(pass, n) : right(pass, n));
    const [report, fakes] = await run({ behaviours: { tfjs: slow } }, { sizes: [32, 64], limit: 1 });
    expect(kinds(report).filter((row) => row.includes('tfjs'))).toEqual([
      '32 decoder tfjs exceeded',
      '32 encoder tfjs timed',
      '64 decoder tfjs exceeded',
      '64 encoder tfjs timed',
    ]);
    expect(reportText(report)).toContain('> 1 s (it did so at 32 px already)');
    expect(fakes.spawned).toBe(4);
  });

  it('says of everyone who is missing why', async () => {
    const [report] = await run({ behaviours: {}, broken: ['ort'], weights: { tfjs: 'other' } });
    expect(reportText(report)).toContain('does not run: No such thing here.');
    expect(reportText(report)).toContain('does not run: Its weights are others.');
    expect(report.passes).toHaveLength(6);
  });

  it('times layers, with the parts of those that are of several', async () => {
    const [report] = await run({ behaviours: {} }, { kernels: true });
    const own = report.layers.filter(({ part, framework }) => part === 'decoder' && framework === 'ours');
    const count = (kind: string) =>
      own.reduce((sum, row) => sum + (row.layer.kind === kind ? row.count : 0), 0);
    // Two levels of two residual blocks, two more in the middle, and the last one; attention's norm.
    expect([count('normConvolution'), count('norm')]).toEqual([2 * 2 * 2 + 2 * 2 + 1, 1]);
    expect(own.some(({ layer, count: times }) => layer.kind === 'norm' && times === 0)).toBe(true);
    // Every layer of the fakes takes 5 ms, so that a norm adds nothing to a convolution.
    expect(report.norms[0]).toMatchObject({ part: 'decoder', added: 5, alone: 5 * 14, pass: 10 });
  });
});

describe('the error of an output', () => {
  it('is relative to the largest value, and infinite where there is no number or another count', () => {
    const reference = Float32Array.of(1, -4);
    expect(relativeError(Float32Array.of(1, -3), reference)).toBe(0.25);
    expect(relativeError(Float32Array.of(Number.NaN, -4), reference)).toBe(Number.POSITIVE_INFINITY);
    expect(relativeError(Float32Array.of(1), reference)).toBe(Number.POSITIVE_INFINITY);
  });
});
