import { useMemo, useState } from 'react';
import { useInfluence } from '@/app/cell/useInfluence';
import { Chart } from '@/app/experiments/Chart';
import { type Span, spanOf } from '@/app/experiments/domains';
import type { ChartFigure } from '@/app/experiments/figures';
import { Outcome } from '@/app/experiments/Outcome';
import { SharedResults } from '@/app/experiments/Results';
import { Runner } from '@/app/experiments/Runner';
import { type Last, type SideExperiment, useExperiment } from '@/app/experiments/useExperiment';
import { NumberBox } from '@/app/parts/NumberBox';
import { cellText } from '@/latent/cellText';
import type { ExperimentResults } from '../../names';
import { farGain, HEAL_COLUMNS, type HealRow, healFileColumns, healRows, healVerdict } from './words';

export function Panel() {
  const experiment = useExperiment('heal');
  const influences = { a: useInfluence('a'), b: useInfluence('b') };
  const influence = experiment.sides.every(({ side }) => influences[side]);
  const [limit, setLimit] = useState(4);
  return (
    <>
      <Runner
        experiment={experiment}
        label="Heal them"
        work={() => ({ decodes: 1 + 3 * limit })}
        onRun={() =>
          void experiment.run(({ side }) => {
            const own = influences[side];
            return { limit, ...(own && { influence: own }) };
          })
        }
      >
        <label className="labelled">
          <span className="label">The strongest</span>
          <NumberBox
            unit="cells"
            min={1}
            max={12}
            value={limit}
            onChange={(event) => {
              const next = Math.round(Number(event.target.value));
              if (next >= 1 && next <= 12) setLimit(next);
            }}
          />
          <span className="label">
            cells by {influence ? '|mean|, raw logvar or influence' : '|mean| or raw logvar'}
          </span>
        </label>
      </Runner>
      <SharedResults experiment={experiment} shared={gainSpan}>
        {(one, last, span) => <Result experiment={one} last={last} span={span} />}
      </SharedResults>
    </>
  );
}

function Result(props: {
  experiment: SideExperiment<'heal'>;
  last: Last<'heal'>;
  /** The ends of the axis, dB. */
  span: Span;
}) {
  const { span } = props;
  const { result } = props.last;
  const rows = useMemo(() => healRows(result), [result]);
  const figure = useMemo(() => gains(rows, healVerdict(result), span), [rows, result, span]);
  const fileColumns = useMemo(healFileColumns, []);
  return (
    <Outcome
      experiment={props.experiment}
      verdict={healVerdict(result)}
      caption="PSNR of the decode against the original picture, near and far from each cell"
      columns={HEAL_COLUMNS}
      fileColumns={fileColumns}
      rows={rows}
      figures={[figure]}
    >
      <Chart figure={figure} />
    </Outcome>
  );
}

function gainSpan(results: ExperimentResults['heal'][]): Span {
  const gains = results.flatMap((result) => healRows(result).flatMap((row) => farGain(row) ?? []));
  return spanOf(gains, [0]);
}

const KINDS = [
  { whose: 'spot', label: 'the cell healed', colour: 'own' },
  { whose: 'control', label: 'the same shift at its control', colour: 'control' },
  { whose: 'healedControl', label: 'the control healed', colour: 'beside' },
] as const;

/** A row a spot, a dot for what was done to it and to its control. */
function gains(rows: readonly HealRow[], verdict: string, span: Span): ChartFigure {
  const dots = rows.flatMap((row) => {
    const value = farGain(row);
    return value === null ? [] : [{ place: cellText(row.spot.cell), whose: row.whose, value }];
  });
  const places = [...new Set(rows.map(({ spot }) => cellText(spot.cell)))];
  return {
    kind: 'chart',
    title: 'Gain of the far picture, PSNR against the original',
    alt: `${verdict} ${dots.map(({ place, whose, value }) => `${place}, ${whose}: ${value.toFixed(2)} dB`).join('; ')}.`,
    legend: KINDS.map(({ label, colour }) => ({ label, colour })),
    height: 70 + 30 * places.length,
    draw: (Plot, palette) => ({
      marginLeft: 100,
      x: { label: 'far gain, dB (left of 0: lost)', domain: span, nice: true, grid: true, inset: 10 },
      y: { label: null, domain: places },
      marks: [
        Plot.ruleX([0], { stroke: palette.muted }),
        // The cell itself lies over its controls.
        ...KINDS.map(({ whose, colour }, index) =>
          Plot.dot(
            dots.filter((dot) => dot.whose === whose),
            {
              x: 'value',
              y: 'place',
              r: 4.5,
              symbol: (['circle', 'diamond', 'square'] as const)[index],
              fill: palette[colour],
            },
          ),
        ).reverse(),
      ],
    }),
  };
}
