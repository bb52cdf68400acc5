/** One line of a batch report: everything that was measured of one picture in one model at one size, as plain data. */
import { InspectorError } from '@/common/errors';
import type { Cell } from '@/latent/types';
import type { SpotMeasure } from '@/measures/spots';

/** Rankings of the cells, in the order in which they are shown. */
export const RANKINGS = ['norm', 'rawLogvar', 'influence'] as const satisfies readonly SpotMeasure[];

/** A number; null where there is none: not a finite one, such as a quotient by zero, for JSON has no word for these. */
export type Figure = number | null;

/** One cell healed, beside the same shift at its control. Levels of 255. */
export interface HealFigures {
  cell: Cell;
  farRms: Figure;
  nearRms: Figure;
  /** Null where no cell is far enough away. */
  control: { cell: Cell; farRms: Figure; nearRms: Figure } | null;
  /** `farRms / control.farRms`; null without a control, and where the control changed nothing. */
  ratio: Figure;
}

/** The first cell by one ranking. */
export interface RankedCell {
  cell: Cell;
  /** Signed as all scores are: `(x - median) / (1.4826 MAD)`. */
  score: Figure;
  /** The number that was ranked: |mean|, raw units; mean raw logvar, ln; influence, levels. */
  value: Figure;
  heal: HealFigures;
}

/** Figures on the path by which the change of one healed cell travels. */
export interface MechanismFigures {
  cell: Cell;
  /** RMS of the change over the far pixels in each arm, levels. */
  farRms: { full: Figure; frozenNorm: Figure; frozenAttention: Figure; frozenBoth: Figure };
  /** Share of the squared change beyond `judgedBeyond` cells, 0 to 1 where the two do not counteract. */
  normShare: Figure;
  attentionShare: Figure;
  /** RMS of the change there in the full arm, levels: what the shares are shares of. */
  judgedRms: Figure;
  judgedBeyond: number;
  /** Largest change of *frozen both* beyond the convolutions' reach, units of the decoder's output; null: nothing lies there. */
  beyondReceptiveField: Figure;
}

export interface Measures {
  rows: number;
  cols: number;
  channels: number;
  /** PSNR of the reconstruction against the picture, dB, and SSIM, 0 to 1. */
  psnr: Figure;
  ssim: Figure;
  /** Share of the log-variances that the clamp to [-30, 20] changes, 0 to 1, and the lowest raw one, ln. */
  clampedShare: Figure;
  rawLogvarMin: Figure;
  /** Influence over the cells, levels, and its largest over its median. */
  influence: { max: Figure; median: Figure; ratio: Figure };
  strongest: Record<SpotMeasure, RankedCell>;
  /** A cell that was named beforehand, healed; null where none was or this latent has no such cell. */
  named: HealFigures | null;
  /** Null where it was not asked for. */
  mechanism: MechanismFigures | null;
}

/** Measures of the encoder alone, of a model whose decoder gives no numbers. */
export interface EncoderMeasures
  extends Pick<Measures, 'rows' | 'cols' | 'channels' | 'clampedShare' | 'rawLogvarMin'> {
  strongest: Record<'norm' | 'rawLogvar', Omit<RankedCell, 'heal'>>;
}

/** The rest of what decides the numbers. Rows of different settings are never put together, but for the version. */
export interface RowSettings {
  /** Version of the instrument; rows of two versions may stand together where both compute the same numbers. */
  version: string;
  /** Version of the numbers that it computes (`src/common/numerics.ts`); missing in rows of earlier versions, where it is 1. */
  numerics?: number | undefined;
  backend: string;
  /** Chebyshev radius, in cells, that separates near from far. */
  radius: number;
  mechanism: boolean;
}

/** The subject of a row, and how it is computed: known before anything is. */
export interface RowHead extends RowSettings {
  picture: {
    name: string;
    /** SHA-256 of the file; null where it could not even be read. */
    sha256: string | null;
  };
  model: {
    id: string;
    sha256: string;
    /** SHA-256 of the configuration, as JSON. */
    configSha256: string;
  };
  /** Side of the picture as it is encoded, pixels. */
  size: number;
  /** A known spot, which is healed too. */
  named: Cell | null;
}

/** The program that computed a row, and the device: other kernels add in another order, and differ in the last digits. */
export interface RowKernels {
  /** `wasm-relaxed-simd` (products and sums rounded once), `wasm-simd`, `wasm-tfjs`, `webgpu`, `webgl`, `cpu`. */
  name: string;
  threads: number;
  /** Name that a graphics processor gives itself. */
  adapter: string | null;
}

export interface ReportRow extends RowHead {
  /** Missing in rows of earlier versions. */
  kernels?: RowKernels | undefined;
  /** Side of the square that was cut out of the file's picture, pixels; null where it could not be decoded. */
  sourceSide: number | null;
  /** Full sentences on what is to be known about the picture. */
  notices: string[];
  /** Null where the picture could not be measured: then `failure` says why. */
  measures: Measures | null;
  /** Beside a failure of the decoder; missing in all other rows. */
  encoder?: EncoderMeasures;
  failure: string | null;
}

/** The row of a picture that cannot be opened or measured; null for errors that say nothing about the picture. */
export function failedRow(head: RowHead, error: unknown): ReportRow | null {
  if (!(error instanceof InspectorError) || !['bad-image', 'bad-model'].includes(error.code)) return null;
  return { ...head, sourceSide: null, notices: [], measures: null, failure: error.message };
}

type RowIdentity = Pick<RowHead, 'picture' | 'model' | 'size'>;

/** Two rows of one key, computed in the same way, say the same. */
export function rowKey({ picture, model, size }: RowIdentity): string {
  const content = picture.sha256 ?? `unread ${picture.name}`;
  return JSON.stringify([model.id, model.sha256, model.configSha256, size, content]);
}

/** Orders by model, size and picture: the order of units, rows and tables, whatever order they were computed in. */
export function compareRows(a: RowIdentity, b: RowIdentity): number {
  return (
    compareText(a.model.id, b.model.id) || a.size - b.size || compareText(a.picture.name, b.picture.name)
  );
}

/** Orders by code units: the same on every computer, whatever its language. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
