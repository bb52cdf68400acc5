/** Rows of the first format, which gave 0 for what is measured over no pixels. */
import type { Cell } from '@/latent/types';
import type { HealFigures, Measures, ReportRow } from './row';

/** The row with nothing where no pixel is far: the radius around the cell covers the whole picture there. */
export function withEmptyFar(row: ReportRow): ReportRow {
  const { measures, radius } = row;
  if (measures === null) return row;
  const { rows, cols, strongest, named, mechanism } = measures;
  const hasFar = ({ row: y, col: x }: Cell) => Math.max(y, rows - 1 - y, x, cols - 1 - x) > radius;
  const heal = (figures: HealFigures): HealFigures =>
    hasFar(figures.cell) ? figures : { ...figures, farRms: null, ratio: null };
  const ranked = (ranking: keyof Measures['strongest']) => ({
    ...strongest[ranking],
    heal: heal(strongest[ranking].heal),
  });
  const none = { full: null, frozenNorm: null, frozenAttention: null, frozenBoth: null };
  return {
    ...row,
    measures: {
      ...measures,
      strongest: { norm: ranked('norm'), rawLogvar: ranked('rawLogvar'), influence: ranked('influence') },
      named: named && heal(named),
      mechanism:
        mechanism && !hasFar(mechanism.cell)
          ? { ...mechanism, farRms: none, normShare: null, attentionShare: null, judgedRms: null }
          : mechanism,
    },
  };
}
