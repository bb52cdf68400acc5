/** A bench's report as text for the console. */
import type { Layer } from '@/engine/measure/layers';
import type { Timing } from '@/engine/measure/spread';
import { nameOf } from './entry';
import type { BenchReport, LayerRow, Outcome, PassRow, Ratio } from './report';

export function reportText(report: BenchReport): string {
  const { options } = report;
  const parts = [
    [
      `latent-inspector ${report.latentInspector}, ${report.runsIn}, ${report.cores} cores`,
      `model ${report.model}, synthetic weights, SHA-256 ${report.weights || 'unknown'}`,
      `${options.runs} runs each, in turns; times are medians with the shortest and the longest`,
    ].join('\n'),
    contendersText(report),
    [
      'Whole passes, from numbers in memory to numbers in memory. Ratio: how many times as long as latent-inspector takes.',
      "Memory: on webgpu all buffers at the fullest moment; on wasm the heap, which never shrinks, so that an encode's holds the decode's before it.",
    ].join('\n'),
    table(PASS_HEAD, report.passes.map(passCells)),
  ];
  if (report.layers.length > 0) {
    parts.push('Layers by themselves, each with how often a pass has it; 0 for parts of others.');
    parts.push(table(LAYER_HEAD, layerLines(report.layers)));
  }
  const norms = report.norms.map(({ backend, size, part, added, alone, pass }) => {
    const share = (milliseconds: number) =>
      `${time(milliseconds)}, ${((100 * milliseconds) / pass).toFixed(1)} %`;
    return `GroupNorm with SiLU in a whole ${passName(part)} at ${size} px on ${backend}: they add ${share(added)}; by themselves they take ${share(alone)}.`;
  });
  if (norms.length > 0) parts.push(norms.join('\n'));
  if (report.matmul) parts.push(matmulText(report));
  if (report.notes.length > 0) parts.push(report.notes.join('\n'));
  return `${parts.join('\n\n')}\n`;
}

function contendersText({ contenders }: BenchReport): string {
  const head = ['backend', 'contender', 'version', 'device', 'threads'];
  const rows = contenders.map((each) => [
    each.backend,
    nameOf(each),
    each.version,
    each.device,
    String(each.threads),
  ]);
  return table(head, rows);
}

const PASS_HEAD = [
  'backend',
  'size',
  'pass',
  'contender',
  'time',
  'GFLOP/s',
  'ratio',
  'error',
  'peak memory',
];

function passCells({ backend, size, part, outcome, ...contender }: PassRow): string[] {
  const own = [backend, `${size} px`, passName(part), nameOf(contender)];
  if (outcome.kind !== 'timed') return [...own, problem(outcome)];
  const { milliseconds, gflops, ratio, error, gpuBytes, wasmBytes } = outcome;
  const memory = backend === 'webgpu' ? gpuBytes : wasmBytes;
  return [...own, spread(milliseconds), rate(gflops), ratioText(ratio), errorText(error), mebibytes(memory)];
}

const LAYER_HEAD = [
  'backend',
  'size',
  'pass',
  'layer',
  'count',
  'latent-inspector',
  'GFLOP/s',
  'tfjs, stock',
  'ratio',
  'error',
];

/** A line for each layer, with both contenders in it. */
function layerLines(rows: readonly LayerRow[]): string[][] {
  const lines = new Map<string, LayerRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.backend, row.size, row.part, row.layer]);
    lines.set(key, [...(lines.get(key) ?? []), row]);
  }
  return [...lines.values()].map((both) => {
    const [{ backend, size, part, layer, count }] = both;
    const own = both.find(({ framework }) => framework === 'ours')?.outcome;
    const stock = both.find(({ framework }) => framework === 'tfjs')?.outcome;
    const timed = stock?.kind === 'timed' ? stock : null;
    return [
      backend,
      `${size} px`,
      passName(part),
      layerText(layer),
      String(count),
      layerTime(own),
      own?.kind === 'timed' && own.gflops > 0 ? rate(own.gflops) : '',
      layerTime(stock),
      timed ? ratioText(timed.ratio) : '',
      timed && own ? errorText(timed.error) : '',
    ];
  });
}

function layerTime(outcome: LayerRow['outcome'] | undefined): string {
  if (!outcome) return '';
  return outcome.kind === 'timed' ? spread(outcome.milliseconds) : problem(outcome);
}

function matmulText({ matmul, passes }: BenchReport): string {
  if (!matmul) return '';
  const { size, programs, best } = matmul;
  const rows = programs.map(({ name, milliseconds, gflops }) => [name, time(milliseconds), rate(gflops)]);
  const shares = passes.flatMap(({ backend, framework, precision, size: side, part, outcome }) =>
    backend === 'webgpu' && framework === 'ours' && precision === 'float32' && outcome.kind === 'timed'
      ? [
          `A whole ${passName(part)} at ${side} px runs at ${((100 * outcome.gflops) / best.gflops).toFixed(0)} % of the best.`,
        ]
      : [],
  );
  return [
    `The device's matrix product, float32 in WGSL, ${size} x ${size}: ${rate(best.gflops)} GFLOP/s (${best.name})`,
    table(['program', 'time', 'GFLOP/s'], rows),
    ...shares,
  ].join('\n');
}

/** "3x3 convolution, 128 -> 64, 32 x 32". */
export function layerText(layer: Layer): string {
  const map = `${layer.rows} x ${layer.cols}`;
  switch (layer.kind) {
    case 'convolution':
      return `${layer.size}x${layer.size} convolution, ${layer.ins} -> ${layer.outs}, ${map}`;
    case 'normConvolution':
      return `GroupNorm + SiLU + 3x3 convolution, ${layer.ins} -> ${layer.outs}, ${map}`;
    case 'downsample':
      return `downsample, ${layer.ins} -> ${layer.outs}, ${map}`;
    case 'upsample':
      return `upsample, ${layer.ins} -> ${layer.outs}, ${map}`;
    case 'norm':
      return `GroupNorm${layer.silu ? ' + SiLU' : ''}, ${layer.channels}, ${map}`;
    case 'attention':
      return `attention, ${layer.channels}, ${map}`;
  }
}

function passName(part: PassRow['part']): string {
  return part === 'encoder' ? 'encode' : 'decode';
}

function problem(outcome: Exclude<Outcome, { kind: 'timed' }>): string {
  switch (outcome.kind) {
    case 'exceeded':
      return `> ${outcome.seconds} s${outcome.note ? ` (${outcome.note})` : ''}`;
    case 'wrong':
      return `not timed: its output is another (error ${errorText(outcome.error)})`;
    case 'failed':
      return `does not run: ${outcome.reason}`;
  }
}

function spread({ median, least, most }: Timing): string {
  return `${time(median)} (${time(least)} to ${time(most)})`;
}

function ratioText(ratio: Ratio | null): string {
  if (!ratio) return '';
  const digits = (value: number) => value.toPrecision(3);
  return `x ${digits(ratio.median)} (${digits(ratio.least)} to ${digits(ratio.most)})`;
}

function errorText(error: number | null): string {
  return error === null ? 'reference' : error.toExponential(1);
}

function time(milliseconds: number): string {
  return milliseconds >= 1000
    ? `${(milliseconds / 1000).toPrecision(3)} s`
    : `${milliseconds.toPrecision(3)} ms`;
}

function rate(gflops: number): string {
  return gflops.toPrecision(3);
}

function mebibytes(bytes: number): string {
  const count = bytes / 2 ** 20;
  return `${count.toFixed(count < 10 ? 1 : 0)} MiB`;
}

/** Columns under each other; a row that is cut short ends with a text as long as it likes. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(
      title.length,
      ...rows.map((row) =>
        column === row.length - 1 && row.length < head.length ? 0 : (row[column]?.length ?? 0),
      ),
    ),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
