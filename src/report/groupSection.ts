/** The part of a report about one model at one size: where its spots are, and what healing them does. */
import type { SpotMeasure } from '@/measures/spots';
import { type Axis, dots, placeMap, type Series } from './charts';
import {
  escapeText,
  RATIOS_NOTE,
  show,
  showCell,
  showLevels,
  showRatio,
  showShare,
  showSpread,
  table,
} from './markup';
import { type HealFigures, type Measures, RANKINGS, type ReportRow } from './row';
import type { GroupSummary, HealSpread, MechanismSummary } from './summarise';

const TITLES: Record<SpotMeasure, string> = {
  norm: '|mean|',
  rawLogvar: 'low raw logvar',
  influence: 'influence',
};

const LEVELS: Axis = { title: 'Far RMS, levels of 255 (logarithmic)', from: 1e-3, to: 255 };
const RATIOS: Axis = { title: 'Far RMS over that of the control (logarithmic)', from: 1e-1, to: 1e4 };

/** @param mixed the report has other numerics versions too: each section says which it is of */
export function groupSection(
  summary: GroupSummary,
  rows: readonly ReportRow[],
  name: string,
  mixed = false,
): string {
  const all = rows.flatMap(({ measures }) => (measures ? [measures] : []));
  const of = mixed ? `, numerics version ${summary.numerics}` : '';
  const title = `<h2>${escapeText(name)}, ${summary.size} pixels${of}</h2>`;
  if (all.length === 0) return `<section>${title}<p>No picture could be measured.</p></section>`;
  return `<section>${title}
<p>${summary.pictures} ${summary.pictures === 1 ? 'picture' : 'pictures'}${summary.failed > 0 ? `, ${summary.failed} more could not be measured` : ''}; latents of ${summary.rows} × ${summary.cols} cells.</p>
${places(summary)}
${rankingTable(summary)}
<h3>Healing the cells that stand out</h3>
${healTable(summary)}
<p class="quiet">One dot a picture; the bar is from the lower to the upper quartile, the tick is the median. What is smaller than the axis lies at its left end.</p>
${dots(farSeries(summary, all), LEVELS)}
${dots(ratioSeries(summary, all), RATIOS)}
${summary.mechanism ? mechanismTable(summary.mechanism) : ''}
<h3>Reconstruction and log-variances</h3>
${qualityTable(summary)}
</section>`;
}

function places(summary: GroupSummary): string {
  const maps = RANKINGS.map((ranking) => {
    const { places, namedFirst } = summary.rankings[ranking];
    const [most] = places;
    const named =
      namedFirst === null || !summary.named
        ? ''
        : `; the known spot ${showCell(summary.named.cell)} in ${namedFirst}`;
    const title = `First by ${TITLES[ranking]}`;
    return `<figure>${placeMap(summary, places, title)}<figcaption>${title}: ${showCell(most.cell)} in ${most.count} of ${summary.pictures}; ${places.length} ${places.length === 1 ? 'place' : 'places'} in all${named}.</figcaption></figure>`;
  });
  return `<h3>Where the strongest cell is</h3><div class="maps">${maps.join('')}</div>`;
}

function rankingTable({ rankings, influence }: GroupSummary): string {
  const units: Record<SpotMeasure, string> = { norm: 'raw units', rawLogvar: 'ln', influence: 'levels' };
  const lines = RANKINGS.map((ranking) => [
    TITLES[ranking],
    `${showSpread(rankings[ranking].value, ranking === 'influence' ? showLevels : show)} ${units[ranking]}`,
    showSpread(rankings[ranking].score),
  ]);
  return `${table(['Ranked by', 'Value of the first cell', 'Its score'], lines)}
<p>Influence over the cells: largest ${showSpread(influence.max, showLevels)} levels, median ${showSpread(influence.median, showLevels)} levels; median of the quotients, picture by picture, ${showSpread(influence.ratio, showRatio)}.</p>`;
}

function healTable({ rankings, named }: GroupSummary): string {
  const line = (title: string, heal: HealSpread) => [
    title,
    showSpread(heal.farRms, showLevels),
    showSpread(heal.control, showLevels),
    showSpread(heal.ratio, showRatio),
    showSpread(heal.nearRms, showLevels),
    `${heal.nearRms.count - heal.withoutControl}`,
  ];
  const lines = RANKINGS.map((ranking) => line(`First by ${TITLES[ranking]}`, rankings[ranking].heal));
  if (named) lines.push(line(`Known spot ${showCell(named.cell)}`, named));
  return table(
    [
      'Healed cell',
      'Far RMS, levels',
      'Its control, levels',
      'Median of the ratios',
      'Near RMS, levels',
      'Pictures with a control',
    ],
    lines,
    `Median over the pictures, smallest and largest in brackets. ${RATIOS_NOTE}`,
  );
}

/** Each healed cell, and under it its control. */
function farSeries(summary: GroupSummary, all: readonly Measures[]): Series[] {
  return heals(summary, all).flatMap(({ label, values }) => [
    { label, isControl: false, values: values.map((heal) => heal?.farRms ?? null) },
    { label: 'its control', isControl: true, values: values.map((heal) => heal?.control?.farRms ?? null) },
  ]);
}

function ratioSeries(summary: GroupSummary, all: readonly Measures[]): Series[] {
  return heals(summary, all).map(({ label, values }) => ({
    label,
    isControl: false,
    values: values.map((heal) => heal?.ratio ?? null),
  }));
}

function heals(summary: GroupSummary, all: readonly Measures[]) {
  const lines = RANKINGS.map((ranking) => ({
    label: `first by ${TITLES[ranking]}`,
    values: all.map(({ strongest }): HealFigures | null => strongest[ranking].heal),
  }));
  if (!summary.named) return lines;
  const label = `known spot ${showCell(summary.named.cell)}`;
  return [...lines, { label, values: all.map(({ named }) => named) }];
}

function mechanismTable({
  farRms,
  judgedRms,
  normShare,
  attentionShare,
  beyondReceptiveField,
}: MechanismSummary): string {
  const lines = [
    ['Far RMS in full, levels', showSpread(farRms.full, showLevels)],
    ['with frozen norm', showSpread(farRms.frozenNorm, showLevels)],
    ['with frozen attention', showSpread(farRms.frozenAttention, showLevels)],
    ['with frozen both', showSpread(farRms.frozenBoth, showLevels)],
    ['RMS in full where the paths are compared, levels', showSpread(judgedRms, showLevels)],
    ['Share of its square that GroupNorm carries, 0 to 1', showSpread(normShare)],
    ['Share that attention carries, 0 to 1', showSpread(attentionShare)],
    [
      'Largest change beyond the convolutions’ reach with frozen both (must be 0)',
      beyondReceptiveField === null ? 'not checked: no pixel lies that far' : show(beyondReceptiveField),
    ],
  ];
  return `<h3>By which path the change travels</h3>
${table(['The first cell by influence, healed', 'Median (smallest to largest)'], lines)}`;
}

function qualityTable({
  psnr,
  ssim,
  clampedShare,
  clampedPictures,
  rawLogvarMin,
  pictures,
}: GroupSummary): string {
  return table(
    ['Measure', 'Median (smallest to largest)', 'Mean'],
    [
      ['PSNR of the reconstruction, dB', showSpread(psnr), show(psnr.mean)],
      ['SSIM', showSpread(ssim), show(ssim.mean)],
      ['Lowest raw log-variance, ln', showSpread(rawLogvarMin), show(rawLogvarMin.mean)],
      [
        `Share of clamped log-variances (any in ${clampedPictures} of ${pictures} pictures)`,
        `${showShare(clampedShare.median)} <span class="range">(${showShare(clampedShare.min)} to ${showShare(clampedShare.max)})</span>`,
        showShare(clampedShare.mean),
      ],
    ],
  );
}
