import { useMemo, useRef, useState } from 'react';
import { useActions, useInspector } from '@/app/context';
import { picturePainting } from '@/app/drawing/paintings';
import { Chart } from '@/app/experiments/Chart';
import { FactorChoices } from '@/app/experiments/FactorChoices';
import { FigureMap } from '@/app/experiments/FigureMap';
import type { ChartFigure, MapFigure } from '@/app/experiments/figures';
import { Outcome } from '@/app/experiments/Outcome';
import { pixelsOf } from '@/app/experiments/pixelsOf';
import { SharedResults } from '@/app/experiments/Results';
import { Runner } from '@/app/experiments/Runner';
import { type Last, type SideExperiment, useExperiment } from '@/app/experiments/useExperiment';
import { levels, number } from '@/app/parts/format';
import { NumberBox } from '@/app/parts/NumberBox';
import { PixelCanvas } from '@/app/parts/PixelCanvas';
import { Segmented } from '@/app/parts/Segmented';
import { InspectorError } from '@/common/errors';
import type { Path } from '@/latent/between';
import type { Latent } from '@/latent/types';
import type { ExperimentResults } from '../../names';
import { interpolateVerdict, type SpotWay, STEP_COLUMNS, type Step, WAY_NAMES } from './words';

/** Title of the picture behind a latent: results keep the latent alone. */
const titles = new WeakMap<Latent, string>();

const OWN_FILE = 'file';

export function Panel() {
  const experiment = useExperiment('interpolate');
  const actions = useActions();
  const pictures = useInspector((state) => state.pictures);
  const current = useInspector((state) => state.picture?.id ?? null);
  const others = pictures.filter(({ id }) => id !== current);
  const [wanted, setWanted] = useState<string>('');
  const [file, setFile] = useState<File | null>(null);
  const [steps, setSteps] = useState(7);
  const [path, setPath] = useState<Path>('linear');
  const [spots, setSpots] = useState<SpotWay>('along');
  const [encoding, setEncoding] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const stop = useRef<AbortController | null>(null);
  const chosen =
    wanted === OWN_FILE || others.some(({ id }) => id === wanted) ? wanted : (others[0]?.id ?? OWN_FILE);
  const source = chosen === OWN_FILE ? file : chosen;

  const run = async () => {
    if (!source) return;
    const controller = new AbortController();
    stop.current = controller;
    setProblem(null);
    try {
      await experiment.run(async ({ side }) => {
        setEncoding('encoding the other picture');
        const other = await actions.encodeOther(source, controller.signal, side);
        titles.set(other.latent, other.title);
        setEncoding(null);
        return { other: other.latent, steps, path, spots };
      });
    } catch (error) {
      if (controller.signal.aborted) return;
      if (!(error instanceof InspectorError)) throw error;
      setProblem(`${error.message} ${error.advice}`);
    } finally {
      setEncoding(null);
    }
  };
  const [at, setAt] = useState(0);
  return (
    <>
      <Runner
        experiment={experiment}
        label="Go from one to the other"
        work={() => ({ decodes: steps + 2, encodes: 1 })}
        preparing={encoding}
        problem={problem}
        unable={source ? null : 'Choose a file first.'}
        onRun={() => void run()}
        onStop={() => {
          stop.current?.abort();
          experiment.stop();
        }}
      >
        <label className="labelled">
          <span className="label">To</span>
          <select className="select" value={chosen} onChange={(event) => setWanted(event.target.value)}>
            {others.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
            <option value={OWN_FILE}>a file of your own</option>
          </select>
        </label>
        {chosen === OWN_FILE && (
          <input
            type="file"
            accept="image/*"
            aria-label="The other picture"
            onChange={(event) => setFile(event.target.files?.[0] ?? null)}
          />
        )}
        <label className="labelled">
          <span className="label">in</span>
          <NumberBox
            unit="pictures"
            min={2}
            max={25}
            value={steps}
            onChange={(event) => {
              const next = Math.round(Number(event.target.value));
              if (next >= 2 && next <= 25) setSteps(next);
            }}
          />
          <span className="label">pictures</span>
        </label>
        <Segmented
          label="Path"
          name="interpolate-path"
          value={path}
          choices={[
            { value: 'linear', label: 'straight', title: 'Linear' },
            {
              value: 'spherical',
              label: 'along an arc',
              title: 'Spherical: the length of the latent is kept',
            },
          ]}
          onChange={(next: Path) => setPath(next)}
        />
        <span className="labelled">
          <span className="label">The spots</span>
          <Segmented
            label="What the spots do on the way"
            name="interpolate-spots"
            value={spots}
            choices={(Object.keys(WAY_NAMES) as SpotWay[]).map((value) => ({
              value,
              label: WAY_NAMES[value],
            }))}
            onChange={(next: SpotWay) => setSpots(next)}
          />
        </span>
      </Runner>
      {path === 'spherical' && <FactorChoices experiment={experiment} />}
      <SharedResults experiment={experiment} shared={furthest}>
        {(one, last, most) => (
          <Result experiment={one} last={last} most={most} wanted={at} onWanted={setAt} />
        )}
      </SharedResults>
    </>
  );
}

/** The end of the axis, levels. */
function furthest(results: ExperimentResults['interpolate'][]): number {
  return Math.max(
    0,
    ...results.flatMap(({ steps }) => steps.flatMap(({ fromA, fromB }) => [fromA.rms, fromB.rms])),
  );
}

function Result(props: {
  experiment: SideExperiment<'interpolate'>;
  last: Last<'interpolate'>;
  most: number;
  /** The step that is looked at, the same in both models. */
  wanted: number;
  onWanted(step: number): void;
}) {
  const { most, wanted, onWanted: setAt } = props;
  const { result, options, subject } = props.last;
  const { steps } = result;
  const other = titles.get(options.other) ?? 'the other picture';
  const verdict = interpolateVerdict(result, other);
  const at = Math.min(wanted, steps.length - 1);
  const shown = useMemo(() => steps.map((step) => ({ t: step.t, figure: stepFigure(step) })), [steps]);
  const chart = useMemo(() => distances(steps, verdict, most), [steps, verdict, most]);
  const here = shown[at];
  return (
    <Outcome
      experiment={props.experiment}
      verdict={verdict}
      caption={`From ${subject.picture} to ${other}, ${result.path}; the spots ${WAY_NAMES[result.spots]}`}
      columns={STEP_COLUMNS}
      rows={steps}
      figures={[...shown.map(({ figure }) => figure), chart]}
    >
      <div className="strip">
        {shown.map(({ t, figure }, index) => (
          <button
            key={t}
            type="button"
            className="strip-step"
            aria-pressed={index === at}
            aria-label={`Show ${figure.title}`}
            onClick={() => setAt(index)}
          >
            <span className="square">
              <PixelCanvas painting={figure.painting} />
            </span>
            <span className="small numeric">{number(t, 2)}</span>
          </button>
        ))}
      </div>
      {here && (
        <label className="labelled scrubber">
          <span className="label">{subject.picture}</span>
          <input
            type="range"
            className="slider"
            min={0}
            max={steps.length - 1}
            step={1}
            value={at}
            aria-label="Part of the way"
            aria-valuetext={`${number(here.t, 2)} of the way`}
            onChange={(event) => setAt(Number(event.target.value))}
          />
          <span className="label">{other}</span>
        </label>
      )}
      <div className="figures">
        {here && <FigureMap figure={here.figure} />}
        <Chart figure={chart} />
      </div>
    </Outcome>
  );
}

function stepFigure({ t, picture, fromA, fromB }: Step): MapFigure {
  return {
    kind: 'map',
    title: `${number(t, 2)} of the way`,
    alt: `Decoded ${number(t, 2)} of the way: ${levels(fromA.rms)} levels from this picture, ${levels(fromB.rms)} from the other.`,
    painting: picturePainting(pixelsOf(picture)),
    scale: null,
  };
}

function distances(steps: readonly Step[], verdict: string, most: number): ChartFigure {
  const lines = [
    { colour: 'own', end: 'fromA' },
    { colour: 'control', end: 'fromB' },
  ] as const;
  return {
    kind: 'chart',
    title: 'Distance from either picture',
    alt: verdict,
    legend: [
      { label: 'from this picture', colour: 'own' },
      { label: 'from the other', colour: 'control' },
    ],
    height: 280,
    draw: (Plot, palette) => ({
      grid: true,
      x: { label: 'part of the way', inset: 8 },
      y: { label: 'RMS, levels', domain: [0, most], nice: true },
      marks: lines.flatMap(({ colour, end }) => {
        const points = steps.map((step) => ({ t: step.t, value: step[end].rms }));
        return [
          Plot.line(points, { x: 't', y: 'value', stroke: palette[colour], strokeWidth: 2 }),
          Plot.dot(points, { x: 't', y: 'value', fill: palette[colour], r: 4 }),
        ];
      }),
    }),
  };
}
