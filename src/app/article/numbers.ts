/** The numbers of the article, all from what `npm run article-figures` measured, and their words. */
import { roundLevels } from '@/measures/effect';
import measured from '../../article.json';

interface Effect {
  near: number;
  far: number;
  profile?: number[];
}

interface Paths {
  /** Distance beyond which they are compared, cells. */
  beyond: number;
  full: number;
  frozenNorm: number;
  frozenAttention: number;
  frozenBoth: number;
  normShare: number | null;
  attentionShare: number | null;
  /** Largest change with both frozen beyond the convolutions' reach, in units of the decoder's output. */
  largestBeyondReach: number | null;
}

interface Row {
  picture: string;
  spot: { own: Effect; control: (Effect & { cell: { row: number; col: number } }) | null };
  column: { own: Effect; control: Effect | null };
  tiled: { rms: number; shift: number[]; overlap: number };
  paste: { beyond: number; within: number; reach: number };
  paths?: Paths;
  columnPaths?: Paths;
}

export const MODEL_IDS = ['mini-planted', 'mini-clean', 'mini-emergent'] as const;
export type ModelId = (typeof MODEL_IDS)[number];

export interface Measured {
  computedBy: string;
  size: number;
  radius: number;
  spot: { row: number; col: number };
  tile: number;
  block: number;
  pictures: { id: string; title: string }[];
  models: Record<ModelId, { name: string; sha256: string; reach: number; rows: [Row, ...Row[]] }>;
  kodak: { pictures: number; far: { median: number; min: number; max: number }; control: number };
}

export const MEASURED = measured as unknown as Measured;

/** Names of the models as the figures write them. */
export const NAMES: Record<ModelId, string> = {
  'mini-planted': 'planted',
  'mini-clean': 'clean twin',
  'mini-emergent': 'emergent',
};

/** What was measured on the first picture, the still life. */
export const first = (id: ModelId): Row => MEASURED.models[id].rows[0];

/** One kind of number over all pictures of a model. */
export function overPictures(id: ModelId, of: (row: Row) => number | undefined) {
  const values = MEASURED.models[id].rows.flatMap((row) => of(row) ?? []).sort((a, b) => a - b);
  const middle = values.length >> 1;
  const median =
    values.length % 2 === 1 ? (values[middle] ?? 0) : ((values[middle - 1] ?? 0) + (values[middle] ?? 0)) / 2;
  return { median, min: values[0] ?? 0, max: values.at(-1) ?? 0, n: values.length };
}

/** Levels as everywhere on the page, two significant figures; what is below a hundredth is told as such. */
export const levels = (value: number): string =>
  value === 0 ? '0' : value < 0.01 ? 'less than 0.01' : roundLevels(value);

export const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Numbers of whole things up to twelve as words. */
export const count = (n: number): string =>
  ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'][
    n
  ] ?? String(n);
