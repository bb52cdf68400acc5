/** The codebook of a file: how long its entries are, drawn and in words. */

import type { ChartFigure } from '@/app/experiments/figures';
import { number, percent, plural } from '@/app/parts/format';
import { type CodebookNorms, NEAR_ZERO } from '@/latent/codebook';

const NEAR = `${100 * NEAR_ZERO} % of the median`;

/** Norms as people read them: three digits that count. */
const norm = (value: number) => String(Number(value.toPrecision(3)));

export function codebookWords({ entries, length, least, median, largest, nearZero }: CodebookNorms): string {
  const near =
    nearZero === 0
      ? `none is below ${NEAR}`
      : `${plural(nearZero, 'entry', 'entries')} (${percent(nearZero / entries)}) ${nearZero === 1 ? 'is' : 'are'} below ${NEAR}`;
  return `The file has a codebook beside the network, which does not use it: ${number(entries, 0)} entries of ${plural(length, 'number')}. Their norms are ${norm(least)} to ${norm(largest)}, median ${norm(median)}, raw units; ${near}.`;
}

export function codebookFigure(codebook: CodebookNorms): ChartFigure {
  const { counts, largest, median } = codebook;
  const width = largest / counts.length;
  const bins = Array.from(counts, (count, bin) => ({ from: bin * width, to: (bin + 1) * width, count }));
  return {
    kind: 'chart',
    title: 'Norms of the codebook\u2019s entries (dashed: the median)',
    alt: codebookWords(codebook),
    height: 180,
    draw: (Plot, palette) => ({
      x: { label: 'norm, raw units' },
      y: { label: 'entries', grid: true },
      marks: [
        Plot.rectY(bins, {
          x1: 'from',
          x2: 'to',
          y: 'count',
          fill: palette.control,
          fillOpacity: 0.65,
          inset: 0.4,
        }),
        Plot.ruleX([median], { stroke: palette.own, strokeDasharray: '4 3' }),
        Plot.ruleY([0], { stroke: palette.muted }),
      ],
    }),
  };
}
