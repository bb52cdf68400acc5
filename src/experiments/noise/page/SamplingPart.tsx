import { useMemo } from 'react';
import { Chart } from '@/app/experiments/Chart';
import { type Span, spanOf } from '@/app/experiments/domains';
import type { ChartFigure } from '@/app/experiments/figures';
import { Outcome } from '@/app/experiments/Outcome';
import { SharedResults } from '@/app/experiments/Results';
import { Runner } from '@/app/experiments/Runner';
import { type Last, type SideExperiment, useExperiment } from '@/app/experiments/useExperiment';
import { rmsOfPsnr } from '@/measures/quality';
import type { ExperimentResults } from '../../names';
import { SAMPLING_COLUMNS, samplingVerdict, UNSEEN } from './words';

type Sampling = ExperimentResults['sampling'];

const SEEDS = [1, 2, 3, 4];

/** Latents drawn from the posterior, each decoded beside the mean. */
export function SamplingPart() {
  const experiment = useExperiment('sampling');
  return (
    <>
      <h4>Drawn from the posterior</h4>
      <Runner
        experiment={experiment}
        label={`Draw ${SEEDS.length} samples`}
        work={() => ({ decodes: 1 + SEEDS.length })}
        onRun={() => void experiment.run(() => ({ seeds: SEEDS }))}
      >
        <span className="muted">Training adds this noise to the mean. Is it visible at all?</span>
      </Runner>
      <SharedResults experiment={experiment} shared={spanOfSamples}>
        {(one, last, span) => <Result experiment={one} last={last} span={span} />}
      </SharedResults>
    </>
  );
}

function Result(props: { experiment: SideExperiment<'sampling'>; last: Last<'sampling'>; span: Span }) {
  const { span } = props;
  const { result } = props.last;
  const figure = useMemo(() => distances(result, span), [result, span]);
  return (
    <Outcome
      experiment={props.experiment}
      verdict={samplingVerdict(result)}
      caption="Each sample beside the decode of the mean"
      columns={SAMPLING_COLUMNS}
      rows={result.samples}
      figures={[figure]}
    >
      <Chart figure={figure} />
    </Outcome>
  );
}

const KINDS = [
  { kind: 'whole', label: 'whole picture', colour: 'own' },
  { kind: 'near', label: 'near the strongest cell', colour: 'control' },
  { kind: 'far', label: 'far from it', colour: 'beside' },
  { kind: 'picture', label: 'the decode of the mean from the picture', colour: 'fourth' },
] as const;

const OF_MEAN = 'the mean';

/** A row a sample, and one for the decode of the mean itself, which is what the noise is to be held against. */
function distancesOf({ samples, psnrPicture }: Sampling) {
  return [
    ...samples.flatMap(({ seed, psnrBase, nearRms, farRms }) => {
      const row = `seed ${seed}`;
      return [
        { row, kind: 'whole', rms: rmsOfPsnr(psnrBase) },
        { row, kind: 'near', rms: nearRms },
        { row, kind: 'far', rms: farRms },
      ];
    }),
    { row: OF_MEAN, kind: 'picture', rms: rmsOfPsnr(psnrPicture) },
  ];
}

function spanOfSamples(results: Sampling[]): Span {
  const all = results.flatMap((result) => distancesOf(result).map(({ rms }) => rms));
  // On a logarithmic axis nothing has a place at 0.
  return spanOf(
    all.filter((rms) => rms > 0),
    [UNSEEN],
  );
}

function distances(result: Sampling, span: Span): ChartFigure {
  const rows = [...result.samples.map(({ seed }) => `seed ${seed}`), OF_MEAN];
  const dots = distancesOf(result).filter(({ rms }) => rms > 0);
  return {
    kind: 'chart',
    title: 'How far samples are from the mean, decoded',
    alt: `${samplingVerdict(result)} The dashed line is at ${UNSEEN} levels.`,
    legend: KINDS.map(({ label, colour }) => ({ label, colour })),
    height: 70 + 26 * rows.length,
    draw: (Plot, palette) => ({
      marginLeft: 80,
      x: {
        type: 'log',
        domain: span,
        nice: true,
        label: `RMS, levels (dashed: ${UNSEEN}, which rounding hides)`,
        grid: true,
        tickFormat: '~g',
        ticks: 5,
        inset: 10,
      },
      y: { label: null, domain: rows },
      marks: [
        Plot.ruleX([UNSEEN], { stroke: palette.muted, strokeDasharray: '4 3' }),
        // The whole lies over its parts.
        ...KINDS.map(({ kind, colour }, index) =>
          Plot.dot(
            dots.filter((dot) => dot.kind === kind),
            {
              x: 'rms',
              y: 'row',
              r: 4.5,
              symbol: (['circle', 'diamond', 'square', 'triangle'] as const)[index],
              fill: palette[colour],
            },
          ),
        ).reverse(),
      ],
    }),
  };
}
