import { useMemo, useState } from 'react';
import { useInspector } from '@/app/context';
import { scalarPainting } from '@/app/drawing/paintings';
import { Chart } from '@/app/experiments/Chart';
import { type Span, spanOf } from '@/app/experiments/domains';
import { FigureMap } from '@/app/experiments/FigureMap';
import type { ChartFigure, MapFigure } from '@/app/experiments/figures';
import { Outcome } from '@/app/experiments/Outcome';
import { SharedResults } from '@/app/experiments/Results';
import { Runner } from '@/app/experiments/Runner';
import { type Last, type SideExperiment, useExperiment } from '@/app/experiments/useExperiment';
import { MAGNITUDE } from '@/app/parts/colourMaps';
import { type PlainError, toPlain } from '@/common/errors';
import { importPatiently } from '@/common/importing';
import type { Pixels } from '@/engine/protocol';
import type { ExperimentResults } from '../../names';
import { KL_COLUMNS, type KlRow, klRows, klVerdict } from './words';

/** Qualities of mozjpeg, 0 to 1. */
const QUALITIES = [0.1, 0.3, 0.5, 0.75, 0.9, 0.95];

export function Panel() {
  const experiment = useExperiment('kl');
  const picture = useInspector((state) => state.picture);
  const [encoding, setEncoding] = useState<string | null>(null);
  const [missing, setMissing] = useState<PlainError | null>(null);
  const run = async () => {
    setEncoding('writing JPEG files');
    setMissing(null);
    // The bits are there without them.
    const jpeg = await (picture ? jpegSizes(picture.pixels) : Promise.resolve([])).catch((error) => {
      setMissing(toPlain(error));
      return [];
    });
    setEncoding(null);
    await experiment.run(() => ({ jpeg }));
  };
  return (
    <>
      <Runner
        experiment={experiment}
        label="Count the bits"
        work={() => ({})}
        preparing={encoding}
        onRun={() => void run()}
      />
      {missing && (
        <p className="muted small" role="status">
          No JPEG files stand beside it. {missing.message} {missing.advice}
        </p>
      )}
      <SharedResults experiment={experiment} shared={scalesOf}>
        {(one, last, scales) => <Result experiment={one} last={last} scales={scales} />}
      </SharedResults>
    </>
  );
}

/** Sizes of JPEG files of a picture, all by one library: each browser's own encoder writes others. */
async function jpegSizes(pixels: Pixels): Promise<{ quality: number; bytes: number }[]> {
  const { jpegLength } = await importPatiently(() => import('@/session/pictures/libraryJpeg'));
  const sizes: { quality: number; bytes: number }[] = [];
  for (const quality of QUALITIES) {
    sizes.push({ quality, bytes: await jpegLength(pixels, quality) });
    // Each takes a moment of the page's own thread.
    await new Promise((resolve) => setTimeout(resolve));
  }
  return sizes;
}

interface Scales {
  /** Bits of a cell. */
  cell: Span;
  /** The longest bar, bits a pixel. */
  pixel: number;
}

function scalesOf(results: ExperimentResults['kl'][]): Scales {
  return {
    cell: spanOf(results.flatMap(({ bits }) => spanOf(Array.from(bits)))),
    pixel: Math.max(...results.flatMap((result) => klRows(result).map(({ bitsPerPixel }) => bitsPerPixel))),
  };
}

function Result(props: { experiment: SideExperiment<'kl'>; last: Last<'kl'>; scales: Scales }) {
  const { scales } = props;
  const { result } = props.last;
  const rows = useMemo(() => klRows(result), [result]);
  const map = useMemo((): MapFigure => {
    const [low, high] = scales.cell;
    return {
      kind: 'map',
      title: 'Bits of each cell',
      alt: `Bits of each cell. ${klVerdict(result)}`,
      painting: scalarPainting(result.bits, result.cols, result.rows, low, high, MAGNITUDE),
      crisp: true,
      scale: { map: MAGNITUDE, low, high, unit: 'bits' },
    };
  }, [result, scales]);
  const chart = useMemo(
    () =>
      bars(
        rows.filter(({ what }) => !what.startsWith('channel')),
        scales.pixel,
      ),
    [rows, scales],
  );
  return (
    <Outcome
      experiment={props.experiment}
      verdict={klVerdict(result)}
      caption="The divergence from N(0, 1), beside files of the same picture (JPEG by mozjpeg, in every browser). A divergence bounds information; it is not the size of a file."
      columns={KL_COLUMNS}
      rows={rows}
      figures={[map, chart]}
    >
      <div className="figures figures-wide">
        <FigureMap figure={map} cells={props.experiment.current ? result : undefined} />
        <Chart figure={chart} />
      </div>
    </Outcome>
  );
}

/** @param most the end of the axis, bits a pixel */
function bars(rows: readonly KlRow[], most: number): ChartFigure {
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
      x: { label: 'bits a pixel', domain: [0, most], nice: true, grid: true },
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
