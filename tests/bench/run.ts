/**
 * Runs a bench. Contenders take turns, run by run, so that whatever else the machine does hits all of them alike, and ratios
 * are of neighbours. Every output of every run is compared: who computes something else is not timed.
 */

import { toPlain } from '@/common/errors';
import { type Layer, layerFlops, networkFlops, networkLayers } from '@/engine/measure/layers';
import { timing } from '@/engine/measure/spread';
import { syntheticUniform } from '@/models/synthetic';
import { factor } from '@/vae/config';
import type { Part } from '@/vae/shapes';
import { version } from '../../package.json';
import type { BenchBackend, ContenderSpec } from './contenders/contender';
import { Entry, nameOf, ownOf } from './entry';
import { Lane, LimitExceeded, type Spawn } from './lane';
import { keyOf, normCost, withParts } from './norms';
import type { Precision } from './onnx/graph';
import { BENCH_MODELS, type BenchOptions } from './options';
import type { BenchReport, Outcome } from './report';

type Numbers = Float32Array<ArrayBuffer>;

const PARTS: readonly Part[] = ['decoder', 'encoder'];

export interface Surroundings {
  spawn: Spawn;
  /** The browser or Node, in its own words. */
  runsIn: string;
  cores: number;
  /**
   * Milliseconds between two contenders, for threads of the one before may still be spinning in wait of more work. By default
   * 100.
   */
  rest?: number;
  /** Told what is being done, a line each. */
  log(line: string): void;
}

export async function bench(options: BenchOptions, surroundings: Surroundings): Promise<BenchReport> {
  const config = BENCH_MODELS[options.model];
  const report: BenchReport = {
    format: 'latent-inspector-bench',
    version: 1,
    latentInspector: version,
    runsIn: surroundings.runsIn,
    cores: surroundings.cores,
    model: options.model,
    config,
    weights: '',
    options,
    contenders: [],
    passes: [],
    layers: [],
    norms: [],
    matmul: null,
    notes: [],
  };
  for (const backend of options.backends) {
    await new BackendBench(backend, options, surroundings, report).run();
  }
  return report;
}

/** The part of a bench that happens on one backend. */
class BackendBench {
  private lanes: Lane[] = [];
  /** Contenders that did not start, and why. */
  private readonly failed: { spec: ContenderSpec; reason: string }[] = [];

  constructor(
    private readonly backend: BenchBackend,
    private readonly options: BenchOptions,
    private readonly surroundings: Surroundings,
    private readonly report: BenchReport,
  ) {}

  async run(): Promise<void> {
    try {
      await this.start();
      for (const size of this.options.sizes) {
        for (const part of PARTS) await this.passes(part, size);
        if (this.options.kernels) for (const part of PARTS) await this.layers(part, size);
      }
      if (this.options.kernels && this.backend === 'webgpu') await this.matmul();
    } finally {
      for (const lane of this.lanes) lane.stop();
    }
  }

  private async start(): Promise<void> {
    for (const framework of this.options.frameworks) await this.enter(framework, 'float32');
    if (this.backend === 'webgpu' && this.lanes.length > 0) await this.enterHalf();
    const devices = new Set(this.lanes.map(({ facts }) => facts?.device));
    if (devices.size > 1) {
      this.report.notes.push(
        `The contenders on ${this.backend} did not run on one device: ${[...devices].join('; ')}.`,
      );
    }
  }

  /** The same in half precision, of those that can. */
  private async enterHalf(): Promise<void> {
    const { frameworks, half } = this.options;
    const hasHalf = this.lanes.some(({ facts }) => facts?.hasHalf);
    if (frameworks.includes('ours') && (half || hasHalf)) await this.enter('ours', 'float16');
    if (!frameworks.includes('ort')) return;
    if (hasHalf) await this.enter('ort', 'float16');
    else {
      this.report.notes.push('The adapter has no shader-f16: onnxruntime-web was not measured in float16.');
    }
  }

  private async enter(framework: ContenderSpec['framework'], precision: Precision): Promise<void> {
    const { backend, options, report, surroundings } = this;
    const config = BENCH_MODELS[options.model];
    const spec: ContenderSpec = { framework, backend, precision, threads: options.threads, config };
    const lane = new Lane(spec, surroundings.spawn, options.limit);
    surroundings.log(`${backend}: starting ${nameOf(spec)}`);
    try {
      const { version: own, device, threads, weights } = await lane.start();
      if (report.weights !== '' && report.weights !== weights) throw new Error('Its weights are others.');
      report.weights = weights;
      report.contenders.push({ backend, framework, precision, version: own, device, threads });
      this.lanes.push(lane);
    } catch (error) {
      lane.stop();
      this.failed.push({ spec, reason: toPlain(error).message });
    }
  }

  /** Whole encodes or decodes of one size by all contenders. */
  private async passes(part: Part, size: number): Promise<void> {
    const { backend, options, report } = this;
    const entries = this.lanes.map((lane) => this.entry(lane, part, size));
    for (let run = 0; run <= options.runs; run++) await this.turn(entries, part, size, run);
    const flops = networkFlops(BENCH_MODELS[options.model], part, size, size);
    const own = ownOf(entries);
    for (const entry of entries) {
      const { framework, precision } = entry.lane.spec;
      const outcome: Outcome = entry.outcome ?? { ...entry.timed(own, flops), ...entry.memory };
      report.passes.push({ backend, size, part, framework, precision, outcome });
    }
    for (const { spec, reason } of this.failed) {
      const { framework, precision } = spec;
      report.passes.push({ backend, size, part, framework, precision, outcome: { kind: 'failed', reason } });
    }
  }

  /** A contender for passes of this size, ended before it begins where it is known what would come. */
  private entry(lane: Lane, part: Part, size: number): Entry {
    const entry = new Entry(lane);
    const { framework, precision } = lane.spec;
    if (part === 'encoder' && framework === 'ours' && precision === 'float16') {
      entry.end({ kind: 'failed', reason: 'it encodes in float32 always' });
    }
    const before = lane.tooSlow.get(part);
    if (before !== undefined && before < size) {
      const note = `it did so at ${before} px already`;
      entry.end({ kind: 'exceeded', seconds: this.options.limit, note });
    }
    return entry;
  }

  /** One run of everyone who is still in it, on one input. The first is compared only. */
  private async turn(entries: readonly Entry[], part: Part, size: number, run: number): Promise<void> {
    const { backend, options, surroundings } = this;
    const input = this.input(part, size, run);
    let reference: Numbers | null = null;
    for (const entry of entries) {
      if (entry.outcome) continue;
      const { lane } = entry;
      const doing = run === 0 ? 'comparing' : `run ${run} of ${options.runs}`;
      surroundings.log(`${backend}, ${size} px, ${part}: ${nameOf(lane.spec)}, ${doing}`);
      try {
        if (run === 0) await lane.ask('prepare', { part, size });
        await new Promise((resolve) => setTimeout(resolve, surroundings.rest ?? 100));
        const pass = await lane.ask('pass', { part, size, input: input.slice() });
        if (reference) entry.compare(pass.output, reference);
        reference ??= pass.output;
        if (run > 0) entry.times.push(pass.milliseconds);
        entry.noteMemory(pass);
      } catch (error) {
        if (error instanceof LimitExceeded) lane.tooSlow.set(part, size);
        entry.fail(error);
      }
    }
  }

  /** Every layer of a half by itself, in this project and in stock tfjs. */
  private async layers(part: Part, size: number): Promise<void> {
    const { backend, options, report, surroundings } = this;
    const lanes = this.lanes.filter(
      ({ spec, tooSlow }) =>
        spec.framework !== 'ort' &&
        spec.precision === 'float32' &&
        (tooSlow.get(part) ?? Number.POSITIVE_INFINITY) > size,
    );
    const layers = withParts(networkLayers(BENCH_MODELS[options.model], part, size, size));
    const ownTimes = new Map<string, number>();
    for (const [index, { layer, count }] of layers.entries()) {
      surroundings.log(`${backend}, ${size} px, ${part}: layer ${index + 1} of ${layers.length}`);
      const entries = lanes.map((lane) => new Entry(lane));
      await this.timeLayer(layer, entries);
      const own = ownOf(entries);
      for (const entry of entries) {
        const { framework } = entry.lane.spec;
        const outcome = entry.outcome ?? entry.timed(own, layerFlops(layer));
        report.layers.push({ backend, size, part, layer, count, framework, outcome });
      }
      if (own && !own.outcome) ownTimes.set(keyOf(layer), timing(own.times).median);
    }
    const cost = normCost(layers, ownTimes);
    const whole = report.passes.find(
      (row) =>
        row.backend === backend &&
        row.size === size &&
        row.part === part &&
        row.framework === 'ours' &&
        row.precision === 'float32',
    );
    if (!cost || whole?.outcome.kind !== 'timed') return;
    const pass = whole.outcome.milliseconds.median;
    report.norms.push({ backend, size, part, ...cost, pass });
  }

  private async timeLayer(layer: Layer, entries: readonly Entry[]): Promise<void> {
    let reference: Numbers | null = null;
    for (let run = 0; run <= this.options.runs; run++) {
      for (const entry of entries) {
        if (entry.outcome) continue;
        try {
          if (run > 0) {
            entry.times.push(await entry.lane.ask('timeLayer', {}));
            continue;
          }
          const { output } = await entry.lane.ask('loadLayer', { layer });
          if (reference) entry.compare(output, reference);
          else reference = output;
        } catch (error) {
          entry.fail(error);
        }
      }
    }
  }

  private async matmul(): Promise<void> {
    const { report, surroundings } = this;
    const own = this.lanes.find(({ spec }) => spec.framework !== 'ort');
    if (!own) return;
    surroundings.log(`${this.backend}: matrix products`);
    try {
      report.matmul = await own.ask('matmul', {});
    } catch (error) {
      report.notes.push(`The matrix products failed. ${toPlain(error).message}`);
    }
  }

  /** Another one for each run: a device that gives the last run's numbers again is found out. */
  private input(part: Part, size: number, run: number): Numbers {
    const config = BENCH_MODELS[this.options.model];
    const side = part === 'encoder' ? size : size / factor(config);
    const channels = part === 'encoder' ? config.in_channels : config.latent_channels;
    return Float32Array.from(syntheticUniform(run + 1, `${part} ${size}`, side * side * channels));
  }
}
