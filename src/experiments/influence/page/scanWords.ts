/** Words for a brute-force scan: which cells were tried, and what may be said of those that were not. */
import { bareLevels } from '@/app/experiments/words';
import { number } from '@/app/parts/format';
import { cellText } from '@/latent/cellText';
import { cellsOfStride, completeStride, isScanned } from '@/latent/coarseToFine';
import { cellIndex } from '@/latent/geometry';
import { median } from '@/latent/statistics';
import type { Cell } from '@/latent/types';
import { levels } from '@/measures/effect';
import type { ExperimentResults } from '../../names';
import { agreement, type Foretold, scanRows } from './words';

type Scan = ExperimentResults['scan'];

/** "every 4th": a stride through rows or columns. */
export function strideWords(stride: number): string {
  return `every ${stride}${stride === 2 ? 'nd' : 'th'}`;
}

export function isWhole({ measured, rows, cols }: Scan): boolean {
  return measured === rows * cols;
}

/** The cells that were tried: "64 of 4,096 cells, every 8th row and column". */
export function triedWords(scan: Scan): string {
  const all = (scan.rows * scan.cols).toLocaleString('en');
  if (isWhole(scan)) return `all ${all} cells`;
  const stride = completeStride(scan, isScanned(scan));
  const some = `${scan.measured.toLocaleString('en')} of ${all} cells`;
  if (stride === null) return some;
  const between = scan.measured > cellsOfStride(scan, stride).length ? ', and some in between' : '';
  return `${some}, ${strideWords(stride)} row and column${between}`;
}

/**
 * A scan in a sentence or two. One that skipped cells names no strongest: that may be one of those that were not tried.
 * @param pointed the cell that the derivatives call the strongest; null where they are not computed
 */
export function scanVerdict(
  scan: Scan,
  points: readonly Foretold[] | null,
  pointed: Cell | null = null,
): string {
  const [first] = scanRows(scan);
  if (!first) return 'No cell is healed yet.';
  const far = scan.farRms.filter((value) => !Number.isNaN(value));
  if (far.length === 0) {
    return `No pixel lies more than ${scan.radius} cells from any cell that was healed, so there is no far picture to move.`;
  }
  const middle = bareLevels(median(far));
  const told = isWhole(scan)
    ? `Of ${triedWords(scan)} healed, ${cellText(first.cell)} moves the far picture most, by ${levels(first.farRms)}; the median cell by ${middle}.`
    : `Healed so far: ${triedWords(scan)}. None of these moves the far picture by more than ${levels(first.farRms)}; the median one by ${middle}. ${untriedWords(scan, pointed)}`;
  if (!points || points.length < 3) return told;
  const { shift } = agreement(points);
  return `${told} Predicted and measured shifts of the mean colour put the cells in the same order to ${number(shift, 3)} (Spearman, n = ${points.length}).`;
}

function untriedWords(scan: Scan, pointed: Cell | null): string {
  const isTried = isScanned(scan);
  return pointed && !isTried(cellIndex(pointed, scan))
    ? `The strongest by influence, ${cellText(pointed)}, is not among them.`
    : 'A stronger one may lie between them.';
}
