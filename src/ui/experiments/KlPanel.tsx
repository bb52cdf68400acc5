import { useMemo, useState } from 'react';
import type { Pixels } from '../../engine/protocol';
import type { ExperimentState } from '../../state/types';
import { MAGNITUDE } from '../colourMaps';
import { useActions, useInspector } from '../context';
import { scalarPainting } from '../paintings';
import { Chart } from './Chart';
import { FigureMap } from './FigureMap';
import type { ChartFigure, MapFigure } from './figures';
import { KL_COLUMNS, type KlRow, klRows, klVerdict } from './klWords';
import { Outcome } from './Outcome';
import { Runner } from './Runner';
import { useExperiment } from './useExperiment';

/** Of the browser's own encoder, 0 to 1. */
const QUALITIES = [0.1, 0.3, 0.5, 0.75, 0.9, 0.95];

export function KlPanel() {
  const experiment = useExperiment('kl');
  const picture = useInspector((state) => state.picture);
  const [encoding, setEncoding] = useState<string | null>(null);
  const run = async () => {
    setEncoding('writing JPEG files');
    const jpeg = picture ? await jpegSizes(picture.pixels) : [];
    setEncoding(null);
    await experiment.run({ jpeg });
  };
  const { last } = experiment;
  return (
    <>
      <Runner
        experiment={experiment}
        label="Count the bits"
        work={{}}
        preparing={encoding}
        onRun={() => void run()}
      />
      {last && <Result experiment={experiment} last={last} />}
    </>
  );
}

/** Sizes of JPEG files of a picture, as this browser writes them; none where it writes no JPEG. */
async function jpegSizes(pixels: Pixels): Promise<{ quality: number; bytes: number }[]> {
  const canvas = document.createElement('canvas');
  canvas.width = pixels.width;
  canvas.height = pixels.height;
  // Kept in ordinary memory, where the encoder of JPEG reads it.
  canvas
    .getContext('2d', { willReadFrequently: true })
    ?.putImageData(new ImageData(pixels.data, pixels.width, pixels.height), 0, 0);
  // Side by side: a browser may let each wait for an idle moment.
  const files = await Promise.all(
    QUALITIES.map(
      (quality) => new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality)),
    ),
  );
  return QUALITIES.flatMap((quality, index) => {
    const file = files[index];
    return file?.type === 'image/jpeg' ? [{ quality, bytes: file.size }] : [];
  });
}

function Result(props: {
  experiment: ReturnType<typeof useExperiment<'kl'>>;
  last: NonNullable<ExperimentState<'kl'>['last']>;
}) {
  const { result } = props.last;
  const actions = useActions();
  const rows = useMemo(() => klRows(result), [result]);
  const map = useMemo((): MapFigure => {
    const high = result.bits.reduce((most, value) => Math.max(most, value), 0);
    const low = result.bits.reduce((least, value) => Math.min(least, value), high);
    return {
      kind: 'map',
      title: 'Bits of each cell',
      alt: `Bits of each cell. ${klVerdict(result)}`,
      painting: scalarPainting(result.bits, result.cols, result.rows, low, high, MAGNITUDE),
      crisp: true,
      scale: { map: MAGNITUDE, low, high, unit: 'bits' },
    };
  }, [result]);
  const chart = useMemo(() => bars(rows.filter(({ what }) => !what.startsWith('channel'))), [rows]);
  const { rows: gridRows, cols } = result;
  return (
    <Outcome
      experiment={props.experiment}
      verdict={klVerdict(result)}
      caption="The divergence from N(0, 1), beside files of the same picture. A divergence bounds information; it is not the size of a file."
      columns={KL_COLUMNS}
      rows={rows}
      figures={[map, chart]}
    >
      <div className="figures figures-wide">
        <FigureMap
          figure={map}
          cells={
            props.experiment.current
              ? { rows: gridRows, cols, onSelect: (cell) => actions.select(cell) }
              : undefined
          }
        />
        <Chart figure={chart} />
      </div>
    </Outcome>
  );
}

function bars(rows: readonly KlRow[]): ChartFigure {
  return {
    kind: 'chart',
    title: 'Bits a pixel',
    alt: `Bits a pixel: ${rows.map(({ what, bitsPerPixel }) => `${what} ${bitsPerPixel.toFixed(2)}`).join(', ')}.`,
    legend: [
      { label: 'latent, bound', colour: 'own' },
      { label: 'JPEG file', colour: 'control' },
    ],
    height: 70 + 26 * rows.length,
    draw: (Plot, palette) => ({
      marginLeft: 150,
      x: { label: 'bits a pixel', grid: true },
      y: { label: null, domain: rows.map(({ what }) => what) },
      marks: [
        ...(['own', 'control'] as const).map((whose) =>
          Plot.barX(
            rows.filter(({ nats }) => (nats === null) === (whose === 'control')),
            { x: 'bitsPerPixel', y: 'what', fill: palette[whose] },
          ),
        ),
        Plot.ruleX([0], { stroke: palette.muted }),
      ],
    }),
  };
}
