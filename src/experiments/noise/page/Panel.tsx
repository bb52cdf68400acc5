import { useMemo, useState } from 'react';
import { Chart } from '@/app/experiments/Chart';
import { type Span, spanOf } from '@/app/experiments/domains';
import { FactorChoices } from '@/app/experiments/FactorChoices';
import type { ChartFigure } from '@/app/experiments/figures';
import { Outcome } from '@/app/experiments/Outcome';
import type { Palette } from '@/app/experiments/palette';
import { SharedResults } from '@/app/experiments/Results';
import { Runner } from '@/app/experiments/Runner';
import { type Last, type SideExperiment, useExperiment } from '@/app/experiments/useExperiment';
import { useSide } from '@/app/sides/side';
import { cellText } from '@/latent/cellText';
import type { ExperimentResults } from '../../names';
import { SamplingPart } from './SamplingPart';
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
} from './words';

const UNREADABLE = 'Give one to twelve numbers above 0, with commas between them.';

export function Panel() {
  const experiment = useExperiment('noise');
  const selected = useSide(({ cell }) => cell, experiment.sides[0].side);
  const [text, setText] = useState('0.1, 0.3, 1, 3');
  const [own, setOwn] = useState(false);
  const sigmas = readNumbers(text);
  return (
    <>
      <Runner
        experiment={experiment}
        label="Add noise"
        work={() => ({ decodes: 1 + NOISE_ARMS.length * (sigmas?.length ?? 0) })}
        unable={sigmas ? null : UNREADABLE}
        onRun={() =>
          sigmas && void experiment.run(({ open }) => ({ sigmas, ...(own && { cells: [open.cell] }) }))
        }
      >
        <NumbersField label="Strengths" unit={'\u03c3'} value={text} onChange={setText} />
        <label className="labelled">
          <input type="checkbox" checked={own} onChange={(event) => setOwn(event.target.checked)} />
          the spot is the selected cell, {cellText(selected)}
        </label>
      </Runner>
      <SharedResults experiment={experiment} shared={noiseSpan}>
        {(one, last, span) => <NoiseResult experiment={one} last={last} span={span} />}
      </SharedResults>
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

type Quality = { psnrBase: number };

/** The ends of an axis of PSNR to the decode as it is, dB. */
function qualitySpan(points: readonly Quality[]): Span {
  return spanOf(points.map(({ psnrBase }) => psnrBase));
}

function noiseSpan(results: ExperimentResults['noise'][]): Span {
  return qualitySpan(results.flatMap(({ arms }) => NOISE_ARMS.flatMap((arm) => arms[arm] ?? [])));
}

function clampSpan(results: ExperimentResults['clamp'][]): Span {
  return qualitySpan(results.flatMap(({ curves: { clamp, tanh } }) => [...(clamp ?? []), ...(tanh ?? [])]));
}

function NoiseResult(props: { experiment: SideExperiment<'noise'>; last: Last<'noise'>; span: Span }) {
  const { span } = props;
  const { result } = props.last;
  const rows = useMemo(() => noiseRows(result), [result]);
  const figure = useMemo(
    (): ChartFigure =>
      curves({
        title: 'What noise leaves of the decode',
        alt: noiseVerdict(result),
        xLabel: 'noise, sigma of each channel',
        span,
        lines: NOISE_ARMS.filter((arm) => result.arms[arm]).map((arm) => ({
          label: ARM_LABELS[arm],
          colour: ARM_COLOURS[arm],
          dashed: arm === 'rest' || arm === 'control',
          points: result.arms[arm]!.map(({ sigma, psnrBase }) => ({ x: sigma, y: psnrBase })),
        })),
      }),
    [result, span],
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
  return (
    <>
      <h4>Kept within bounds</h4>
      <Runner
        experiment={experiment}
        label="Clamp and bend"
        work={() => ({ decodes: 1 + 2 * (bounds?.length ?? 0) })}
        unable={bounds ? null : UNREADABLE}
        onRun={() => bounds && void experiment.run(() => ({ bounds }))}
      >
        <NumbersField label={'Bounds \u00b1'} unit="scaled units" value={text} onChange={setText} />
        <span className="muted small">
          Clamping cuts what is beyond; tanh bends everything a little. Scaled units are those a diffusion
          model sees.
        </span>
      </Runner>
      <FactorChoices experiment={experiment} />
      <SharedResults experiment={experiment} shared={clampSpan}>
        {(one, last, span) => <ClampResult experiment={one} last={last} span={span} />}
      </SharedResults>
    </>
  );
}

function ClampResult(props: { experiment: SideExperiment<'clamp'>; last: Last<'clamp'>; span: Span }) {
  const { span } = props;
  const { result, subject } = props.last;
  const assumed = subject.factor?.from === 'assumed';
  const rows = useMemo(() => clampRows(result), [result]);
  const figure = useMemo(
    (): ChartFigure =>
      curves({
        title: 'What bounds leave of the decode',
        alt: clampVerdict(result, assumed),
        xLabel: 'bound, scaled units',
        span,
        lines: (['clamp', 'tanh'] as const)
          .filter((kind) => result.curves[kind])
          .map((kind) => ({
            label: kind,
            colour: kind === 'clamp' ? ('own' as const) : ('control' as const),
            points: result.curves[kind]!.map(({ bound, psnrBase }) => ({ x: bound, y: psnrBase })),
          })),
      }),
    [result, span, assumed],
  );
  return (
    <Outcome
      experiment={props.experiment}
      verdict={clampVerdict(result, assumed)}
      caption="The decode where every number is kept within a bound"
      columns={CLAMP_COLUMNS}
      rows={rows}
      figures={[figure]}
    >
      <Chart figure={figure} />
    </Outcome>
  );
}

interface Line {
  label: string;
  colour: keyof Palette;
  dashed?: boolean;
  points: { x: number; y: number }[];
}

/** PSNR over something that grows by factors. Where nothing differs PSNR is infinite: such a point is left out. */
function curves(parts: {
  title: string;
  alt: string;
  xLabel: string;
  span: Span;
  lines: Line[];
}): ChartFigure {
  const { title, alt, xLabel, span, lines } = parts;
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
        domain: span,
        nice: true,
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
            ...(dashed && { strokeDasharray: '5 4' }),
          }),
          Plot.dot(finite, { x: 'x', y: 'y', fill: palette[colour], r: 4 }),
        ];
      }),
    }),
  };
}
