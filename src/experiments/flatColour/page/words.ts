import type { Column } from '@/app/experiments/table';
import { levels, levelsRatio, percent, signed } from '@/app/parts/format';
import { cellText } from '@/latent/cellText';
import { SMALLEST_NAMED } from '@/measures/effect';
import type { ExperimentResults } from '../../names';

type FlatColour = ExperimentResults['flatColour'];
export type FlatColourRow = FlatColour['points'][number];

const NAMES: Record<string, string> = {
  '0,0,0': 'black',
  '128,128,128': 'grey',
  '255,255,255': 'white',
  '255,0,0': 'red',
  '0,255,0': 'green',
  '0,0,255': 'blue',
};

export const colourName = ({ colour }: Pick<FlatColourRow, 'colour'>) =>
  NAMES[colour.join()] ?? colour.join(', ');

const orDash = (value: number | null) => (value === null ? '\u2013' : levels(value));

export const FLAT_COLOUR_COLUMNS: readonly Column<FlatColourRow>[] = [
  { key: 'colour', words: true, label: 'colour', value: ({ colour }) => colour.join(' '), text: colourName },
  {
    key: 'off_dc_share',
    label: 'latent off its mean',
    value: ({ share }) => share,
    text: ({ share }) => percent(share),
  },
  {
    key: 'edge_rms_levels',
    label: 'edge',
    unit: 'levels',
    value: ({ edgeRms }) => edgeRms,
    text: ({ edgeRms }) => levels(edgeRms),
  },
  {
    key: 'inside_rms_levels',
    label: 'inside',
    unit: 'levels',
    value: ({ insideRms }) => insideRms,
    text: ({ insideRms }) => orDash(insideRms),
  },
  {
    key: 'grid_rms_levels',
    label: 'grid',
    unit: 'levels',
    value: ({ grid }) => grid,
    text: ({ grid }) => orDash(grid),
  },
  {
    key: 'shift_levels',
    words: true,
    label: 'shift of red, green, blue',
    unit: 'levels',
    value: ({ shift }) => shift.join(' '),
    text: ({ shift }) => shift.map((value) => signed(value, 1)).join(', '),
  },
  {
    key: 'strongest_cell',
    words: true,
    label: 'strongest cell',
    value: ({ strongest: { cell } }) => `${cell.row} ${cell.col}`,
    text: ({ strongest: { cell } }) => cellText(cell),
  },
  {
    key: 'strongest_share',
    label: 'its share',
    value: ({ strongest }) => strongest.share,
    text: ({ strongest }) => percent(strongest.share),
  },
];

/** The colour whose edge is worst, in words; what is inside stands beside it, as its control. */
export function flatColourVerdict({ points, radius, rows, cols }: FlatColour): string {
  if (points.length === 0) return 'No colours were asked for.';
  const worst = points.reduce((a, b) => (b.edgeRms > a.edgeRms ? b : a));
  const { edgeRms, insideRms, grid, share, strongest } = worst;
  const name = NAMES[worst.colour.join()];
  const subject = name ? `A ${name} picture` : `A picture of ${colourName(worst)}`;
  const inside =
    insideRms === null
      ? `No cell lies more than ${radius} cells from the edge, so there is no inside to compare with.`
      : `Inside, more than ${radius} cells from the edge, it is ${levels(insideRms)} (${levelsRatio(edgeRms, insideRms, SMALLEST_NAMED)}), of which ${orDash(grid)} levels repeat from cell to cell.`;
  return `${subject} comes back ${levels(edgeRms)} levels off in its outermost cells. ${inside} Of its latent\u2019s power ${percent(share)} is not the mean, and ${percent(strongest.share)} of that sits in one of its ${rows * cols} cells, ${cellText(strongest.cell)}.`;
}
