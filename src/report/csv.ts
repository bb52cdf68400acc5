/** One line a picture, model and size, units in the names of the columns (RFC 4180). */
import { type CsvValue, writeCsv } from '@/common/csv';
import { numericsOf } from '@/common/numerics';
import type { Cell } from '@/latent/types';
import { compareRows, type HealFigures, RANKINGS, type ReportRow } from './row';

type Column = [header: string, value: (row: ReportRow) => CsvValue];

const NAMES = { norm: 'norm', rawLogvar: 'raw_logvar', influence: 'influence' } as const;
const UNITS = { norm: 'raw', rawLogvar: 'ln', influence: 'levels' } as const;

export const COLUMNS: readonly Column[] = [
  ['picture', ({ picture }) => picture.name],
  ['picture_sha256', ({ picture }) => picture.sha256],
  ['model', ({ model }) => model.id],
  ['model_sha256', ({ model }) => model.sha256],
  ['config_sha256', ({ model }) => model.configSha256],
  ['size_px', ({ size }) => size],
  ['source_side_px', ({ sourceSide }) => sourceSide],
  ['version', ({ version }) => version],
  ['backend', ({ backend }) => backend],
  ['radius_cells', ({ radius }) => radius],
  ['failure', ({ failure }) => failure],
  ['notices', ({ notices }) => notices.join(' ')],
  ['rows_cells', ({ measures, encoder }) => (measures ?? encoder)?.rows],
  ['cols_cells', ({ measures, encoder }) => (measures ?? encoder)?.cols],
  ['channels', ({ measures, encoder }) => (measures ?? encoder)?.channels],
  ['psnr_db', ({ measures }) => measures?.psnr],
  ['ssim', ({ measures }) => measures?.ssim],
  ['clamped_share', ({ measures, encoder }) => (measures ?? encoder)?.clampedShare],
  ['raw_logvar_min_ln', ({ measures, encoder }) => (measures ?? encoder)?.rawLogvarMin],
  ['influence_max_levels', ({ measures }) => measures?.influence.max],
  ['influence_median_levels', ({ measures }) => measures?.influence.median],
  ['influence_max_over_median', ({ measures }) => measures?.influence.ratio],
  ...RANKINGS.flatMap((ranking): Column[] => [
    ...cellColumns(`by_${NAMES[ranking]}`, (row) => rankedOf(row, ranking)?.cell),
    [`by_${NAMES[ranking]}_score`, (row) => rankedOf(row, ranking)?.score],
    [`by_${NAMES[ranking]}_value_${UNITS[ranking]}`, (row) => rankedOf(row, ranking)?.value],
    ...healColumns(`by_${NAMES[ranking]}`, ({ measures }) => measures?.strongest[ranking].heal),
  ]),
  ...cellColumns('named', ({ named }) => named),
  ...healColumns('named', ({ measures }) => measures?.named),
  ...cellColumns('mechanism', ({ measures }) => measures?.mechanism?.cell),
  ['mechanism_full_far_rms_levels', ({ measures }) => measures?.mechanism?.farRms.full],
  ['mechanism_frozen_norm_far_rms_levels', ({ measures }) => measures?.mechanism?.farRms.frozenNorm],
  [
    'mechanism_frozen_attention_far_rms_levels',
    ({ measures }) => measures?.mechanism?.farRms.frozenAttention,
  ],
  ['mechanism_frozen_both_far_rms_levels', ({ measures }) => measures?.mechanism?.farRms.frozenBoth],
  ['mechanism_judged_beyond_cells', ({ measures }) => measures?.mechanism?.judgedBeyond],
  ['mechanism_judged_rms_levels', ({ measures }) => measures?.mechanism?.judgedRms],
  ['mechanism_norm_share', ({ measures }) => measures?.mechanism?.normShare],
  ['mechanism_attention_share', ({ measures }) => measures?.mechanism?.attentionShare],
  ['mechanism_beyond_reach_max_output', ({ measures }) => measures?.mechanism?.beyondReceptiveField],
  // New columns come last.
  ['kernels', ({ kernels }) => kernels?.name],
  ['threads', ({ kernels }) => kernels?.threads],
  ['adapter', ({ kernels }) => kernels?.adapter],
  ['numerics', (row) => numericsOf(row)],
];

/** Also of a row of which only the encoder gave numbers. */
function rankedOf({ measures, encoder }: ReportRow, ranking: (typeof RANKINGS)[number]) {
  if (measures) return measures.strongest[ranking];
  return ranking === 'influence' ? undefined : encoder?.strongest[ranking];
}

function cellColumns(name: string, cell: (row: ReportRow) => Cell | null | undefined): Column[] {
  return [
    [`${name}_row`, (row) => cell(row)?.row],
    [`${name}_col`, (row) => cell(row)?.col],
  ];
}

function healColumns(name: string, heal: (row: ReportRow) => HealFigures | null | undefined): Column[] {
  return [
    [`${name}_heal_near_rms_levels`, (row) => heal(row)?.nearRms],
    [`${name}_heal_far_rms_levels`, (row) => heal(row)?.farRms],
    ...cellColumns(`${name}_control`, (row) => heal(row)?.control?.cell),
    [`${name}_control_near_rms_levels`, (row) => heal(row)?.control?.nearRms],
    [`${name}_control_far_rms_levels`, (row) => heal(row)?.control?.farRms],
    [`${name}_far_ratio`, (row) => heal(row)?.ratio],
  ];
}

export function toCsv(rows: readonly ReportRow[]): string {
  const lines = [...rows].sort(compareRows).map((row) => COLUMNS.map(([, value]) => finite(value(row))));
  return writeCsv(
    COLUMNS.map(([header]) => header),
    lines,
  );
}

/** A figure of a row is a finite number or none. */
function finite(value: CsvValue): CsvValue {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}
