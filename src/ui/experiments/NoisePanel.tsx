import { useMemo, useState } from 'react';
import type { ExperimentState } from '../../state/types';
import { useInspector } from '../context';
import { Chart } from './Chart';
import type { ChartFigure } from './figures';
import {
  ARM_LABELS,
  CLAMP_COLUMNS,
  clampRows,
  clampVerdict,
  NOISE_ARMS,
  NOISE_COLUMNS,
  noiseRows,
  noiseVerdict,
  readNumbers,
  SAMPLING_COLUMNS,
  samplingVerdict,
} from './noiseWords';
import { Outcome } from './Outcome';
import type { Palette } from './palette';
import { Runner } from './Runner';
import { useExperiment } from './useExperiment';
import { cellWords } from './words';

const UNREADABLE = 'Give one to twelve numbers above 0, with commas between them.';

export function NoisePanel() {
  const experiment = useExperiment('noise');
  const selected = useInspector((state) => state.view.cell);
  const [text, setText] = useState('0.1, 0.3, 1, 3');
  const [own, setOwn] = useState(false);
  const sigmas = readNumbers(text);
  const { last } = experiment;
  return (
    <>
      <Runner
        experiment={experiment}
        label="Add noise"
        work={{ decodes: 1 + NOISE_ARMS.length * (sigmas?.length ?? 0) }}
        unable={sigmas ? null : UNREADABLE}
        onRun={() => sigmas && void experiment.run({ sigmas, ...(own && { cells: [selected] }) })}
      >
        <NumbersField label="Strengths" unit={'\u03c3'} value={text} onChange={setText} />
        <label className="labelled">
          <input type="checkbox" checked={own} onChange={(event) => setOwn(event.target.checked)} />
          the spot is the selected cell, {cellWords(selected)}
        </label>
      </Runner>
      {last && <NoiseResult experiment={experiment} last={last} />}
      <ClampPart />
      <SamplingPart />
    </>
  );
}

function NumbersField(props: { label: string; unit: string; value: string; onChange(value: string): void }) {
  return (
    <label className="labelled">
      <span className="label">{props.label}</span>
      <input
        type="text"
        inputMode="decimal"
        className="field numbers"
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
      <span className="label">{props.unit}</span>
    </label>
  );
}

const ARM_COLOURS = { all: 'fourth', spots: 'own', rest: 'beside', control: 'control' } as const;

function NoiseResult(props: {
  experiment: ReturnType<typeof useExperiment<'noise'>>;
  last: NonNullable<ExperimentState<'noise'>['last']>;
}) {
  const { result } = props.last;
  const rows = useMemo(() => noiseRows(result), [result]);
  const figure = useMemo(
    (): ChartFigure =>
      curves({
        title: 'What noise leaves of the decode',
        alt: noiseVerdict(result),
        xLabel: 'noise, sigma of each channel',
        lines: NOISE_ARMS.filter((arm) => result.arms[arm]).map((arm) => ({
          label: ARM_LABELS[arm],
          colour: ARM_COLOURS[arm],
          dashed: arm === 'rest' || arm === 'control',
          points: result.arms[arm]!.map(({ sigma, psnrBase }) => ({ x: sigma, y: psnrBase })),
        })),
      }),
    [result],
  );
  return (
    <Outcome
      experiment={props.experiment}
      verdict={noiseVerdict(result)}
      caption="PSNR against the decode without noise and against the picture; near and far from the spot, or from its control"
      columns={NOISE_COLUMNS}
      rows={rows}
      figures={[figure]}
    >
      <Chart figure={figure} />
    </Outcome>
  );
}

function ClampPart() {
  const experiment = useExperiment('clamp');
  const [text, setText] = useState('1, 2, 3, 5, 10');
  const bounds = readNumbers(text);
  const { last } = experiment;
  return (
    <>
      <h4>Kept within bounds</h4>
      <Runner
        experiment={experiment}
        label="Clamp and bend"
        work={{ decodes: 1 + 2 * (bounds?.length ?? 0) }}
        unable={bounds ? null : UNREADABLE}
        onRun={() => bounds && void experiment.run({ bounds })}
      >
        <NumbersField label={'Bounds \u00b1'} unit="scaled units" value={text} onChange={setText} />
        <span className="muted small">
          Clamping cuts what is beyond; tanh bends everything a little. Scaled units are those a diffusion
          model sees.
        </span>
      </Runner>
      {last && <ClampResult experiment={experiment} last={last} />}
    </>
  );
}

function ClampResult(props: {
  experiment: ReturnType<typeof useExperiment<'clamp'>>;
  last: NonNullable<ExperimentState<'clamp'>['last']>;
}) {
  const { result } = props.last;
  const rows = useMemo(() => clampRows(result), [result]);
  const figure = useMemo(
    (): ChartFigure =>
      curves({
        title: 'What bounds leave of the decode',
        alt: clampVerdict(result),
        xLabel: 'bound, scaled units',
        lines: (['clamp', 'tanh'] as const)
          .filter((kind) => result.curves[kind])
          .map((kind) => ({
            label: kind,
            colour: kind === 'clamp' ? ('own' as const) : ('control' as const),
            points: result.curves[kind]!.map(({ bound, psnrBase }) => ({ x: bound, y: psnrBase })),
          })),
      }),
    [result],
  );
  return (
    <Outcome
      experiment={props.experiment}
      verdict={clampVerdict(result)}
      caption="The decode where every number is kept within a bound"
      columns={CLAMP_COLUMNS}
      rows={rows}
      figures={[figure]}
    >
      <Chart figure={figure} />
    </Outcome>
  );
}

const SEEDS = [1, 2, 3, 4];

function SamplingPart() {
  const experiment = useExperiment('sampling');
  const { last } = experiment;
  return (
    <>
      <h4>Drawn from the posterior</h4>
      <Runner
        experiment={experiment}
        label={`Draw ${SEEDS.length} samples`}
        work={{ decodes: 1 + SEEDS.length }}
        onRun={() => void experiment.run({ seeds: SEEDS })}
      >
        <span className="muted">Training adds this noise to the mean. Is it visible at all?</span>
      </Runner>
      {last && (
        <Outcome
          experiment={experiment}
          verdict={samplingVerdict(last.result)}
          caption="Each sample beside the decode of the mean"
          columns={SAMPLING_COLUMNS}
          rows={last.result.samples}
          figures={[]}
        >
          {null}
        </Outcome>
      )}
    </>
  );
}

interface Line {
  label: string;
  colour: keyof Palette;
  dashed?: boolean;
  points: { x: number; y: number }[];
}

/** PSNR over something that grows by factors. Where nothing differs PSNR is infinite: such a point is left out. */
function curves(parts: { title: string; alt: string; xLabel: string; lines: Line[] }): ChartFigure {
  const { title, alt, xLabel, lines } = parts;
  const xs = [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))];
  const endless = lines.some(({ points }) => points.some(({ y }) => !Number.isFinite(y)));
  return {
    kind: 'chart',
    title,
    alt,
    legend: lines.map(({ label, colour, dashed }) => ({ label, colour, dashed })),
    height: 280,
    draw: (Plot, palette) => ({
      grid: true,
      x: { type: 'log', label: xLabel, ticks: xs, tickFormat: '~g', inset: 12 },
      y: {
        label: `PSNR to the decode as it is, dB${endless ? ' (infinite where nothing changes: left out)' : ''}`,
      },
      marks: lines.flatMap(({ colour, dashed, points }) => {
        const finite = points.filter(({ y }) => Number.isFinite(y));
        return [
          Plot.line(finite, {
            x: 'x',
            y: 'y',
            stroke: palette[colour],
            strokeWidth: 2,
            strokeDasharray: dashed ? '5 4' : undefined,
          }),
          Plot.dot(finite, { x: 'x', y: 'y', fill: palette[colour], r: 4 }),
        ];
      }),
    }),
  };
}
