/** Experiments as the custom element offers them: whatever can be chosen for the caller is, and pictures may be named. */
import { type ElementReportOptions, reportRequest } from './embedReport';
import type { ExperimentName, ExperimentOptions, ExperimentResults } from './experiments/names';
import type { Change, Levels } from './inspect/types';
import type { ReportDocument } from './report/run';
import type { InspectorStore, SideName } from './state/types';

type Source = string | Blob | ImageBitmapSource;

/** What each may be given; everything has a default but the other picture of `interpolate` and the pictures of `report`. */
export type ElementExperimentOptions = {
  [K in Exclude<ExperimentName, 'resolution' | 'interpolate' | 'report'>]: Partial<ExperimentOptions[K]>;
} & {
  resolution: Partial<Omit<ExperimentOptions['resolution'], 'pictures'>> & {
    /** Sides of the square, pixels. */
    sizes?: readonly number[];
  };
  interpolate: Omit<ExperimentOptions['interpolate'], 'other' | 'steps'> & {
    /** The picture at the other end. */
    other: Source;
    steps?: number;
  };
  report: ElementReportOptions;
};

/** A path's change, with its picture and the map of the change. */
type Arm = Change & { picture: Levels; difference: Float32Array };

export type ElementExperimentResults = Omit<ExperimentResults, 'mechanism' | 'report'> & {
  report: ReportDocument;
  mechanism: Pick<
    ExperimentResults['mechanism'],
    'receptiveRadius' | 'beyondReceptiveField' | 'judgedBeyond' | 'carriers'
  > & { full: Arm; frozenNorm: Arm; frozenAttention: Arm; frozenBoth: Arm };
};

export interface ExperimentRun {
  /** In which of two models: `compare`, in the one on the right, with the edits and the cell as they are there. */
  side?: SideName;
  signal?: AbortSignal;
  onProgress?(done: number, total: number): void;
  /**
   * Of `scan` and `resolution`: called with what is measured so far. After a stop or a failure the same experiment goes on from
   * there when it is given as the option `previous`.
   */
  onPartial?(partial: ExperimentResults['scan' | 'resolution']): void;
}

const DEFAULT_SIZES = [256, 384, 512];
const DEFAULT_SIGMAS = [0.25, 0.5, 1, 2];
const DEFAULT_BOUNDS = [1, 2, 3, 4];
const DEFAULT_STEPS = 9;
/** By whole cells of 8 pixels and by parts of one, along both axes. */
const DEFAULT_SHIFTS = [
  { dy: 0, dx: 64 },
  { dy: 64, dx: 0 },
  { dy: 64, dx: 64 },
  { dy: 128, dx: 128 },
  { dy: 4, dx: 4 },
  { dy: 68, dx: 68 },
];

/** @throws InspectorError as the experiment says; `aborted` where `run.signal` is */
export async function runElementExperiment<K extends ExperimentName>(
  store: InspectorStore,
  name: K,
  options: Partial<ElementExperimentOptions[K]>,
  run: ExperimentRun,
): Promise<ElementExperimentResults[K]> {
  const given = options as Record<string, unknown>;
  if (name === 'report') {
    const request = await reportRequest(store, given as Partial<ElementReportOptions>, run.signal);
    return structuredClone(await store.runReport(request, run)) as ElementExperimentResults[K];
  }
  const full = { ...(await chosen(store, name, given, run)), ...without(given, 'sizes') };
  if (name === 'interpolate' && given.other !== undefined) {
    const { latent } = await store.encodeOther(given.other as Source, run.signal, run.side);
    Object.assign(full, { other: latent });
  }
  const result = await store.runExperiment(name, full as unknown as ExperimentOptions[K], {
    ...run,
    onPartial: (partial) =>
      run.onPartial?.(structuredClone(partial) as ExperimentResults['scan' | 'resolution']),
  });
  const shaped = name === 'mechanism' ? flattened(result as ExperimentResults['mechanism']) : result;
  return structuredClone(shaped) as ElementExperimentResults[K];
}

/** What the caller left open. */
async function chosen(
  { view, compare, fitPicture }: InspectorStore,
  name: ExperimentName,
  given: Record<string, unknown>,
  { side, signal }: ExperimentRun,
): Promise<object> {
  switch (name) {
    case 'reads':
      return { cell: side === 'compare' && compare ? compare.cell : view.cell };
    case 'noise':
      return { sigmas: DEFAULT_SIGMAS };
    case 'clamp':
      return { bounds: DEFAULT_BOUNDS };
    case 'sampling':
      return { seeds: [1, 2, 3] };
    case 'roll':
      return { shifts: DEFAULT_SHIFTS };
    case 'crop':
      return { crops: [] };
    case 'interpolate':
      return { steps: DEFAULT_STEPS };
    case 'resolution': {
      const pictures = [];
      for (const size of (given.sizes as number[] | undefined) ?? DEFAULT_SIZES) {
        pictures.push(await fitPicture(size, signal));
      }
      return { pictures };
    }
    default:
      return {};
  }
}

function flattened(result: ExperimentResults['mechanism']): ElementExperimentResults['mechanism'] {
  const arm = ({ change, picture, difference }: ExperimentResults['mechanism']['full']): Arm => ({
    ...change,
    picture,
    difference,
  });
  const { receptiveRadius, beyondReceptiveField, judgedBeyond, carriers } = result;
  return {
    receptiveRadius,
    beyondReceptiveField,
    judgedBeyond,
    carriers,
    full: arm(result.full),
    frozenNorm: arm(result.frozenNorm),
    frozenAttention: arm(result.frozenAttention),
    frozenBoth: arm(result.frozenBoth),
  };
}

function without(fields: Record<string, unknown>, name: string): Record<string, unknown> {
  const { [name]: _, ...rest } = fields;
  return rest;
}
