import { useMemo, useState } from 'react';
import { picturePainting } from '@/app/drawing/paintings';
import { Chart } from '@/app/experiments/Chart';
import { largest } from '@/app/experiments/domains';
import { FactorChoices } from '@/app/experiments/FactorChoices';
import { FigureMap } from '@/app/experiments/FigureMap';
import type { ChartFigure, MapFigure } from '@/app/experiments/figures';
import { Outcome } from '@/app/experiments/Outcome';
import { pixelsOf } from '@/app/experiments/pixelsOf';
import { SharedResults } from '@/app/experiments/Results';
import { Runner } from '@/app/experiments/Runner';
import { type Last, type SideExperiment, useExperiment } from '@/app/experiments/useExperiment';
import { levels, number, plural, scaledWords } from '@/app/parts/format';
import { cellText } from '@/latent/cellText';
import type { ExperimentResults } from '../../names';
import { codebookFigure, codebookWords } from './codebookFigure';
import { CHANNEL_COLUMNS, type ChannelRow, channelRows, channelsVerdict, scaleWords } from './words';

export function Panel() {
  const experiment = useExperiment('channels');
  const channelsOf = ({ open }: SideExperiment<'channels'>) => open.posterior?.channels ?? 4;
  const channels = Math.max(...experiment.sides.map(channelsOf));
  const [swap, setSwap] = useState<[number, number]>([0, 1]);
  const swapsOf = (one: SideExperiment<'channels'>) =>
    swap[0] !== swap[1] && Math.max(...swap) < channelsOf(one) ? [swap] : [];
  return (
    <>
      <Runner
        experiment={experiment}
        label="Take the channels apart"
        work={(one) => ({ decodes: 1 + 2 * channelsOf(one) + swapsOf(one).length })}
        onRun={() => void experiment.run((one) => ({ swaps: swapsOf(one) }))}
      >
        <span className="label muted">Also exchange</span>
        {([0, 1] as const).map((end) => (
          <label key={end} className="labelled">
            <span className="label">{end === 0 ? 'channel' : 'and channel'}</span>
            <select
              className="select"
              value={swap[end]}
              onChange={(event) => {
                const next: [number, number] = [...swap];
                next[end] = Number(event.target.value);
                setSwap(next);
              }}
            >
              {Array.from({ length: channels }, (_, channel) => channel).map((channel) => (
                <option key={channel}>{channel}</option>
              ))}
            </select>
          </label>
        ))}
      </Runner>
      <FactorChoices experiment={experiment} />
      <SharedResults experiment={experiment} shared={tallest}>
        {(one, last, most) => <Result experiment={one} last={last} most={most} />}
      </SharedResults>
    </>
  );
}

/** The ends of the histograms' axes, cells, by channel. */
function tallest(results: ExperimentResults['channels'][]): number[] {
  const count = Math.max(...results.map(({ channels }) => channels.length));
  return Array.from({ length: count }, (_, channel) =>
    Math.max(
      ...results.flatMap(({ channels }) => {
        const own = channels[channel]?.histogram;
        return own ? [largest(own.counts), largest(own.normal)] : [];
      }),
    ),
  );
}

function Result(props: {
  experiment: SideExperiment<'channels'>;
  last: Last<'channels'>;
  most: readonly number[];
}) {
  const { most } = props;
  const { result } = props.last;
  const rows = useMemo(() => channelRows(result), [result]);
  const histograms = useMemo(
    () => rows.map((row) => histogramFigure(row, most[row.channel] ?? largest(row.histogram.counts))),
    [rows, most],
  );
  const matrix = useMemo(() => correlationFigure(result.correlation, rows.length), [result, rows]);
  const solos = useMemo(
    () => rows.map(({ channel, solo }) => decodeFigure(`channel ${channel} alone`, solo)),
    [rows],
  );
  const mutes = useMemo(
    () => [
      ...rows.map(({ channel, mute }) => decodeFigure(`without channel ${channel}`, mute)),
      ...result.swaps.map((swapped) => decodeFigure(`${swapped.channels.join(' and ')} exchanged`, swapped)),
    ],
    [rows, result],
  );
  const preview = useMemo(
    (): MapFigure => ({
      kind: 'map',
      title: 'Linear map, no decoder',
      alt: `What the best linear map makes of the latent, one pixel a cell. R\u00b2 of red, green, blue: ${result.colour.rSquared.map((value) => (value === null ? 'none' : number(value, 2))).join(', ')}.`,
      painting: picturePainting(pixelsOf(result.colour.preview)),
      crisp: true,
      scale: null,
    }),
    [result],
  );
  const { deadCells, unitScale, scaling, codebook } = result;
  const assumed = props.last.subject.factor?.from === 'assumed';
  const norms = useMemo(() => codebook && codebookFigure(codebook), [codebook]);
  return (
    <Outcome
      experiment={props.experiment}
      verdict={channelsVerdict(result, assumed)}
      caption={`Each channel in scaled units, ${scaledWords(scaling)}; N(0, 1) has mean 0, sigma 1, and 0 for the rest`}
      columns={CHANNEL_COLUMNS}
      rows={rows}
      figures={[...histograms, matrix, ...solos, ...mutes, preview, ...(norms ? [norms] : [])]}
    >
      <div className="figures">
        {histograms.map((figure) => (
          <Chart key={figure.title} figure={figure} />
        ))}
      </div>
      <p className="muted small">
        Decoded with one channel alone, then with one left out: the levels are the RMS difference from the
        decode as it is.
      </p>
      <div className="figures figures-small">
        {solos.map((figure) => (
          <FigureMap key={figure.title} figure={figure} />
        ))}
      </div>
      <div className="figures figures-small">
        {mutes.map((figure) => (
          <FigureMap key={figure.title} figure={figure} />
        ))}
      </div>
      <div className="figures">
        <FigureMap figure={preview} />
        <Chart figure={matrix} />
        <div className="facts-beside numeric">
          <p>
            Scale factor for unit variance of all numbers together: {scaleWords(unitScale)}. The model&rsquo;s
            {assumed && ', which is assumed as its file does not say it'}: {scaleWords(scaling.scale)}
            {scaling.shift !== 0 && `, after a shift of ${scaleWords(scaling.shift)}`}
            {scaling.statistics && ', after its mean and standard deviation of each channel'}. One picture is
            not the training set, from which the published factor comes.
          </p>
          <p>
            {deadCells.length === 0
              ? 'No cell is dead: all have a |mean| above a hundredth of the median.'
              : `Dead cells, |mean| at most a hundredth of the median: ${deadCells.slice(0, 12).map(cellText).join('; ')}${deadCells.length > 12 ? ` and ${deadCells.length - 12} more` : ''}.`}
          </p>
        </div>
      </div>
      {codebook && norms && (
        <div className="figures">
          <Chart figure={norms} />
          <p className="numeric">{codebookWords(codebook)}</p>
        </div>
      )}
    </Outcome>
  );
}

function decodeFigure(title: string, decode: ChannelRow['solo']): MapFigure {
  return {
    kind: 'map',
    title: `${title}: ${levels(decode.rms)} levels`,
    alt: `Decoded: ${title}. It differs from the decode as it is by ${levels(decode.rms)} levels, RMS.`,
    painting: picturePainting(pixelsOf(decode.picture)),
    scale: null,
  };
}

/** @param most the end of the axis, cells */
function histogramFigure({ channel, histogram, moments }: ChannelRow, most: number): ChartFigure {
  const { counts, normal, reach, below, above } = histogram;
  const width = (2 * reach) / counts.length;
  const bins = Array.from(counts, (count, bin) => ({
    from: bin * width - reach,
    to: (bin + 1) * width - reach,
    middle: (bin + 0.5) * width - reach,
    count,
    expected: normal[bin],
  }));
  const outside = below + above > 0 ? `, ${plural(below + above, 'cell')} outside` : '';
  return {
    kind: 'chart',
    title: `Channel ${channel}${outside}`,
    alt: `Histogram of channel ${channel}: mean ${moments.mean.toFixed(2)}, sigma ${moments.sigma.toFixed(2)} in scaled units${outside}.`,
    legend: [
      { label: 'cells', colour: 'control' },
      { label: 'N(0, 1)', colour: 'own' },
    ],
    height: 180,
    draw: (Plot, palette) => ({
      x: { label: 'scaled units', domain: [-reach, reach] },
      y: { label: 'cells', domain: [0, most], nice: true, grid: true },
      marks: [
        Plot.rectY(bins, {
          x1: 'from',
          x2: 'to',
          y: 'count',
          fill: palette.control,
          fillOpacity: 0.65,
          inset: 0.4,
        }),
        Plot.line(bins, { x: 'middle', y: 'expected', stroke: palette.own, strokeWidth: 2 }),
        Plot.ruleY([0], { stroke: palette.muted }),
      ],
    }),
  };
}

/** Beyond this, a cell of the matrix is dark. */
const DARK = 0.6;

function correlationFigure(correlation: ArrayLike<number>, count: number): ChartFigure {
  const cells = Array.from(correlation, (value, at) => ({
    row: Math.floor(at / count),
    col: at % count,
    value,
  })).filter(({ value }) => !Number.isNaN(value));
  const pairs = cells.filter(({ row, col }) => row < col);
  const size = count <= 8 ? 11 : 7;
  return {
    kind: 'chart',
    title: 'Correlation of the channels',
    alt: `Pearson correlations: ${pairs.map(({ row, col, value }) => `${row} and ${col} ${value.toFixed(2)}`).join(', ')}.`,
    height: 60 + 44 * Math.min(count, 8),
    draw: (Plot) => ({
      marginLeft: 40,
      padding: 0.04,
      x: { label: 'channel', axis: 'bottom' },
      y: { label: 'channel' },
      color: { type: 'diverging', scheme: 'RdBu', domain: [-1, 1], reverse: true },
      marks: [
        Plot.cell(cells, { x: 'col', y: 'row', fill: 'value' }),
        Plot.text(cells, {
          x: 'col',
          y: 'row',
          text: ({ value }: { value: number }) => number(value, 2),
          fill: '#18181b',
          fontSize: size,
          filter: ({ value }: { value: number }) => Math.abs(value) <= DARK,
        }),
        Plot.text(cells, {
          x: 'col',
          y: 'row',
          text: ({ value }: { value: number }) => number(value, 2),
          fill: '#ffffff',
          fontSize: size,
          filter: ({ value }: { value: number }) => Math.abs(value) > DARK,
        }),
      ],
    }),
  };
}
