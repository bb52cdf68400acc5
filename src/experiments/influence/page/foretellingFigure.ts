import { spanOf } from '@/app/experiments/domains';
import type { ChartFigure } from '@/app/experiments/figures';
import { levels, number } from '@/app/parts/format';
import { agreement, type Foretold } from './words';

/**
 * Shift of the mean colour where a cell is healed, foretold by the derivative and measured: one dot a cell, on one scale along
 * both axes.
 *
 * @param selected index of the cell that is selected, which is drawn filled
 */
export function foretellingFigure(points: readonly Foretold[], selected: number): ChartFigure {
  // On logarithmic axes nothing has a place at 0.
  const shown = points.filter(({ predicted, measured }) => predicted > 0 && measured > 0);
  const left = points.length - shown.length;
  const domain = spanOf(shown.flatMap(({ predicted, measured }) => [predicted, measured]));
  const own = shown.filter(({ index }) => index === selected);
  const rank = number(agreement(points).shift, 3);
  const [one] = own;
  return {
    kind: 'chart',
    title: `Shift of the mean colour, foretold and measured: rank correlation ${rank}, n = ${points.length}`,
    alt: `${points.length} cells${left > 0 ? `, of which ${left} at 0 are not drawn` : ''}; rank correlation (Spearman) of foretold and measured shift ${rank}.${one ? ` Selected: foretold ${levels(one.predicted)}, measured ${levels(one.measured)} levels.` : ''}`,
    height: 320,
    draw: (Plot, palette) => ({
      grid: true,
      x: {
        type: 'log',
        domain,
        nice: true,
        label: 'foretold by the derivative, levels',
        tickFormat: '~g',
        ticks: 5,
      },
      y: { type: 'log', domain, nice: true, label: 'measured, levels', tickFormat: '~g', ticks: 5 },
      marks: [
        Plot.line(
          domain.map((value) => [value, value]),
          { stroke: palette.muted, strokeDasharray: '4 4' },
        ),
        Plot.dot(shown, { x: 'predicted', y: 'measured', r: 2.5, stroke: palette.own, strokeOpacity: 0.8 }),
        Plot.dot(own, { x: 'predicted', y: 'measured', r: 5, fill: palette.own, stroke: palette.text }),
      ],
    }),
  };
}
