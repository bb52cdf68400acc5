/** Rows with few interesting numbers, for tests that count by hand. */

import type { Cell } from '@/latent/types';
import type { HealFigures, Measures, RankedCell, ReportRow } from '@/report/row';
import type { ReportDocument, ReportRun } from '@/report/run';

export const heal = (cell: Cell, farRms: number | null, control: number | null): HealFigures => ({
  cell,
  farRms,
  nearRms: 2,
  control: control === null ? null : { cell: { row: 9, col: 9 }, farRms: control, nearRms: 1 },
  ratio: farRms === null || !control ? null : farRms / control,
});

const ranked = (cell: Cell, farRms: number): RankedCell => ({
  cell,
  score: 5,
  value: 3,
  heal: heal(cell, farRms, 0.5),
});

/** @param farRms of the strongest cell, by all rankings */
export function measures(cell: Cell, farRms: number, changed: Partial<Measures> = {}): Measures {
  return {
    rows: 16,
    cols: 16,
    channels: 4,
    psnr: 20,
    ssim: 0.5,
    clampedShare: 0,
    rawLogvarMin: -12,
    influence: { max: 4, median: 2, ratio: 2 },
    strongest: {
      norm: ranked(cell, farRms),
      rawLogvar: ranked(cell, farRms),
      influence: ranked(cell, farRms),
    },
    named: null,
    mechanism: null,
    ...changed,
  };
}

export function row(name: string, own: Measures | null, changed: Partial<ReportRow> = {}): ReportRow {
  return {
    version: '1.0.0',
    backend: 'wasm',
    radius: 4,
    mechanism: false,
    picture: { name, sha256: `hash of ${name}` },
    model: { id: 'model', sha256: 'hash of model', configSha256: 'hash of config' },
    size: 128,
    sourceSide: 200,
    notices: [],
    named: null,
    measures: own,
    failure: own ? null : 'This picture is damaged and cannot be decoded.',
    ...changed,
  };
}

export function run(changed: Partial<ReportRun> = {}): ReportRun {
  return {
    version: '1.0.0',
    backend: 'wasm',
    radius: 4,
    mechanism: false,
    date: '2030-01-02T03:04:05.000Z',
    command: 'latent-inspector report pictures',
    device: 'WebAssembly (SIMD), 1 thread',
    environment: 'Node 20.0.0',
    shard: { index: 1, count: 1 },
    units: 1,
    models: [
      {
        id: 'model',
        name: 'A model',
        file: 'model.safetensors',
        sha256: 'hash of model',
        configSha256: 'hash of config',
        config: {},
        parameters: 1234567,
        spot: null,
        notes: [],
      },
    ],
    copies: [],
    ...changed,
  };
}

export function document(
  rows: ReportRow[],
  runs: ReportRun[] = [run({ units: rows.length })],
): ReportDocument {
  return { date: '2030-02-03T04:05:06.000Z', command: 'latent-inspector report pictures', runs, rows };
}
