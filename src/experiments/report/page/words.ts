/** Words and a table for a report, group by group: one model at one size. */

import type { Column } from '@/app/experiments/table';
import { bareLevels, scoreWords } from '@/app/experiments/words';
import { levels, number, plural, ratio } from '@/app/parts/format';
import { shortNames } from '@/app/sides/side';
import { cellText } from '@/latent/cellText';
import type { SpotMeasure } from '@/measures/spots';
import { modelsOf } from '@/report/document';
import type { Figure, ReportRow } from '@/report/row';
import type { ReportDocument } from '@/report/run';
import { type GroupSummary, groups, type Spread, summariseGroup } from '@/report/summarise';
import { shareWords } from '../../mechanism/page/words';
import { FAR_WORDS, reachesFar } from '../../resolution/page/words';

export const RANKING_NAMES: Record<SpotMeasure, string> = {
  norm: '|mean|',
  rawLogvar: 'low raw logvar',
  influence: 'influence',
};

export interface ReportGroup {
  /** "Mini, planted, 256 px". */
  label: string;
  model: string;
  summary: GroupSummary;
  rows: readonly ReportRow[];
}

export function reportGroups(document: ReportDocument): ReportGroup[] {
  const models = modelsOf(document.runs);
  const short = shortNames(models.map(({ name }) => name));
  const names = new Map(models.map(({ id }, at) => [id, short[at]]));
  return groups(document.rows).map((rows) => {
    const summary = summariseGroup(rows);
    const model = names.get(summary.model) ?? summary.model;
    return { label: `${model}, ${summary.size} px`, model, summary, rows };
  });
}

/** Number of a group's pictures in which healing the strongest cell reaches far. */
export function reached({ rows }: ReportGroup, ranking: SpotMeasure): number {
  return rows.filter(({ measures }) => {
    const heal = measures?.strongest[ranking].heal;
    return heal ? reachesFar(heal.farRms ?? 0, heal.control?.farRms ?? 0) : false;
  }).length;
}

/** So many groups are told one by one; of more, all sizes of a model are told together. */
const MAX_GROUPS = 4;

export function reportVerdict(all: readonly ReportGroup[], ranking: SpotMeasure): string {
  const any = all.some(({ summary }) => summary.pictures > 0);
  if (!any) return 'No picture could be measured.';
  const withFar = ({ summary }: ReportGroup) => summary.rankings[ranking].heal.farRms.count;
  const measured = all.filter((group) => withFar(group) > 0);
  if (measured.length === 0) {
    return 'At these sizes no pixel lies far from the strongest cell, so how far it reaches cannot be said.';
  }
  const together = measured.length > MAX_GROUPS;
  const counts = new Map<string, { reached: number; of: number }>();
  for (const group of measured) {
    const key = together ? group.model : group.label;
    const before = counts.get(key) ?? { reached: 0, of: 0 };
    counts.set(key, {
      reached: before.reached + reached(group, ranking),
      of: before.of + withFar(group),
    });
  }
  const where = [...counts].map(
    ([key, count]) =>
      `${count.reached} of ${plural(count.of, together ? 'measurement' : 'picture')} in ${key}`,
  );
  return `Healing the cell that is strongest by ${RANKING_NAMES[ranking]} reaches far in ${list(where)}. Reaching far means that ${FAR_WORDS}.`;
}

/** A sentence on where the strongest cell is and how far it reaches, with the levels that the verdict rests on. */
export function groupSentence({ label, summary }: ReportGroup, ranking: SpotMeasure): string {
  const { places, heal } = summary.rankings[ranking];
  const [most] = places;
  if (!most) return `${label}: no picture could be measured.`;
  const where =
    most.count === 1 && places.length > 1
      ? `the strongest cell is another in each of the ${places.length} pictures`
      : places.length === 1
        ? `the strongest cell is ${cellText(most.cell)} in ${allWords(most.count)}`
        : `the strongest cell is at ${places.length} places, most often ${cellText(most.cell)}, in ${most.count} of ${plural(summary.pictures, 'picture')}`;
  if (heal.farRms.count === 0) {
    return `${label}: ${where}. No pixel lies far enough from it to be called far, so how far it reaches cannot be said.`;
  }
  const control = heal.control.median;
  const beside =
    control === null
      ? 'no cell is far enough away to be its control'
      : `its control moves it by ${bareLevels(control)}${range(heal.control, bareLevels)}`;
  return `${label}: ${where}. Healed, it moves the far picture by ${levelsOf(heal.farRms.median)}${range(heal.farRms, bareLevels)}; ${beside}.`;
}

/** Sentence on the path of the change of the first cell by influence, of how many levels; null where that was not measured. */
export function pathSentence({ summary: { mechanism } }: ReportGroup): string | null {
  const { normShare, attentionShare, judgedRms } = mechanism ?? {};
  if (typeof normShare?.median !== 'number' || typeof attentionShare?.median !== 'number') return null;
  return `Of the far change where the first cell by influence is healed, ${levelsOf(judgedRms?.median ?? null)}, GroupNorm carries ${shareWords(normShare.median)} of the square and attention ${shareWords(attentionShare.median)}.`;
}

function allWords(pictures: number): string {
  if (pictures === 1) return 'the one picture';
  return pictures === 2 ? 'both pictures' : `all ${pictures} pictures`;
}

/** " (31 to 47)"; nothing where all are one. */
function range({ count, min, max }: Spread, text: (value: number) => string): string {
  if (count < 2 || min === null || max === null || text(min) === text(max)) return '';
  return ` (${text(min)} to ${text(max)})`;
}

function levelsOf(value: Figure): string {
  return value === null ? 'an unknown number of levels' : `${bareLevels(value)} levels`;
}

function list(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Medians over the pictures, smallest and largest in brackets. */
export function reportColumns(ranking: SpotMeasure, all: readonly ReportGroup[]): Column<ReportGroup>[] {
  const own = ({ summary }: ReportGroup) => summary.rankings[ranking];
  const columns: Column<ReportGroup>[] = [
    { key: 'model', label: 'model', words: true, value: ({ model }) => model, text: ({ model }) => model },
    count('size_px', 'size', 'pixels', ({ summary }) => summary.size),
    count('pictures', 'pictures', undefined, ({ summary }) => summary.pictures),
    {
      key: 'most_often_at',
      label: 'strongest, most often',
      words: true,
      value: (group) => placeWords(group, ranking),
      text: (group) => placeWords(group, ranking),
    },
    spread('score', 'its score', 'robust \u03c3', (group) => own(group).score, scoreWords),
    spread('far_rms_levels', 'healed: far, RMS', 'levels', (group) => own(group).heal.farRms, levels),
    spread(
      'control_far_rms_levels',
      'control: far, RMS',
      'levels',
      (group) => own(group).heal.control,
      levels,
    ),
    spread('far_ratio', 'median of ratios', undefined, (group) => own(group).heal.ratio, ratio),
    spread(
      'psnr_db',
      'PSNR',
      'dB',
      ({ summary }) => summary.psnr,
      (value) => number(value, 1),
    ),
    spread(
      'ssim',
      'SSIM',
      undefined,
      ({ summary }) => summary.ssim,
      (value) => number(value, 3),
    ),
  ];
  if (!all.some(({ summary }) => summary.mechanism)) return columns;
  return [
    ...columns,
    spread(
      'norm_share',
      'by GroupNorm',
      'of the square',
      ({ summary }) => summary.mechanism?.normShare,
      shareWords,
    ),
    spread(
      'attention_share',
      'by attention',
      'of the square',
      ({ summary }) => summary.mechanism?.attentionShare,
      shareWords,
    ),
    {
      key: 'beyond_reach_max',
      label: 'beyond reach',
      unit: 'must be 0',
      value: ({ summary }) => summary.mechanism?.beyondReceptiveField ?? null,
      text: ({ summary }) => beyondWords(summary.mechanism?.beyondReceptiveField ?? null),
    },
  ];
}

function placeWords({ summary }: ReportGroup, ranking: SpotMeasure): string {
  const [most] = summary.rankings[ranking].places;
  return most ? `${cellText(most.cell)}: ${most.count} of ${summary.pictures}` : '\u2013';
}

function beyondWords(value: Figure): string {
  return value === null ? 'not checked' : value === 0 ? '0' : value.toExponential(1);
}

function count(
  key: string,
  label: string,
  unit: string | undefined,
  of: (group: ReportGroup) => number,
): Column<ReportGroup> {
  return { key, label, unit, value: of, text: (group) => String(of(group)) };
}

function spread(
  key: string,
  label: string,
  unit: string | undefined,
  of: (group: ReportGroup) => Spread | undefined,
  words: (value: number) => string,
): Column<ReportGroup> {
  return {
    key,
    label,
    unit,
    value: (group) => of(group)?.median ?? null,
    text(group) {
      const own = of(group);
      if (!own || own.median === null) return '\u2013';
      return `${words(own.median)}${range(own, words)}`;
    },
  };
}
