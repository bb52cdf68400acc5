/** Full sentences on what a reader must know before believing the numbers of a report. */

import { numericsChanges, numericsName, numericsOf } from '@/common/numerics';
import { median } from '@/latent/statistics';
import { type Measures, RANKINGS, type ReportRow } from './row';
import type { ReportDocument } from './run';

/** A reconstruction this far from its picture, dB, is hardly that of a network that was opened rightly. */
export const LOW_PSNR = 20;

export function remarks({ rows, notes = [] }: Pick<ReportDocument, 'rows' | 'notes'>): string[] {
  return [...notes, ...mixedNumerics(rows), ...lowQuality(rows), ...mixedKernels(rows), ...withoutFar(rows)];
}

/** Rows of numerics versions whose numbers are not comparable: they are there, but apart. */
function mixedNumerics(rows: readonly ReportRow[]): string[] {
  const counts = new Map<number, number>();
  for (const row of rows) {
    if (row.failure === null) counts.set(numericsOf(row), (counts.get(numericsOf(row)) ?? 0) + 1);
  }
  if (counts.size < 2) return [];
  const versions = [...counts.keys()].sort((a, b) => a - b);
  const list = versions.map((version) => `${numericsName(version)}: ${counts.get(version)}`);
  return [
    `The measurements are of different numerics versions (${list.join('; ')}), and are summed up apart. ${numericsChanges(versions[0], versions[versions.length - 1])}`.trimEnd(),
  ];
}

/**
 * Models whose reconstructions are poor, which most often were opened with assumptions that do not hold; and, of a model whose
 * reconstructions are good, the pictures of which they are not.
 */
export function lowQuality(rows: readonly ReportRow[]): string[] {
  return qualityGroups(rows).flatMap(({ where, middle, all, low }) => {
    if (middle < LOW_PSNR) {
      return [
        `The reconstructions of ${where} are only ${middle.toFixed(1)} dB from their pictures (median PSNR). Below ${LOW_PSNR} dB the weights, the configuration or the assumptions that were made about them are most likely not right: see the notes on the model before you use any of its numbers.`,
      ];
    }
    if (low.length === 0) return [];
    const named = low
      .slice(0, MAX_NAMED)
      .map(({ row, psnr }) => `${row.picture.name} (${psnr.toFixed(1)} dB)`);
    const more = low.length > MAX_NAMED ? `, and ${low.length - MAX_NAMED} more` : '';
    return [
      `In ${low.length} of ${all} pictures the reconstruction of ${where} is less than ${LOW_PSNR} dB from the picture, where the median is ${middle.toFixed(1)} dB: ${named.join(', ')}${more}. Noise and fine texture can cost as much; look at these pictures before you use their numbers.`,
    ];
  });
}

/** Sentences beside pictures of which a model that reconstructs others well makes a poor one. */
export function poorPictures(rows: readonly ReportRow[]): Map<ReportRow, string> {
  const said = new Map<ReportRow, string>();
  for (const { where, middle, low } of qualityGroups(rows)) {
    if (middle < LOW_PSNR) continue;
    for (const { row, psnr } of low)
      said.set(row, `The reconstruction of ${where} is only ${psnr.toFixed(1)} dB from it.`);
  }
  return said;
}

/** So many pictures are named one by one. */
const MAX_NAMED = 4;

interface QualityGroup {
  /** "MODEL at 256 pixels". */
  where: string;
  /** Median PSNR, dB. */
  middle: number;
  /** Number of reconstructions. */
  all: number;
  /** Reconstructions below `LOW_PSNR`, the worst first. */
  low: { row: ReportRow; psnr: number }[];
}

function qualityGroups(rows: readonly ReportRow[]): QualityGroup[] {
  const groups = new Map<string, { row: ReportRow; psnr: number }[]>();
  for (const row of rows) {
    const psnr = row.measures?.psnr ?? null;
    if (psnr === null || !Number.isFinite(psnr)) continue;
    const key = `${row.model.id} at ${row.size} pixels`;
    groups.set(key, [...(groups.get(key) ?? []), { row, psnr }]);
  }
  return [...groups].map(([where, each]) => ({
    where,
    middle: median(each.map(({ psnr }) => psnr)),
    all: each.length,
    low: each.filter(({ psnr }) => psnr < LOW_PSNR).sort((a, b) => a.psnr - b.psnr),
  }));
}

/** Rows that different programs computed. */
export function mixedKernels(rows: readonly ReportRow[]): string[] {
  const counts = new Map<string, number>();
  for (const { measures, kernels, backend } of rows) {
    if (measures === null) continue;
    const name = kernels
      ? [kernels.name, kernels.adapter].filter(Boolean).join(', ')
      : `${backend}, kernels not recorded`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  if (counts.size < 2) return [];
  const list = [...counts].sort().map(([name, count]) => `${name}: ${count}`);
  return [
    `The measurements were computed by different kernels (${list.join('; ')}), which add in different orders: figures of the same picture can differ by about 5e-5 of their size between them.`,
  ];
}

/** Measurements in which the radius covers the whole picture. */
function withoutFar(rows: readonly ReportRow[]): string[] {
  const measured = rows.filter(({ measures }) => measures !== null);
  const none = measured.filter(({ measures }) => lacksFar(measures!));
  if (none.length === 0) return [];
  const radii = [...new Set(none.map(({ radius }) => radius))].join(', ');
  const sizes = [...new Set(none.map(({ size }) => size))].sort((a, b) => a - b).join(', ');
  return [
    `In ${none.length} of ${measured.length} measurements (at ${sizes} pixels) no pixel lies more than ${radii} cells away from a healed cell: there is no far region, and its far figures are empty.`,
  ];
}

function lacksFar({ strongest }: Measures): boolean {
  return RANKINGS.some((ranking) => strongest[ranking].heal.farRms === null);
}
